"""What an administrator sets of captions while the server runs."""

from collections.abc import Callable

from services.captions.gate import USUAL, CaptionLimits
from services.database.errors import DatabaseUnavailableError
from services.live_settings import definition
from services.live_settings.live_settings import LiveSettings

_EFFECT = "Concerns what the gate says of captions from now on; tracks stay as they are."
LINE = definition.whole(
    "caption_line_length",
    default=USUAL.line,
    least=20,
    most=80,
    description="The most characters in a line of captions before the quality gate warns.",
    effect=_EFFECT,
)
LINES = definition.whole(
    "caption_lines",
    default=USUAL.lines,
    least=1,
    most=4,
    description="The most lines in a caption before the quality gate warns.",
    effect=_EFFECT,
)
SPEED = definition.whole(
    "caption_speed",
    default=USUAL.speed,
    least=8,
    most=40,
    description="The most characters of captions to read in a second before the quality gate warns.",
    effect=_EFFECT,
)
BY_THEMSELVES = definition.boolean(
    "captions_by_themselves",
    default=False,
    description="Whether every film that comes in without captions gets some, where CAPTIONS_ENGINE names an engine.",
    effect="Concerns films that come in from now on; captions that a machine has made are marked as such.",
)
ALL = (LINE, LINES, SPEED, BY_THEMSELVES)


def limits_of(live: LiveSettings) -> Callable[[], CaptionLimits]:
    """Asks for the gate's limits, anew each time; where the database has not told them yet, they are the usual."""

    def limits() -> CaptionLimits:
        try:
            return CaptionLimits(line=live.value(LINE), lines=live.value(LINES), speed=live.value(SPEED))
        except DatabaseUnavailableError:
            return USUAL

    return limits
