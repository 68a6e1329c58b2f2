"""What accounts cost: `python -m benchmarks.accounts`, behind `make bench-accounts`.

Whether a wrong password takes as long for a name that nobody has as for one that somebody has; what simultaneous
sign-ins leave in a worker; and what a request costs more that says who sends it.
"""

import http.client
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import requests

from benchmarks.rounds import Spread, in_turns, ratio
from benchmarks.sections import write_section
from benchmarks.servers import resident_bytes
from scripts.azurite import Azurite, running_azurite
from tests.accounts import PASSWORD
from tests.server import Server, eventually, running_server
from tests.videos import mp4
from utils.sizes import MIB

_ROUNDS = int(os.environ.get("ROUNDS", "15"))
_TRIES = int(os.environ.get("TRIES", "50"))
_AT_ONCE = 16
_VIDEOS = 50
_REQUESTS = 100
_PAGE, _COMMAND = "benchmarks-accounts.md", "make bench-accounts"
_OPEN = "nobody has to sign in (`AUTH_MODE=none`)"


@dataclass(frozen=True, kw_only=True)
class _Visitor:
    """Somebody who asks for the list, and by what they are known."""

    label: str
    server: Server
    headers: Mapping[str, str]


def main() -> None:
    """Measure all three, and write what came of it into `docs/benchmarks-accounts.md`."""
    with running_azurite() as azurite:
        write_section(_PAGE, "requests", _measured_requests(azurite), command=_COMMAND)
        with _server(azurite) as server:
            write_section(_PAGE, "tries", _measured_tries(server), command=_COMMAND)
        with _server(azurite) as server:
            write_section(_PAGE, "memory", _measured_memory(server), command=_COMMAND)


@contextmanager
def _server(azurite: Azurite, **settings: object) -> Iterator[Server]:
    """A server whose first account is ada's, who may administer; it lets anybody try as often as they like."""
    with running_server(azurite.connection_string, **settings) as server:
        for key, value in (("lockout_tries", 100), ("lockout_address_tries", 10_000), ("rate_sign_in", 0)):
            requests.put(f"{server.url}/api/settings/{key}", json={"value": value}, timeout=60).raise_for_status()
        said = {"username": "ada", "password": PASSWORD}
        requests.post(f"{server.url}/api/auth/register", json=said, timeout=60).raise_for_status()
        yield server


def _measured_tries(server: Server) -> str:
    admin = _headers(_token(server))
    invited = {"username": "invited", "role": "USER"}
    requests.post(f"{server.url}/api/users", json=invited, headers=admin, timeout=60).raise_for_status()
    names = {"somebody's": "ada", "nobody's": "nobody-has-it", "of somebody who has no password yet": "invited"}
    costs: dict[str, list[tuple[float, float]]] = {label: [] for label in names}
    for label in in_turns(list(names), rounds=_TRIES):
        costs[label].append(_cost_of_a_try(server, names[label]))
    rows = [
        f"{_TRIES} tries each, in turns, one at a time; medians (middle half).",
        "",
        "| a wrong password, the name being | time, ms | × somebody's | processor, ms | × somebody's |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for label, tries in costs.items():
        cells = [label]
        for part in (0, 1):
            ours, known = ([each[part] for each in of] for of in (tries, costs["somebody's"]))
            low, middle, high = (1000 * each for each in statistics.quantiles(ours, n=4))
            cells += [f"{middle:.0f} ({low:.0f} to {high:.0f})", f"{middle / 1000 / statistics.median(known):.3f}"]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _cost_of_a_try(server: Server, name: str) -> tuple[float, float]:
    """Time and processor time of one try, in seconds."""
    [worker] = server.workers
    said = {"username": name, "password": "a wrong password"}
    cpu, began = sum(worker.cpu_times()[:2]), time.perf_counter()
    answer = requests.post(f"{server.url}/api/auth/login", json=said, timeout=60)
    taken = time.perf_counter() - began
    if answer.status_code != 401:
        raise RuntimeError(f"{name} was answered {answer.status_code}")
    return taken, sum(worker.cpu_times()[:2]) - cpu


def _measured_memory(server: Server) -> str:
    [worker] = server.workers
    requests.get(f"{server.url}/login", timeout=60).raise_for_status()
    before, after = resident_bytes(worker), []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in range(_ROUNDS):
            list(pool.map(lambda _: _token(server), range(_AT_ONCE)))
            after.append(resident_bytes(worker))
    rows = [
        ("before anybody has signed in", f"{before / MIB:.1f} MiB"),
        (f"after {_AT_ONCE} at once", f"+{(after[0] - before) / MIB:.1f} MiB"),
        (f"after {_ROUNDS} times {_AT_ONCE} at once", f"+{(after[-1] - before) / MIB:.1f} MiB"),
        ("at most is asked for, after the first", "+16 MiB"),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"| resident memory of the one worker | |\n| --- | ---: |\n{table}"


def _measured_requests(azurite: Azurite) -> str:
    shared = {"azure_storage_container_name": "seen-by-both"}
    with (
        running_server(azurite.connection_string, auth_mode="none", **shared) as opened,
        ExitStack() as stack,
    ):
        for number in range(_VIDEOS):
            film = mp4(2000, seed=number)
            requests.put(f"{opened.url}/api/upload/film.mp4", data=film, timeout=60).raise_for_status()
        closed = stack.enter_context(_server(azurite, **shared))
        visitors = [_Visitor(label=_OPEN, server=opened, headers={}), *_signed_in(closed)]
        for each in visitors:
            eventually(lambda each=each: _count(each) == _VIDEOS, patience=60)  # type: ignore[misc]
            _costs(each)
        costs: dict[str, list[tuple[float, float]]] = {each.label: [] for each in visitors}
        for each in in_turns(visitors, rounds=_ROUNDS):
            costs[each.label].append(_costs(each))
    return _comparison(costs)


def _signed_in(server: Server) -> Sequence[_Visitor]:
    jwt = _headers(_token(server))
    wanted = {"name": "a program", "scopes": ["videos:read"]}
    personal = requests.post(f"{server.url}/api/auth/tokens", json=wanted, headers=jwt, timeout=60).json()["token"]
    session = requests.Session()
    said = {"username": "ada", "password": PASSWORD}
    session.post(f"{server.url}/login", data=said, headers={"Origin": server.url}, timeout=60).raise_for_status()
    cookie = "; ".join(f"{each.name}={each.value}" for each in session.cookies)
    return [
        _Visitor(label="a session's cookie", server=server, headers={"Cookie": cookie}),
        _Visitor(label="an access token (JWT)", server=server, headers=jwt),
        _Visitor(label="a personal token", server=server, headers=_headers(personal)),
    ]


def _costs(visitor: _Visitor) -> tuple[float, float]:
    """Processor time and time of one request, in seconds: of many on one connection."""
    [worker] = visitor.server.workers
    connection = http.client.HTTPConnection("127.0.0.1", visitor.server.port, timeout=60)
    cpu, times = sum(worker.cpu_times()[:2]), []
    for _ in range(_REQUESTS):
        began = time.perf_counter()
        connection.request("GET", "/api/videos", headers=dict(visitor.headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{visitor.label} was answered {answer.status}")
        times.append(time.perf_counter() - began)
    connection.close()
    # The middle one of the times: what else the machine does lengthens a few of them many times over.
    return (sum(worker.cpu_times()[:2]) - cpu) / _REQUESTS, statistics.median(times)


def _comparison(costs: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    rows = [
        f"`GET /api/videos`, {_VIDEOS} videos, one worker each; {_ROUNDS} rounds of {_REQUESTS} requests, in turns.",
        "Medians (least to most), ratios round by round. At most 1.15 is asked for.",
        "",
        "| who asks brings | processor, ms | × open | time, ms | × open |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for label, rounds in costs.items():
        cells = [label]
        for part in (0, 1):
            ours, theirs = ([each[part] for each in of] for of in (rounds, costs[_OPEN]))
            cells += [Spread.of(ours).text(2, factor=1000), ratio(ours, theirs).text(2)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _count(visitor: _Visitor) -> int:
    answer = requests.get(f"{visitor.server.url}/api/videos", headers=dict(visitor.headers), timeout=60)
    return len(answer.json()["videos"])


def _token(server: Server) -> str:
    said = {"username": "ada", "password": PASSWORD}
    answer = requests.post(f"{server.url}/api/auth/login", json=said, timeout=120)
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


if __name__ == "__main__":
    main()
