"""Accessibility, put together for one process."""

from dataclasses import dataclass

from services.accessibility.report import AccessibilityReport
from services.accessibility.scores import FOLLOWED, Scores
from services.captions.build import CaptionsSlice
from services.events.listener import Listener
from services.library.build import LibrarySlice
from services.platform import Platform
from services.sign_tracks.build import SignTracksSlice
from services.steps import Step

_FIVE_MINUTES, _DAY = 5 * 60.0, 24 * 60 * 60.0


@dataclass(frozen=True, kw_only=True)
class AccessibilitySlice:
    """How accessible the films are."""

    scores: Scores
    report: AccessibilityReport

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for scores; after the steps of captions, which tell what there is."""
        scores = self.scores
        return (
            Step(name="accessibility", every=_FIVE_MINUTES, at_start=True, quiet=True, run=scores.catch_up),
            Step(name="accessibility of all", every=_DAY, run=scores.look_again),
        )


def build(
    platform: Platform, library: LibrarySlice, captions: CaptionsSlice, signs: SignTracksSlice
) -> AccessibilitySlice:
    """The slice; opens no connection."""
    scores = Scores(library.catalogue, captions.captions, captions.index, signs.tracks, beside=library.beside)
    platform.events.listen(Listener(name="accessibility", wants=FOLLOWED, take=scores.take))
    report = AccessibilityReport(library.videos, captions.index, signs.tracks)
    return AccessibilitySlice(scores=scores, report=report)
