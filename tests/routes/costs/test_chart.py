"""The numbers of a picture: bars stay inside it and say what they stand for."""

import pytest

from routes.costs.chart import HEIGHT, WIDTH, stacked


@pytest.mark.parametrize("most", [1e-9, 0.3, 1.0, 1.6, 9.99, 10.0, 61e9, 7.7e13])
def test_bars_stand_on_each_other_inside_the_picture(most: float) -> None:
    months = {f"2026-{number:02}": [("hot", most * number / 12), ("cool", most / 50)] for number in range(1, 13)}
    chart = stacked(months, words=lambda value: f"{value:.3g}")
    assert [bar.name for bar in chart.bars] == list(months)
    for bar in chart.bars:
        assert bar.x >= 64
        assert bar.x + bar.width <= WIDTH
        lower, upper = bar.parts
        assert upper.y + upper.height <= lower.y
        assert upper.y == bar.top
        assert 0 < bar.top <= lower.y + lower.height <= HEIGHT
    assert len(chart.lines) == 4
    assert chart.lines[0].y > chart.lines[-1].y
    heights = [bar.top for bar in chart.bars]
    assert heights == sorted(heights, reverse=True)


def test_one_month_without_anything_has_no_parts() -> None:
    chart = stacked({"2026-11": [("hot", 0.0)]}, words=str)
    assert chart.bars[0].parts == ()
