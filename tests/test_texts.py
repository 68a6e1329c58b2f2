"""What people read stands in the catalogue: in every language, used somewhere, and nowhere else."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from routes.site.assets import texts_module
from routes.site.language import catalogues
from services.events.catalogue import BY_NAME as EVENT_NAMES
from tests.described import standard_app
from tests.errors import domain_errors
from utils.texts import Message

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
FEATURES = sorted(ROOT.glob("routes/*/feature.py"))
PYTHON = [*FEATURES, *sorted((ROOT / "routes/site").glob("*.py")), ROOT / "utils/texts.py"]
PYTHON += sorted((ROOT / "services/accounts/mail").glob("*.py"))
# Only languages other than the server's own say its refusals anew.
PROBLEMS = "problems."
HTTP_PROBLEMS = {"method-not-allowed", "request-entity-too-large"}
# Names, units and what is typed, in every language the same.
SAME_EVERYWHERE = re.compile(r"Reelgate|SHA-256|curl -T film\.mp4|api/upload/|OpenAPI")
# Words of protocols and keys of keyboards, which scripts speak of.
MACHINES = {"Range", "Location", "Date", "Files", "Delete", "Escape", "Enter"}
READ_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt", "data-widest"}
GERMAN_AS_IN_ENGLISH = 0.15

# Every file of texts gives its keys their beginning.
FILES = sorted(path.stem for path in (ROOT / "texts/en").glob("*.json"))
_KEY = rf"(?:{'|'.join(FILES)})\.[\w.-]*"


def keys(language: str) -> set[str]:
    return {key for key in catalogues()[language].messages if not key.startswith(PROBLEMS)}


def used() -> tuple[set[str], set[str]]:
    """The keys that are named somewhere, and the beginnings of those that are put together."""
    whole, beginnings = set[str](), set[str]()
    for path in (*TEMPLATES, *SCRIPTS, *PYTHON):
        text = path.read_text()
        whole |= set(re.findall(rf'["\'`]({_KEY})["\'`]', text))
        beginnings |= set(re.findall(rf"`({_KEY})\$", text))
        beginnings |= {each + "." for each in re.findall(rf'names\("({_KEY})"\)', text)}
        beginnings |= set(re.findall(rf'"({_KEY}\.)" ~', text))
    # The lists of keys are named by what they are of (templates/site/_overlays.html).
    # The list of what each density shows is named by its table (routes/site/density.py).
    return whole, beginnings | {"site.keys_", "density."}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "texts").rglob("*.json")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_key_stands_twice_in_a_file(path: Path) -> None:
    doubled: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        doubled.extend(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)

    # Of two the last would be taken, without a word.
    json.loads(path.read_text(), object_pairs_hook=note)
    assert doubled == []


def placeholders(message: Message) -> set[str]:
    forms = message.values() if isinstance(message, dict) else [message]
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


def test_every_key_exists_in_every_language() -> None:
    assert {language: keys(language) ^ keys("en") for language in catalogues()} == {"de": set(), "en": set()}


def test_every_language_has_the_same_values_and_plural_forms() -> None:
    english, german = catalogues()["en"].messages, catalogues()["de"].messages
    for key in keys("en"):
        assert placeholders(english[key]) == placeholders(german[key]), key
        assert isinstance(english[key], dict) == isinstance(german[key], dict), key
        for message in (english[key], german[key]):
            assert not isinstance(message, dict) or set(message) == {"one", "other"}, key


def test_german_is_german() -> None:
    same = [key for key in keys("en") if catalogues()["en"].messages[key] == catalogues()["de"].messages[key]]
    assert len(same) <= GERMAN_AS_IN_ENGLISH * len(keys("en")), same


def test_every_key_that_is_named_exists_and_every_key_is_named() -> None:
    whole, beginnings = used()
    # What is the beginning of keys, or an address (`library.home`), is no key.
    asked = {key for key in whole if not any(each.startswith(f"{key.rstrip('.')}.") for each in keys("en"))}
    asked -= {"docs.", "site."} | set(standard_app().view_functions) | set(EVENT_NAMES)
    assert asked - keys("en") == set()
    assert {key for key in keys("en") - whole if not key.startswith(tuple(beginnings))} == set()


def test_refusals_that_are_said_anew_are_refusals_that_there_are() -> None:
    known = {error.slug for error in domain_errors()} | HTTP_PROBLEMS
    said = {key.split(".")[1] for key in catalogues()["de"].messages if key.startswith(PROBLEMS)}
    assert said - known == set()


class Reader(HTMLParser):
    """Collects what a person would read of a template's own markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.found += [value or "" for name, value in attrs if name in READ_ATTRIBUTES]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_has_words_of_its_own(path: Path) -> None:
    reader = Reader()
    tokens = Environment(autoescape=True).lex(path.read_text())
    reader.feed("".join(text for _, kind, text in tokens if kind == "data"))
    words = [SAME_EVERYWHERE.sub("", text) for text in reader.found]
    assert [text.strip() for text in words if re.search(r"[^\W\d_]{2}", text)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_script_has_sentences_of_its_own(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(), flags=re.DOTALL)
    # What a programmer reads may stay: errors that nobody is shown.
    code = re.sub(r"new (?:Type)?Error\([^)]*\)", "", code)
    words = set(re.findall(r"""["'`]([A-Z][a-z]+(?:[ ,:][^"'`\n]*)?[a-z.])["'`]""", code))
    assert words - MACHINES == set()


def test_values_are_put_in_as_they_are_and_numbers_in_groups() -> None:
    english, german = catalogues()["en"], catalogues()["de"]
    assert english.text("library.count", count=1) == "1 video"
    assert german.text("library.count", count=12345) == "12.345 Videos"
    assert english.text("library.tagged", tag="{words} <b>") == "Tagged “{words} <b>”"
    with pytest.raises(KeyError):
        english.text("library.nonsense")
    assert english.problem("busy", "Own words.", "why") == "Own words."
    assert german.problem("busy", "Own words.", "why").startswith("Für")


def test_scripts_are_given_the_words_of_their_language() -> None:
    assert texts_module("de").startswith('import { speak } from "../js/site/core/texts.js";\nspeak("de", {')
