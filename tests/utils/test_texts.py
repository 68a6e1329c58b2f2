"""Sentences by key, and numbers, sizes and days as a language writes them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from utils.texts import TextCatalogue, load_catalogues

FORMAT = {
    "group": ".",
    "decimal": ",",
    "bytes": {"one": "{count} Byte", "other": "{count} Bytes"},
    "day": "{day}. {month} {year}",
    "months": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
}
OTHERS = {"empty": "Leer", "kinds.b": "Zwei", "kinds.a": "Eins", "of": "{one} von {two}"}


@pytest.fixture
def german(tmp_path: Path) -> TextCatalogue:
    for feature, messages in (("format", FORMAT), ("things", OTHERS)):
        path = tmp_path / "de" / f"{feature}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(messages), encoding="utf-8")
    return load_catalogues(tmp_path)["de"]


def test_a_sentence_is_found_by_its_feature_and_key(german: TextCatalogue) -> None:
    assert german.text("things.empty") == "Leer"
    assert german.text("things.of", one=1234, two="{one}") == "1.234 von {one}"
    for key, values in (("things.none", {}), ("things.of", {"one": 1})):
        with pytest.raises(KeyError):
            german.text(key, **values)


def test_names_keep_the_order_of_the_catalogue(german: TextCatalogue) -> None:
    assert list(german.names("things.kinds").items()) == [("b", "Zwei"), ("a", "Eins")]


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 Bytes"),
        (1, "1 Byte"),
        (999, "999 Bytes"),
        (1000, "1,0 kB"),
        (999_499, "999 kB"),
        (999_500, "1,0 MB"),
        (6_100_000_000, "6,1 GB"),
        (12_000_000_000_000_000, "12000 TB"),
    ],
)
def test_sizes_have_three_digits_or_two(german: TextCatalogue, count: int, shown: str) -> None:
    assert german.size(count) == shown


def test_a_day_has_its_month_by_name(german: TextCatalogue) -> None:
    assert german.day(datetime(2026, 3, 5, tzinfo=UTC)) == "5. Mär 2026"
