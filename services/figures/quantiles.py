"""How long things took, read from the buckets of a histogram, as Prometheus reads them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.metrics import Samples


@dataclass(frozen=True, kw_only=True)
class Quickness:
    """How long something took, in seconds."""

    count: int
    median: float
    slow: float
    """One in twenty took longer."""


def quickness_of(samples: Samples, label: str) -> dict[str, Quickness]:
    """How quick it was, for each value of a label."""
    found: dict[str, dict[float, float]] = {}
    for name, labels, value in samples:
        if name.endswith("_bucket"):
            found.setdefault(labels[label], {})[float(labels["le"])] = value
    return {each: _quickness(found[each]) for each in sorted(found) if max(found[each].values()) > 0}


def _quickness(buckets: Mapping[float, float]) -> Quickness:
    ends = sorted(buckets)
    counts = [buckets[each] for each in ends]
    return Quickness(
        count=int(counts[-1]),
        median=_quantile(0.5, ends, counts),
        slow=_quantile(0.95, ends, counts),
    )


def _quantile(part: float, ends: Sequence[float], counts: Sequence[float]) -> float:
    """Within a bucket all are taken for evenly spread; beyond the last one there is only its beginning."""
    rank, before, start = part * counts[-1], 0.0, 0.0
    for end, count in zip(ends, counts, strict=True):
        if count >= rank and count > before:
            return start if math.isinf(end) else start + (end - start) * (rank - before) / (count - before)
        before, start = count, end
    return start
