"""What is said in easy words: long sentences have a shorter form for those who want one."""

import re

import pytest

from routes.site.assets import texts_module
from routes.site.language import catalogues
from utils.texts import Message

LONG = 8
"""A text with a sentence of more words than this needs an easy form in every language.

What has shorter ones alone, labels and short sentences, is said as it is on all levels.
"""
LONGEST_SENTENCE = 12
MISSING = 0.05
"""The part of the long texts that may wait for its easy form: whoever adds one is not stopped by it."""
NO_SENTENCES = {"format.months"}
# What only those read who run the server or write programs, and refusals, whose English the server's code has.
LEFT_OUT = ("problems.", "docs.", "live_settings.", "audit.")


def forms(message: Message) -> list[str]:
    return list(message.values()) if isinstance(message, dict) else [message]


def longest(message: Message) -> int:
    """The words of its longest sentence."""
    return max(len(each.split()) for form in forms(message) for each in sentences(form))


def sentences(form: str) -> list[str]:
    return re.split(r"[.:!?]\s|\n", form)


def placeholders(message: Message) -> set[str]:
    return {name for form in forms(message) for name in re.findall(r"\{(\w+)\}", form)}


def test_texts_with_long_sentences_have_an_easy_form_in_every_language() -> None:
    long = {
        key
        for words in catalogues().values()
        for key, message in words.messages.items()
        if not key.startswith(LEFT_OUT) and key not in NO_SENTENCES and longest(message) > LONG
    }
    assert len(long) > 100
    for words in catalogues().values():
        assert words.easy is not None
        missing = {key for key in long if words.easy.messages[key] == words.messages[key]}
        assert len(missing) <= MISSING * len(long), (words.language, missing)


@pytest.mark.parametrize("language", catalogues())
def test_easy_forms_are_short_sentences_with_the_same_values(language: str) -> None:
    words = catalogues()[language]
    assert words.easy is not None
    for key, message in words.easy.messages.items():
        normal = words.messages[key]
        if message == normal:
            continue
        assert placeholders(message) == placeholders(normal), key
        assert isinstance(message, dict) == isinstance(normal, dict), key
        for form in forms(message):
            assert max(len(each.split()) for each in sentences(form)) <= LONGEST_SENTENCE, (key, form)


def test_scripts_of_easy_pages_say_easy_words() -> None:
    assert "We have" not in texts_module("en")
    for language in catalogues():
        easy, normal = texts_module(language, easy=True), texts_module(language)
        assert easy != normal
        assert easy.startswith('import { speak } from "../js/site/core/texts.js";')
