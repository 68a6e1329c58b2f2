"""What a search in transcripts costs: a part of `make bench-library`, or `python -m benchmarks.transcripts sqlite`.

The whole app in this process, without a network, with 1,000 and with 100,000 videos of 200 spoken words each, and an
artist with ten films for every ten videos, on SQLite and on PostgreSQL. Words are as frequent as in a language: the
most frequent is said in every film, most in few. To fill a database takes minutes: with `KEEP`, a folder, those of
SQLite are kept there and measured again. `VIDEOS=10000 ROUNDS=10` is a quick look.

The two sizes are asked in turn. On a machine that has other work, processor time tells more than the clock: on SQLite
it is all that a request takes, on PostgreSQL what the app takes beside the server.
"""

import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from app import create_app
from benchmarks.artists import fill as fill_with_artists
from benchmarks.library import LARGE, SMALL, invented
from benchmarks.sections import write_section
from config import LogLevel, Secret, Settings
from routes.http.wiring import SERVICES
from scripts.postgres import running_postgres
from services.captions.spoken.lines import SpokenLine
from services.captions.spoken.store import SpokenFilm, SpokenStore
from services.library.catalogue import Catalogue

_MANY = int(os.environ.get("VIDEOS", str(LARGE)))
_ROUNDS = int(os.environ.get("ROUNDS", "60"))
_SPOKEN, _IN_A_LINE = 200, 8
_SYLLABLES = [first + last for first in "bdfghklmnprstvw" for last in ("a", "e", "i", "o", "u", "an", "er")]
VOCABULARY = [
    "".join(each) for each in itertools.islice(itertools.product(_SYLLABLES, _SYLLABLES, _SYLLABLES[:3]), 20_000)
]
random.Random(0).shuffle(VOCABULARY)
_WEIGHTS = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(VOCABULARY))))


def main() -> None:
    """Measure, and write what came of it into `docs/benchmarks-library.md`."""
    for engine in sys.argv[1:] or ("sqlite", "postgresql"):
        with ExitStack() as stack:
            server = stack.enter_context(running_postgres()) if engine == "postgresql" else None
            folder = os.environ.get("KEEP") or stack.enter_context(tempfile.TemporaryDirectory())
            text = measured(Path(folder), server)
        write_section("benchmarks-library.md", f"transcripts on {engine}", text, command="make bench-library")


def said_in(number: int) -> list[SpokenLine]:
    """Two hundred words in lines of eight, one every three seconds."""
    rng = random.Random(number)
    spoken = [VOCABULARY[bisect(_WEIGHTS, rng.random() * _WEIGHTS[-1])] for _ in range(_SPOKEN)]
    return [
        SpokenLine(375 * at, "en", " ".join(spoken[at : at + _IN_A_LINE])) for at in range(0, len(spoken), _IN_A_LINE)
    ]


def measured(folder: Path, server: str | None) -> str:
    """The table, in Markdown; of SQLite where there is no server."""
    name = "SQLite" if server is None else "PostgreSQL"
    heads = (name, f"{SMALL:,} videos", f"{_MANY:,} videos", "ratio", "processor")
    rows = [f"| {' | '.join(heads)} |", "| --- | ---: | ---: | ---: | ---: |"]
    with ExitStack() as stack:
        clients = [stack.enter_context(_filled(folder, size, server)) for size in (SMALL, _MANY)]
        for name, question in _questions().items():
            asked: list[list[_Taken]] = [[] for _ in clients]
            for _ in range(_ROUNDS):
                for client, taken in zip(clients, asked, strict=True):
                    taken.append(_asked(client, question))
            clocks = [[each.clock for each in taken] for taken in asked]
            few, many = (statistics.median(each.processor for each in taken) for taken in asked)
            rows.append(f"| {name} | {' | '.join(map(_spread, clocks))} | {_ratio(clocks)} | {few:.1f}, {many:.1f} |")
    return "\n".join(
        [
            f"Milliseconds of a request: the median of {_ROUNDS}, and what 95 % are below; {_SPOKEN} words are said in",
            "each video, and an artist is followed for every ten. The search answers with up to 20 of each kind, the",
            "list with 50 videos. The last column is processor time of this process: the medians with fewer",
            "and with more videos.",
            "",
            *rows,
        ]
    )


def _questions() -> Mapping[str, str]:
    often, also, seldom, rare = (VOCABULARY[rank] for rank in (0, 1, 1_000, 15_000))
    asked = {
        "a word of every video": often,
        "two words of every video": f"{often} {also}",
        "a word of 1.5 %": seldom,
        "a word of 0.1 %": rare,
        "a frequent and a rare one": f"{often} {rare}",
        "two of 1.5 %": f"{seldom} {VOCABULARY[1_001]}",
        "one letter": often[0],
        "two letters": seldom[:2],
        "four letters": seldom[:4],
        "an artist": "artist 77",
        "nothing is found": "zebra",
    }
    searches = {f"search: {name}": "/api/search?" + urlencode({"q": words}) for name, words in asked.items()}
    pages = {name: "/search?" + urlencode({"q": asked[name]}) for name in ("a word of every video", "two of 1.5 %")}
    return (
        searches
        | {f"page of search: {name}": address for name, address in pages.items()}
        | {
            "list: first page, newest first": "/api/videos",
            "list: a word of every title (`film`)": "/api/videos?q=film",
            "list: a rare word (`garden7`)": "/api/videos?q=garden7",
            "list: two words (`night river`)": "/api/videos?q=night+river",
        }
    )


@contextmanager
def _filled(folder: Path, videos: int, server: str | None) -> Iterator[FlaskClient]:
    url = None if server is None else _new_database(server, str(videos))
    settings = Settings(
        azure_storage_connection_string=Secret("UseDevelopmentStorage=true"),
        data_dir=folder / f"{videos}{'' if url is None else '-beside'}",
        database_url=None if url is None else Secret(url),
        log_level=LogLevel.WARNING,
    )
    app = create_app(settings)
    services = app.extensions[SERVICES]
    services.platform.databases.upgrade()
    catalogue = services.library.catalogue
    if not catalogue.is_complete():
        _fill(catalogue, SpokenStore(services.platform.databases.index), videos)
        fill_with_artists(services.platform.databases.durable, videos // 10)
        catalogue.set_complete()
    if url is not None:
        _analyse(url)
    yield app.test_client()
    catalogue.close()


def _fill(catalogue: Catalogue, spoken: SpokenStore, videos: int) -> None:
    for start in range(0, videos, 5000):
        batch = [invented(number) for number in range(start, min(videos, start + 5000))]
        catalogue.put_all(batch)
        spoken.put(
            *(
                SpokenFilm(video=each.id, uploaded_at=each.uploaded_at, lines=said_in(number), version="1")
                for number, each in enumerate(batch, start)
            )
        )


def _new_database(server: str, number: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE transcripts_{number}"))
    engine.dispose()
    return make_url(server).set(database=f"transcripts_{number}").render_as_string(hide_password=False)


def _analyse(url: str) -> None:
    """What PostgreSQL does by itself a minute after so much was written."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


@dataclass(frozen=True)
class _Taken:
    """What a request has taken, in milliseconds."""

    clock: float
    processor: float


def _asked(client: FlaskClient, question: str) -> _Taken:
    started, worked = time.perf_counter(), time.process_time()
    answer = client.get(question)
    taken = _Taken(1000 * (time.perf_counter() - started), 1000 * (time.process_time() - worked))
    if answer.status_code != 200:
        raise RuntimeError(f"{question} was answered {answer.status_code}: {answer.text}")
    return taken


def _ratio(times: list[list[float]]) -> str:
    few, many = map(statistics.median, times)
    return f"{many / few:.1f} times"


def _spread(times: list[float]) -> str:
    return f"{statistics.median(times):.1f}, {statistics.quantiles(times, n=20)[-1]:.1f}"


if __name__ == "__main__":
    main()
