"""Migration, held to its description on a real server."""

from pathlib import Path

from tests.described_answers import Described
from tests.videos import mp4

_ASK = "POST /api/migrate-clips"


def meet_migration(api: Described, folder: Path) -> None:
    """Take a folder in, and meet what is said of that."""
    (folder / "film.mp4").write_bytes(mp4(3000))
    (folder / "notes.txt").write_text("no film")
    api.ask(_ASK, 200, query="?dry_run=true")
    api.ask(_ASK, 202)
    api.ask(_ASK, 400, query="?batch_size=0")
    api.ask(_ASK, 400, query="?local_clips_dir=/etc")
