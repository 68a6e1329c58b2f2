"""What films lack as a number, as the index of the library keeps it: a bit for each thing."""

from collections.abc import Collection

from services.accessibility.score import Missing

# Numbers stay with their meanings: another version of the program reads the same index.
_BITS = {
    Missing.CAPTIONS: 1,
    Missing.CAPTIONS_CHECKED: 2,
    Missing.CAPTIONS_COMPLETE: 4,
    Missing.CAPTIONS_READABLE: 8,
    Missing.TRANSCRIPT: 16,
    Missing.SIGN_TRACK: 32,
    Missing.DESCRIPTIONS: 64,
}


def bits_of(missing: Collection[Missing]) -> int:
    """The number of these things."""
    return sum(_BITS[each] for each in set(missing))


def things_of(bits: int) -> tuple[Missing, ...]:
    """What a number stands for."""
    return tuple(each for each, bit in _BITS.items() if bits & bit)
