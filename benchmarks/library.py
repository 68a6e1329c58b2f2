"""How the list and its rebuilding scale: `python -m benchmarks.library`, or `make bench-library`.

List: the whole app in this process, without a network, on SQLite with 1,000 and with 100,000 videos, the two asked in
turn. Rebuild: the index of 20,000 blobs in Azurite, beside a bare paged listing of the same blobs.
"""

import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azure.storage.blob import ContainerClient
from flask.testing import FlaskClient

from app import create_app
from config import LogLevel, Secret, Settings
from routes.wiring import SERVICES
from scripts.azurite import running_azurite
from services import build_services
from services.video import Video
from utils.metadata import VideoMetadata

SMALL, LARGE, BLOBS = 1_000, 100_000, 20_000
_ROUNDS = 40
_VERSION = "2025-11-05"
_SUBJECTS = ["holiday", "city", "river", "mountain", "night", "garden"]
_WORDS = [f"{first}{last}" for first in _SUBJECTS for last in range(400)]
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    """Print both tables, in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        _measure_lists(Path(folder))
    _measure_rebuild()


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


def _measure_lists(folder: Path) -> None:
    with _filled(folder / "small", SMALL) as small, _filled(folder / "large", LARGE) as large:
        print(f"| question | {SMALL:,} videos | {LARGE:,} videos | ratio |\n| --- | ---: | ---: | ---: |")
        for name, questions in _questions(small, large).items():
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(_ROUNDS):
                for client, question, taken in zip((small, large), questions, times, strict=True):
                    taken.append(_seconds(client, question))
            few, many = (1000 * statistics.median(taken) for taken in times)
            print(f"| {name} | {few:.1f} ms | {many:.1f} ms | {many / few:.1f} times |")
    print()


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
def _filled(folder: Path, count: int) -> Iterator[FlaskClient]:
    app = create_app(_settings(folder, "UseDevelopmentStorage=true"))
    catalogue = app.extensions[SERVICES].catalogue
    for start in range(0, count, 5000):
        catalogue.put_all([invented(number) for number in range(start, min(count, start + 5000))])
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


def _measure_rebuild() -> None:
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
        for round_ in range(3):
            listing.append(_list(client))
            settings = _settings(Path(data, str(round_)), azurite.connection_string, container)
            rebuilding.append(_rebuild(settings))
    bare, rebuilt = statistics.median(listing), statistics.median(rebuilding)
    print(f"| {BLOBS:,} blobs | seconds | ratio |\n| --- | ---: | ---: |")
    print(f"| a bare paged listing, with metadata | {bare:.1f} | |")
    print(f"| rebuild | {rebuilt:.1f} | {rebuilt / bare:.2f} times |")


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
    count = sum(1 for _ in client.list_blobs(include=["metadata"], results_per_page=5000))
    if count != BLOBS:
        raise RuntimeError(f"{count} blobs were listed")
    return time.perf_counter() - started


def _rebuild(settings: Settings) -> float:
    services = build_services(settings)
    services.storage.ping(seconds=30)
    started = time.perf_counter()
    found = services.reconciliation.rebuild()
    taken = time.perf_counter() - started
    services.catalogue.close()
    if found.written != BLOBS:
        raise RuntimeError(f"the rebuild says: {found}")
    return taken


if __name__ == "__main__":
    main()
