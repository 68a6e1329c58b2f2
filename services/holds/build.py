"""Legal holds, put together for one process."""

from dataclasses import dataclass

from services.holds.holds import Holds
from services.library.build import LibrarySlice
from services.platform import Platform


@dataclass(frozen=True, kw_only=True)
class HoldsSlice:
    """What is not deleted."""

    holds: Holds


def build(platform: Platform, library: LibrarySlice) -> HoldsSlice:
    """The slice; opens no connection."""
    return HoldsSlice(holds=Holds(library.videos, platform.video_holds(), platform.clock))
