"""What an administrator sets of the work on films while the server runs."""

from collections.abc import Callable, Sequence

from services.database.errors import DatabaseUnavailableError
from services.live_settings import definition
from services.live_settings.live_settings import LiveSettings
from services.media.job_kinds import RECIPES, STANDARD
from services.media.renditions import LADDER, SIDES, Wishes
from services.media.states import DefaultKinds

PROCESSING = definition.words(
    "processing",
    default=STANDARD,
    is_one=RECIPES.__contains__,
    description=f"What is done to every video by itself, in this order; some of {', '.join(RECIPES)}.",
    effect="Concerns videos that come in from now on, and older ones that lack something, within an hour.",
)
RENDITION_SIZES = definition.words(
    "rendition_sizes",
    default=tuple(map(str, LADDER)),
    is_one=tuple(map(str, SIDES)).__contains__,
    description=f"The heights that films are encoded in, some of {', '.join(map(str, SIDES))}, up to that of the film.",
    effect="Concerns renditions that are made from now on.",
)
NORMALISE_LOUDNESS = definition.boolean(
    "normalise_loudness",
    default=False,
    description="Whether the sound of renditions is brought to one loudness, -23 LUFS by EBU R128.",
    effect="Concerns renditions that are made from now on; what browsers play as it is stays as it is.",
)


def wishes_of(live: LiveSettings) -> Callable[[], Wishes]:
    """Asks for what renditions shall be, anew each time."""

    def wishes() -> Wishes:
        sides = sorted({int(each) for each in live.value(RENDITION_SIZES)})
        return Wishes(ladder=sides or LADDER, normalise=live.value(NORMALISE_LOUDNESS))

    return wishes


def default_kinds_of(live: LiveSettings) -> DefaultKinds:
    """Asks for it anew each time; where the database has not told it yet, it is the usual."""

    def kinds() -> Sequence[str]:
        try:
            chosen: tuple[str, ...] = live.value(PROCESSING)
        except DatabaseUnavailableError:
            return STANDARD
        return tuple(dict.fromkeys(chosen))

    return kinds
