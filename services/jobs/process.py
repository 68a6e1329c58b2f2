"""The worker as a process: `python -m services.jobs.process`. It ends by SIGTERM, which gives its jobs back."""

import logging.config
import signal
import sys

from services.jobs.build import build_worker, from_environment
from utils.logs import logging_config


def main() -> int:
    """Work until SIGTERM."""
    settings = from_environment()
    json_lines = settings.effective_log_format == "json"
    config = logging_config(level=settings.log_level, json_lines=json_lines, file=settings.log_file)
    logging.config.dictConfig(config)
    worker = build_worker(settings)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
