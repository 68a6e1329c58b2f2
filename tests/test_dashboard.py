"""The dashboard for Grafana asks for what there is: every figure that it names is one of `/metrics`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Counter, Gauge, Histogram

from services import metrics

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = json.loads((ROOT / "infra/grafana/reelgate.json").read_text())
KINDS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def offered() -> dict[str, set[str]]:
    """The names that can be asked for, with their labels; of figures without a value yet, too."""
    found: dict[str, set[str]] = {}
    for each in vars(metrics).values():
        if not isinstance(each, Counter | Gauge | Histogram):
            continue
        [family] = each.describe()
        for ending in KINDS[family.type]:
            found[family.name + ending] = set(each._labelnames) | ({"le"} if ending == "_bucket" else set())
    return found


def panels() -> list[dict[str, Any]]:
    return [each for each in DASHBOARD["panels"] if each["type"] != "row"]


def queries() -> Iterator[str]:
    return (target["expr"] for panel in panels() for target in panel["targets"])


def test_what_is_offered_is_what_the_server_shows() -> None:
    shown = re.findall(r"^# TYPE (reelgate_\w+) (\w+)$", metrics.exposition().decode(), re.MULTILINE)
    named = {name for name, kind in shown if not name.endswith("_created")}
    plain = {re.sub(r"_(?:bucket|count|sum)$", "", name) for name in offered()}
    assert named == plain


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_query_names_figures_and_labels_that_there_are(query: str) -> None:
    names = re.findall(r"\breelgate_\w+", query)
    assert names
    assert set(names) <= offered().keys()
    labels = offered()[names[0]]
    for group in re.findall(r"\bby \(([^)]*)\)", query):
        assert {each.strip() for each in group.split(",")} <= labels
    for name, conditions in re.findall(r"\b(reelgate_\w+)\{([^}]*)\}", query):
        assert set(re.findall(r"(\w+)=", conditions)) <= offered()[name]


def test_panels_have_places_of_their_own_and_say_where_they_ask() -> None:
    ids = [each["id"] for each in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    places = [each["gridPos"] for each in DASHBOARD["panels"]]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)
    taken = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(taken)) == len(taken)
    [source] = DASHBOARD["templating"]["list"]
    for panel in panels():
        assert panel["title"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == f"${{{source['name']}}}"


def test_what_is_to_be_seen_has_a_panel() -> None:
    asked = " ".join(queries())
    for name in (
        *("reelgate_pages_shown_total", "reelgate_page_load_seconds_bucket", "reelgate_video_start_seconds_bucket"),
        *("reelgate_feedback_total", "reelgate_library_videos_lacking", "reelgate_library_videos"),
    ):
        assert name in asked
    assert "density" in asked
    assert "reading_level" in asked


def test_every_figure_is_explained_to_whoever_runs_it() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    explained = set(re.findall(r"`(reelgate_\w+)(?:\{|`)", text))
    plain = {re.sub(r"_(?:bucket|count|sum)$", "", name) for name in offered()}
    assert explained == plain
