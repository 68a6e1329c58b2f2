"""The bench of Reelgate's own kinds of jobs.

`python -m services.bench <descriptor of its socket> <pid of its starter>`
"""

import socket
import sys

from services.assembly import services_from_environment
from services.jobs.bench import serve
from utils.tied_command import tie_to


def main() -> None:
    """Serve until the worker closes the socket."""
    tie_to(int(sys.argv[2]))
    services = services_from_environment()
    serve(socket.socket(fileno=int(sys.argv[1])), services.jobs.kinds, after_each=services.costs.costs.write_down)


if __name__ == "__main__":
    main()
