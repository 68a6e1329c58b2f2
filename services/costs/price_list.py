"""A list of prices: what storage takes for keeping, asking and reading, by tier, in one region and currency."""

from collections.abc import Mapping

import msgspec

GB = 1024**3
"""Bytes of what Azure bills as a gigabyte."""
_OPERATIONS = 10_000
"""Operations that a price is for."""


class TierPrices(msgspec.Struct, frozen=True, kw_only=True):
    """What one tier costs."""

    stored: float
    """A gigabyte for a month."""
    write: float
    """10,000 operations that write or list."""
    read: float
    """10,000 operations that read."""
    retrieval: float
    """A gigabyte that is read."""


class PriceList(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one region, in one currency and redundancy, as they were on one day."""

    region: str
    """As Azure spells it in URLs: westeurope."""
    currency: str
    redundancy: str
    """LRS, ZRS, GRS and so on."""
    date: str
    """The day, as YYYY-MM-DD."""
    tiers: Mapping[str, TierPrices]
    """By the tier's name; a region need not have all."""
    egress: float
    """A gigabyte that leaves the region, beyond what is free."""
    source: str = ""
    """Where it was read."""

    def keeping(self, size: int, tier: str) -> float | None:
        """What so many bytes cost a month; None where this list has no such tier."""
        prices = self.tiers.get(tier)
        return None if prices is None else size / GB * prices.stored

    def saving(self, size: int, from_tier: str, to_tier: str | None) -> float | None:
        """What moving so many bytes saves a month, what is dearer being below zero; None where a tier has no price.

        Without `to_tier` they are deleted. What the move itself costs is not in it: `moving` says that.
        """
        before = self.keeping(size, from_tier)
        after = 0.0 if to_tier is None else self.keeping(size, to_tier)
        return None if before is None or after is None else before - after

    def moving(self, size: int, from_tier: str, to_tier: str, *, blobs: int = 1) -> float | None:
        """What moving so many bytes costs once, fees for leaving a tier early aside: colder is written, warmer read."""
        before, after = self.tiers.get(from_tier), self.tiers.get(to_tier)
        if before is None or after is None:
            return None
        if after.stored < before.stored:
            return blobs / _OPERATIONS * after.write
        return blobs / _OPERATIONS * before.read + size / GB * before.retrieval

    def asking(self, tier: str, *, writes: int, reads: int) -> float | None:
        """What so many operations cost."""
        prices = self.tiers.get(tier)
        return None if prices is None else (writes * prices.write + reads * prices.read) / _OPERATIONS

    def reading(self, size: int, tier: str) -> float | None:
        """What so many bytes cost that were read from a tier and left the region."""
        prices = self.tiers.get(tier)
        return None if prices is None else size / GB * (prices.retrieval + self.egress)
