"""The examples of docs/api.md run as they stand, and answer what stands there."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.server import running_server
from tests.videos import mp4

GUIDE = Path(__file__).resolve().parents[3] / "docs/api.md"
_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "-----end of the example-----"


def examples() -> list[tuple[str, Any]]:
    """The shell blocks of the guide, each with the answer that stands under it, or None."""
    found: list[tuple[str, Any]] = []
    for kind, text in _BLOCK.findall(GUIDE.read_text()):
        if kind == "sh":
            found.append((text, None))
        else:
            found[-1] = (found[-1][0], json.loads(text))
    return found


def check(shown: Any, real: Any, *, where: str) -> None:
    """See that the real answer has what is shown: names and types, and the very words that do not depend on chance."""
    assert type(real) is type(shown) or {type(real), type(shown)} == {int, float}, f"{where}: {real!r}"
    if isinstance(shown, dict):
        assert shown.keys() <= real.keys(), where
        for name, value in shown.items():
            check(value, real[name], where=f"{where}.{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(real), where
        for index, (one, other) in enumerate(zip(shown, real, strict=True)):
            check(one, other, where=f"{where}[{index}]")
    elif where.rsplit(".", 1)[-1] in {"title", "original_name", "status", "content_type", "type", "file"}:
        assert real == shown, where


def test_the_examples_run_and_answer_what_is_shown(azurite: str, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(mp4(200_000))
    script = f"\nprintf '\\n%s\\n' '{_MARK}'\n".join(text for text, _ in examples())
    with running_server(azurite) as server:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "URL": server.url, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.split(f"\n{_MARK}\n")
    for (text, shown), answer in zip(examples(), answers, strict=True):
        if shown is not None:
            check(shown, json.loads(answer), where=text.splitlines()[-1])
