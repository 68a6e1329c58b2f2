"""Names of files are made of patterns, which are checked before anything is named by them."""

import pytest

from utils.name_patterns import check_pattern, filled

FIELDS = ("title", "date", "artist", "id")


@pytest.mark.parametrize("pattern", ["{title}", "{date} {artist} - {title}", "Film ({id})", "{title}{title}"])
def test_a_pattern_names_fields_that_there_are(pattern: str) -> None:
    check_pattern(pattern, FIELDS)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "1 to 200 characters"),
        ("  ", "1 to 200 characters"),
        ("{title}" + "x" * 200, "1 to 200 characters"),
        ("films", "needs a field"),
        ("{titel}", "There is no field {titel}. There are {title}, {date}, {artist}, {id}."),
        ("{title.__class__}", "There is no field"),
        ("{title", "needs a field and its }"),
        ("{title}}", "needs a field and its }"),
        ("{}{title}", "needs a field and its }"),
        ("{{title}}", "needs a field and its }"),
        ("../{title}", "cannot have /"),
        ("{title}\x00", "cannot have /"),
        ("c:\\{title}", "cannot have /"),
    ],
)
def test_what_names_nothing_is_refused_in_words(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        check_pattern(pattern, FIELDS)
    assert reason in str(refused.value)


def test_fields_are_filled_once_and_what_joined_nothing_goes() -> None:
    said = {"title": "{id}  of it", "date": "2026-11-20", "artist": ""}
    assert filled("{date} {title}", said) == "2026-11-20 {id} of it"
    assert filled("{artist} - {title}", said) == "{id} of it"
    assert filled("{title} - {artist}", said) == "{id} of it"
    assert filled("{artist} - {id}", said) == ""
