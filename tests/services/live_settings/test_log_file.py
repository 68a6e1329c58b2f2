"""What is set of the log file reaches all processes that write into it."""

from pathlib import Path

from services.actors.actor import SYSTEM
from tests.accounts import Build
from utils.log_files import USUAL_COUNT
from utils.sizes import MIB


def test_how_large_a_log_file_grows_is_a_live_setting(build: Build, tmp_path: Path) -> None:
    file = tmp_path / "logs" / "reelgate.log"
    live = build(log_file=file).live_settings
    live.put("log_max_size", 3, by=SYSTEM)
    said = file.with_name("reelgate.log.lock")
    assert said.read_text() == f"{3 * MIB} {USUAL_COUNT}"
    live.put("log_backup_count", 0, by=SYSTEM)
    assert said.read_text() == f"{3 * MIB} 0"
    live.reset("log_max_size", by=SYSTEM)
    assert said.read_text() == f"{10 * MIB} 0"
