"""What the documents say about the tree is true."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from config import Settings
from scripts.rooms import as_the_code_has_them

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_NAMED = re.compile(
    r"`((?:app|config|gunicorn\.conf|startup|routes|services|utils|scripts|tests|static|docs)(?:/[\w./-]+|\.py|\.sh))`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_named_files_exist(document: Path) -> None:
    text = document.read_text()
    links = [document.parent / target for target in _LINK.findall(text) if "://" not in target]
    named = [ROOT / name for name in _NAMED.findall(text)]
    assert [str(path) for path in links + named if not path.exists()] == []


def test_the_plan_of_the_house_is_as_the_code_has_it() -> None:
    for page, text in as_the_code_has_them().items():
        assert text == page.read_text(), "Run `.venv/bin/python -m scripts.rooms`."


@pytest.mark.parametrize("guide", ["deploy.md", "operations.md"])
def test_settings_that_the_guides_name_exist(guide: str) -> None:
    names = {each.name.upper() for each in fields(Settings)}
    # These are read by azd, by its hooks and by GitHub, and named by the templates.
    others = {
        "APP_URL",
        "STORAGE_SKU",
        "STORAGE_TIERS",
        "STORAGE_OPEN_TO_BROWSERS",
        "AUTH_CLIENT_ID",
        "AUTH_CLIENT_SECRET",
        "WORKER_APP",
    }
    others |= {
        f"AZURE_{each}" for each in ("ENV_NAME", "RESOURCE_GROUP", "SUBSCRIPTION_ID", "TENANT_ID", "WEBAPP_NAME")
    }
    first_words = {name.partition("_")[0] + "_" for name in names if "_" in name}
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", (ROOT / "docs" / guide).read_text()))
    ours = {each for each in named if each.startswith(tuple(first_words))}
    assert len(ours) > 5
    assert ours - names - others == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:`|^)(?:[A-Z_]+=\S+ )?make ([a-z][a-z-]+)\b", document.read_text(), flags=re.MULTILINE))
    assert named <= targets
