"""How large the next block of an upload should be, so that 50,000 blocks always suffice."""

import math
from dataclasses import dataclass

from utils.sizes import MIB

MOST_BLOCKS = 50_000
"""Azure commits no more blocks than this into one blob."""

LARGEST_CHUNK = 2 * MIB
"""A body is read in steps that are no larger; a block below the standard overshoots its target by less."""
_RAMP_STEPS_PER_DOUBLING = 2


@dataclass(frozen=True, kw_only=True)
class BlockPlan:
    """The block sizes of one upload, in bytes.

    `standard` is what a block of a long upload holds, `largest` the most bytes that the upload may have, and `length`
    how many it will have, where that is known.
    """

    standard: int
    largest: int
    length: int | None = None

    def target(self, index: int, offset: int) -> int:
        """The size at which block `index`, which begins at `offset`, is worth staging.

        Blocks begin at 1 MiB and double every second time up to the standard, so that small and slow uploads need
        little memory; they grow beyond it only where the 50,000 would not suffice otherwise.
        """
        ramp = MIB << min(index // _RAMP_STEPS_PER_DOUBLING, 20)
        return max(min(ramp, self.standard), self.least(index, offset))

    def least(self, index: int, offset: int) -> int:
        """The smallest size for block `index` with which the blocks that are left still hold the rest."""
        left = max(1, MOST_BLOCKS - index)
        end = self.largest if self.length is None else self.length
        even = max(1, math.ceil((end - offset) / left))
        if self.length is not None or not 0 < offset < end:
            return even if self.length is not None else 1
        # Of unknown length: blocks in proportion to what has come already, so that a short upload never pays for
        # the longest one possible. 50,000 of them reach `largest` because n blocks multiply the size by
        # exp(n * block / offset); the tenth on top makes up for rounding.
        proportional = math.ceil(1.1 * offset * math.log(end / offset) / left)
        return max(1, min(even, proportional))
