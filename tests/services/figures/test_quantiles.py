"""How long things took is read from buckets as Prometheus reads them."""

from services.figures.quantiles import Quickness, quickness_of


def samples(**counts: list[float]) -> list[tuple[str, dict[str, str], float]]:
    ends = ("1.0", "2.0", "+Inf")
    return [
        ("seconds_bucket", {"type": name, "le": end}, count)
        for name, each in counts.items()
        for end, count in zip(ends, each, strict=True)
    ] + [("seconds_count", {"type": name}, each[-1]) for name, each in counts.items()]


def test_half_and_nearly_all_are_found_within_their_buckets() -> None:
    assert quickness_of(samples(mp4=[0, 10, 10]), "type")["mp4"] == Quickness(count=10, median=1.5, slow=1.95)
    assert quickness_of(samples(mp4=[10, 10, 10]), "type")["mp4"].median == 0.5
    # What took longer than the last end took at least that.
    assert quickness_of(samples(mp4=[0, 0, 4]), "type")["mp4"] == Quickness(count=4, median=2.0, slow=2.0)
    assert quickness_of(samples(mp4=[0, 0, 0], hls=[1, 1, 1]), "type").keys() == {"hls"}
    assert quickness_of([], "type") == {}
