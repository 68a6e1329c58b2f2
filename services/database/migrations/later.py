"""Bring a database to the newest revision as soon as its disk can be written: `… later <pid of its starter>`.

A server runs this beside it when it had to start without. The URL comes by standard input.
"""

import json
import sys
import time

from services.database.errors import DiskRefusesError, SchemaError
from services.database.migrations.run import upgrade
from utils.tied_command import tie_to

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


def main() -> int:
    """Try until it is done, or until the starter dies."""
    tie_to(int(sys.argv[1]))
    url = json.load(sys.stdin)["url"]
    pause = _FIRST_PAUSE
    while True:
        try:
            upgrade(url)
        except DiskRefusesError:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        except SchemaError as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1
        else:
            print("The database is up to date now.", file=sys.stderr)  # noqa: T201 - where the server's log goes
            return 0


if __name__ == "__main__":
    sys.exit(main())
