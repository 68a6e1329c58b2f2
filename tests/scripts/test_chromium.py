"""Which browser the tests use, and what happens without one."""

from pathlib import Path

import pytest

from scripts import chromium


@pytest.fixture
def without_chromium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", str(tmp_path / "missing"))


def test_a_named_browser_is_the_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "my-chromium"
    named.write_text("#!/bin/sh\nexit 0\n")
    named.chmod(0o755)
    monkeypatch.setenv("CHROMIUM_PATH", str(named))
    assert chromium.find_chromium() == named


def test_a_browser_that_does_not_start_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CHROMIUM_PATH", str(broken))
    assert chromium.find_chromium() is None


@pytest.mark.usefixtures("without_chromium")
def test_no_browser_is_said_loudly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    assert chromium.main() == 0
    assert "NO CHROMIUM: the browser tests are SKIPPED" in capsys.readouterr().out


@pytest.mark.usefixtures("without_chromium")
def test_no_browser_is_a_failure_where_one_is_required(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    assert chromium.main() == 1
    assert "FAIL" in capsys.readouterr().out
