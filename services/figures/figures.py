"""What is counted, put together for people: what pages their readers use, how quick they are, what films lack."""

from collections.abc import Mapping
from dataclasses import dataclass

from services import metrics
from services.accessibility.bits import bits_of
from services.accessibility.score import Missing
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.feedback.feedback import Feedback
from services.feedback.rating import RatedMatter
from services.figures.quantiles import Quickness, quickness_of
from services.library.catalogue import Catalogue

_OF_CAPTIONS = frozenset({Missing.CAPTIONS_CHECKED, Missing.CAPTIONS_COMPLETE, Missing.CAPTIONS_READABLE})
_LEVELS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, kw_only=True)
class LibraryShare:
    """How much of the library has what it needs."""

    videos: int
    having: Mapping[Missing, int]
    """How many do not lack it."""


@dataclass(frozen=True, kw_only=True)
class FiguresShown:
    """All of it. What pages and browsers tell is this instance's, since it has started."""

    densities: Mapping[str, int]
    """Pages by how much they show."""
    reading_levels: Mapping[str, int]
    page_loads: Mapping[str, Quickness]
    """By density."""
    video_starts: Mapping[str, Quickness]
    """By type."""
    ratings: Mapping[RatedMatter, Mapping[int, int]]
    """How many people have given each mark."""
    library: LibraryShare


class FigureSummary:
    """The summary, for those who see to the library."""

    def __init__(self, catalogue: Catalogue, feedback: Feedback) -> None:
        self._catalogue = catalogue
        self._feedback = feedback

    def shown(self, *, by: Actor) -> FiguresShown:
        """What is known now. Raises `CatalogueUnavailableError` and `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        counted = metrics.collected(metrics.PAGES_SHOWN, metrics.PAGE_LOAD_SECONDS, metrics.VIDEO_START_SECONDS)
        pages, loads, starts = (counted[each] for each in range(3))
        total, lacking = self._catalogue.scores.count([bits_of(_implied(each)) for each in Missing])
        having = {each: total - count for each, count in zip(Missing, lacking, strict=True)}
        return FiguresShown(
            densities=_by(pages, "density"),
            reading_levels=_by(pages, "reading_level"),
            page_loads=quickness_of(loads, "density"),
            video_starts=quickness_of(starts, "type"),
            ratings=self._feedback.counted(by=by),
            library=LibraryShare(videos=total, having=having),
        )


def _implied(missing: Missing) -> frozenset[Missing]:
    """The lack of what else is the lack of this one, too: a film says the first thing that is to be done."""
    if missing not in _OF_CAPTIONS:
        return frozenset({missing})
    return frozenset({Missing.CAPTIONS, Missing.CAPTIONS_CHECKED, missing})


def _by(samples: metrics.Samples, label: str) -> dict[str, int]:
    found = dict.fromkeys(_LEVELS, 0)
    for name, labels, value in samples:
        if name.endswith("_total") and labels.get(label) in found:
            found[labels[label]] += int(value)
    return found
