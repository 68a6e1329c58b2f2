"""Descriptions and languages are cleaned, or refused in a sentence."""

import pytest

from utils.words import MAX_DESCRIPTION, InvalidWords, clean_description, clean_language


def test_a_description_keeps_its_lines_and_loses_what_is_no_text() -> None:
    assert clean_description("  One\r\n\n two\u202e \x07\n\n") == "One\n\n two"
    assert clean_description("é" * MAX_DESCRIPTION) == "é" * MAX_DESCRIPTION
    assert clean_description(" \n ") == ""


@pytest.mark.parametrize(
    "description",
    ["x" * (MAX_DESCRIPTION + 1), "x" * MAX_DESCRIPTION + " ", "\u0958" * MAX_DESCRIPTION, "x" * 10**6, 7, None],
)
def test_what_cannot_be_a_description_is_refused(description: object) -> None:
    with pytest.raises(InvalidWords, match=r"description .*\.$"):
        clean_description(description)


@pytest.mark.parametrize(
    ("given", "kept"), [("de", "de"), ("pt-BR", "pt-BR"), ("zh-Hant-TW", "zh-Hant-TW"), ("", None)]
)
def test_a_language_is_kept_or_taken_back(given: str, kept: str | None) -> None:
    assert clean_language(given) == kept


@pytest.mark.parametrize("language", ["d", "de_DE", "English!", "d e", " de", "de\n", 7, None, "a" * 40])
def test_what_is_no_language_is_refused(language: object) -> None:
    with pytest.raises(InvalidWords):
        clean_language(language)
