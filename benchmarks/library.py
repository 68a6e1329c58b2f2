"""How the list and its rebuilding scale: `python -m benchmarks.library`, or `make bench-library`.

List: the whole app in this process, without a network, on SQLite with 1,000 and with 100,000 videos, the two asked in
turn. Rebuild: the index of 20,000 blobs in Azurite, beside a bare paged listing of the same blobs.
"""

import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from azure.storage.blob import ContainerClient
from flask.testing import FlaskClient

from app import create_app
from benchmarks.rounds import Spread, in_turns, ratio
from benchmarks.sections import write_section
from config import LogLevel, Secret, Settings
from routes.http.wiring import SERVICES
from scripts.azurite import running_azurite
from services.actors.actor import SYSTEM
from services.assembly import build_services
from services.videos.metadata import VideoMetadata
from services.videos.video import Video

SMALL, LARGE, BLOBS = 1_000, 100_000, int(os.environ.get("BLOBS", "20000"))
_ROUNDS = 40
_PAGE, _COMMAND = "benchmarks-library.md", "make bench-library"
_VERSION = "2025-11-05"
_SUBJECTS = ["holiday", "city", "river", "mountain", "night", "garden"]
_WORDS = [f"{first}{last}" for first in _SUBJECTS for last in range(400)]
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure both, and write what came of it into `docs/benchmarks-library.md`."""
    with tempfile.TemporaryDirectory() as folder:
        write_section(_PAGE, "list", _measured_lists(Path(folder)), command=_COMMAND)
    write_section(_PAGE, "rebuilding", _measured_rebuild(rounds=int(os.environ.get("ROUNDS", "5"))), command=_COMMAND)


def invented(number: int) -> Video:
    """A video with three words of 2,400 in its title, the word `film` in its name, and one of 50 tags."""
    rng = random.Random(number)
    moment = _FIRST + timedelta(seconds=number * 600 + rng.randrange(600))
    return Video(
        id=f"{moment:%Y%m%dT%H%M%S}000Z_{number:032x}_film.mp4",
        title=" ".join(rng.choices(_WORDS, k=3)) + f" {number}",
        original_name=f"film_{number}.mp4",
        size=rng.randrange(10**6, 10**10),
        content_type="video/mp4",
        sha256=f"{number:064x}",
        etag=f"0x{number:x}",
        content_etag=f"{number:032x}",
        uploaded_at=moment,
        tags=(f"tag {number % 50}",),
    )


def _measured_lists(folder: Path) -> str:
    rows = [f"| question | {SMALL:,} videos | {LARGE:,} videos | ratio |\n| --- | ---: | ---: | ---: |"]
    with _filled(folder / "small", SMALL) as small, _filled(folder / "large", LARGE) as large:
        for name, questions in _questions(small, large).items():
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(_ROUNDS):
                for client, question, taken in zip((small, large), questions, times, strict=True):
                    taken.append(_seconds(client, question))
            few, many = (1000 * statistics.median(taken) for taken in times)
            rows.append(f"| {name} | {few:.1f} ms | {many:.1f} ms | {many / few:.1f} times |")
    return "\n".join(
        [f"Server time of a request for 50 videos, the whole app without a network, median of {_ROUNDS}.", "", *rows]
    )


def _questions(small: FlaskClient, large: FlaskClient) -> Mapping[str, tuple[str, str]]:
    same = {
        "first page, newest first": "",
        "first page by title": "sort=title",
        "first page by size": "sort=-size",
        "search: a word of every video (`film`)": "q=film",
        "search: a beginning of 40 % of them (`holi`)": "q=holi",
        "search: a rare word (`garden7`)": "q=garden7+",
        "search: two words (`night river`)": "q=night+river",
        "search: frequent and rare (`film city12`)": "q=film+city12",
        "search: one letter (`n`)": "q=n",
        "search by size: a frequent word": "q=holi&sort=-size",
        "search: nothing is found (`zebra`)": "q=zebra",
        "search: two rare words (`holiday7 city7`)": "q=holiday7+city7",
        "tag of 2 % of them": "tag=tag+7",
    }
    deepest = tuple(f"cursor={_last_cursor(client)}&limit=50" for client in (small, large))
    return {"deepest page": (deepest[0], deepest[1])} | {name: (query, query) for name, query in same.items()}


@contextmanager
def _filled(folder: Path, videos: int) -> Iterator[FlaskClient]:
    app = create_app(_settings(folder, "UseDevelopmentStorage=true"))
    app.extensions[SERVICES].platform.databases.upgrade()
    catalogue = app.extensions[SERVICES].library.catalogue
    for start in range(0, videos, 5000):
        catalogue.put_all([invented(number) for number in range(start, min(videos, start + 5000))])
    catalogue.set_complete()
    yield app.test_client()
    catalogue.close()


def _seconds(client: FlaskClient, query: str) -> float:
    started = time.perf_counter()
    answer = client.get(f"/api/videos?{query}")
    taken = time.perf_counter() - started
    if answer.status_code != 200:
        raise RuntimeError(f"{query} was answered {answer.status_code}")
    return taken


def _last_cursor(client: FlaskClient) -> str:
    cursor, following = "", _next(client, "")
    while following:
        cursor, following = following, _next(client, f"&cursor={following}")
    return cursor


def _next(client: FlaskClient, query: str) -> str | None:
    page: dict[str, str | None] = client.get(f"/api/videos?limit=50{query}").get_json()
    return page["next"]


def _settings(folder: Path, storage: str, container: str = "videos") -> Settings:
    return Settings(
        azure_storage_connection_string=Secret(storage),
        azure_storage_container_name=container,
        data_dir=folder,
        log_level=LogLevel.WARNING,
    )


def _measured_rebuild(*, rounds: int) -> str:
    container = f"videos-{uuid.uuid4().hex[:8]}"
    listing: list[float] = []
    rebuilding: list[float] = []
    with (
        tempfile.TemporaryDirectory() as data,
        running_azurite() as azurite,
        ContainerClient.from_connection_string(azurite.connection_string, container, api_version=_VERSION) as client,
    ):
        client.create_container()
        _fill(client)
        _list(client)  # Azurite is slower the first time.
        numbers = count()

        def rebuild() -> None:
            settings = _settings(Path(data, str(next(numbers))), azurite.connection_string, container)
            rebuilding.append(_rebuild(settings))

        for measure in in_turns([lambda: listing.append(_list(client)), rebuild], rounds=rounds):
            measure()
    return "\n".join(
        [
            f"{rounds} rounds in turns, each begun by the other one; medians, the lowest and the highest; ratios round",
            "by round.",
            "",
            f"| {BLOBS:,} blobs | seconds | ratio |\n| --- | ---: | ---: |",
            f"| a bare paged listing, with metadata | {Spread.of(listing).text(1)} | |",
            f"| rebuild | {Spread.of(rebuilding).text(1)} | {ratio(rebuilding, listing).text(2)} times |",
        ]
    )


def _fill(client: ContainerClient) -> None:
    def put(number: int) -> None:
        video = invented(number)
        metadata = VideoMetadata(
            original_name=video.original_name,
            title=video.title,
            tags=video.tags,
            sha256=video.sha256,
            content_etag=video.content_etag,
            upload_id=video.content_etag,
            uploaded_at=video.uploaded_at,
            door="put",
        )
        client.upload_blob(video.id, b"x", metadata=metadata.to_blob())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(BLOBS)))


def _list(client: ContainerClient) -> float:
    started = time.perf_counter()
    found = sum(1 for _ in client.list_blobs(include=["metadata"], results_per_page=5000))
    if found != BLOBS:
        raise RuntimeError(f"{found} blobs were listed")
    return time.perf_counter() - started


def _rebuild(settings: Settings) -> float:
    services = build_services(settings)
    services.platform.blob_storage().ping(seconds=30)
    started = time.perf_counter()
    found = services.library.reconciliation.rebuild(by=SYSTEM)
    taken = time.perf_counter() - started
    services.library.catalogue.close()
    if found.written != BLOBS:
        raise RuntimeError(f"the rebuild says: {found}")
    return taken


if __name__ == "__main__":
    main()
