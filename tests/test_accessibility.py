"""What docs/accessibility.md says of each criterion is held by a test that exists."""

import re
from pathlib import Path

from routes.site.density import SHOWN_FROM
from routes.site.language import catalogues

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs/accessibility.md").read_text()
_ROW = re.compile(r"^\| (\d\.\d\.\d+) [^|]+\| (A{1,3}) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
STATES = {"met", "partly", "not met", "not applicable"}

# All of the levels A and AA of WCAG 2.2, in which 4.1.1 is no more.
CRITERIA = {
    *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.3.3", "1.3.4", "1.3.5"),
    *("1.4.1", "1.4.2", "1.4.3", "1.4.4", "1.4.5", "1.4.10", "1.4.11", "1.4.12", "1.4.13"),
    *("2.1.1", "2.1.2", "2.1.4", "2.2.1", "2.2.2", "2.3.1", "2.4.1", "2.4.2", "2.4.3", "2.4.4", "2.4.5", "2.4.6"),
    *("2.4.7", "2.4.11", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.7", "2.5.8"),
    *("3.1.1", "3.1.2", "3.2.1", "3.2.2", "3.2.3", "3.2.4", "3.2.6", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.7"),
    *("3.3.8", "4.1.2", "4.1.3"),
}


def test_every_criterion_of_a_and_aa_is_there_once() -> None:
    rows = [(number, level) for number, level, *_ in _ROW.findall(TEXT)]
    assert len(rows) == len(set(rows))
    assert {number for number, level in rows if level != "AAA"} == CRITERIA


def test_what_is_met_has_a_test_and_what_is_not_says_why() -> None:
    for number, _, state, why, held_by in _ROW.findall(TEXT):
        assert state in STATES, number
        assert state != "met" or _TEST.search(held_by), number
        assert state == "met" or why.strip(), number


def test_the_tests_that_are_named_exist() -> None:
    named = set(_TEST.findall(TEXT))
    assert len(named) > 30
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).is_file() or f"def {name}(" not in (ROOT / path).read_text()
    ]
    assert missing == []
    assert TEXT.count("`tests/") == len(_TEST.findall(TEXT)) + 1


def test_the_list_of_each_density_is_the_table_that_pages_ask() -> None:
    words = catalogues()["en"].names("density")
    stated = {
        (what, int(least)) for what, least in re.findall(r"^\| (?:list|watch): ([^|]+) \| (\d) \|$", TEXT, re.MULTILINE)
    }
    assert stated == {(words[name][0].lower() + words[name][1:], least) for name, least in SHOWN_FROM.items()}
