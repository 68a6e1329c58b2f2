"""The keeper as a process: `python -m services.replication <pid of its starter>`.

It writes one line when the server may start: nothing, or why it must not.
"""

import logging.config
import signal
import sys

from services.errors import ReelgateError
from services.replication.build import build, from_environment
from utils.logs import logging_config
from utils.tied_command import tie_to


def main() -> int:
    """Run until SIGTERM, or until the starter dies."""
    settings = from_environment()
    json_lines = settings.effective_log_format == "json"
    config = logging_config(level=settings.log_level, json_lines=json_lines, file=settings.log_file)
    logging.config.dictConfig(config)
    try:
        keeper = build(settings)
        signal.signal(signal.SIGTERM, lambda *_: keeper.stop())
        tie_to(int(sys.argv[1]))
        keeper.run(ready=lambda: _say(""))
    except ReelgateError as error:
        _say(str(error))
        return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
