"""Figures of one process, put together."""

from dataclasses import dataclass

from services.feedback.build import FeedbackSlice
from services.figures.figures import FigureSummary
from services.figures.timings import Timings
from services.library.build import LibrarySlice


@dataclass(frozen=True, kw_only=True)
class FiguresSlice:
    """What is measured, and what is shown of what is counted."""

    timings: Timings
    figures: FigureSummary


def build(library: LibrarySlice, feedback: FeedbackSlice) -> FiguresSlice:
    """The slice; opens no connection."""
    return FiguresSlice(timings=Timings(), figures=FigureSummary(library.catalogue, feedback.feedback))
