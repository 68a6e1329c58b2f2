"""Whether storage and the list hold what clients were told, and nothing else."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

import requests

from tests.fire.scenario import Figure
from tests.fire.senders import Outcome
from tests.server import Server

_LISTED_WITHIN = 90


def judge(server: Server, outcomes: Sequence[Outcome]) -> list[str]:
    """A sentence for each upload that is lost, differs or is there twice, and for what nobody has sent."""
    stored = server.blob_names()
    broken = [f"{each.film.name} by {each.door} was given up: {each.why}" for each in outcomes if not each.video_id]
    told = {each.video_id: each for each in outcomes if each.video_id}
    broken += [f"{told[name].film.name} is not in storage." for name in told.keys() - set(stored)]
    broken += [f"{name} is in storage, and no client was told of it." for name in set(stored) - told.keys()]
    copies = Counter(name.rpartition("_")[2] for name in stored)
    broken += [f"{name} is there {count} times." for name, count in copies.items() if count > 1]
    broken += list(_different(server, (told[name] for name in stored if name in told)))
    return broken + unexpected(server)


def unexpected(server: Server) -> list[str]:
    """What the server itself calls a mistake of its own."""
    return [f"The log says: {line}" for line in server.log.splitlines() if "unexpected error" in line]


def _different(server: Server, outcomes: Iterable[Outcome]) -> Iterator[str]:
    for each in outcomes:
        stored, sent = server.content(str(each.video_id)), each.film.content()
        if sha256(stored).digest() != sha256(sent).digest():
            yield f"{each.film.name} differs: {len(stored)} bytes for {len(sent)}."


def wait_until_listed(server: Server, outcomes: Sequence[Outcome]) -> tuple[float, list[str]]:
    """Wait until the list shows every video once; the seconds, and what it lacks or shows too much at the end."""
    told = sorted(each.video_id for each in outcomes if each.video_id)
    started = time.monotonic()
    while (shown := sorted(_listed(server))) != told and time.monotonic() < started + _LISTED_WITHIN:
        time.sleep(0.25)
    seconds = time.monotonic() - started
    lacking, extra = Counter(told) - Counter(shown), Counter(shown) - Counter(told)
    wrong = [f"{name} is not in the list." for name in lacking]
    wrong += [f"{name} should not be in the list." for name in extra]
    lines = [line for line in server.log.splitlines() if any(name in line for name in lacking + extra)]
    return seconds, wrong + [f"The log says: {line}" for line in lines]


def _listed(server: Server) -> Iterator[str]:
    query: dict[str, str] = {"limit": "200"}
    while True:
        answer = requests.get(f"{server.url}/api/videos", params=query, timeout=30)
        if answer.status_code != 200:
            return
        page = answer.json()
        yield from (video["id"] for video in page["videos"])
        if page["next"] is None:
            return
        query["cursor"] = page["next"]


def tally(outcomes: Sequence[Outcome], broken: Sequence[str], *, seconds: float) -> list[Figure]:
    """The figures that every scenario of uploads has."""
    done = Counter(each.door for each in outcomes if each.video_id)
    doors = ", ".join(f"{count} by {door}" for door, count in done.items())
    return [
        ("uploads complete", f"{done.total()} of {len(outcomes)} ({doors})"),
        ("lost, different, doubled or not asked for", str(len(broken))),
        ("requests that clients had to repeat", str(sum(each.repeats for each in outcomes))),
        ("took", f"{seconds:.0f} s"),
    ]
