"""What is typed and what is stored become the same words."""

import pytest

from utils.search_words import fold, marked, searchable, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Überflug", "uberflug"),
        ("STRASSE straße", "strasse strasse"),
        ("Łódź Ørsted Æon", "lodz orsted aeon"),
        ("ﬁlm №1", "film no1"),
        ("İstanbul", "istanbul"),
    ],
)
def test_case_accents_and_forms_are_folded(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_words_are_split_at_everything_that_is_no_letter_or_digit() -> None:
    assert words("Holiday_film-2026.mp4 (final!) holiday") == ["holiday", "film", "2026", "mp4", "final"]


def test_scripts_without_spaces_are_found_from_any_letter() -> None:
    assert searchable("東京旅行") == {"東京旅行", "京旅行", "旅行", "行"}


def test_words_are_no_longer_than_anybody_types() -> None:
    assert {len(word) for word in searchable("x" * 300)} == {40}
    assert words("x" * 300) == ["x" * 40]


@pytest.mark.parametrize(
    ("text", "asked", "parts"),
    [
        ("Down to the sea.", "sea", ["Down to the ", "*sea", "."]),
        ("Sea, SEASIDE, oversea", "sea", ["*Sea", ", ", "*SEASIDE", ", oversea"]),
        ("Größe l'été", "gross ete", ["*Größe", " l'", "*été"]),
        ("我们去海边", "海边", ["我们去", "*海边"]),
        ("nothing", "sea", ["nothing"]),
        ("", "sea", []),
    ],
)
def test_what_was_found_is_marked(text: str, asked: str, parts: list[str]) -> None:
    assert [("*" if is_hit else "") + part for part, is_hit in marked(text, words(asked))] == parts
