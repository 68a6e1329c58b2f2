"""What reading again costs: `python -m benchmarks.scrub`. Behind `make bench-scrub`; writes `docs/benchmarks-scrub.md`.

`ROUNDS` (5) and `FILM_MB` (512) make it a quick look.
"""

import hashlib
import os
import platform
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azure.storage.blob import BlobServiceClient

from benchmarks.rounds import Spread, in_turns, ratio
from config import Environment, Secret, Settings
from scripts.azurite import running_azurite
from services.assembly import build_services
from services.scrub.build import build_check
from services.videos.metadata import VideoMetadata
from tests.databases import prepared
from utils.sizes import MIB
from utils.timestamps import parse_timestamp

_ROUNDS = int(os.environ.get("ROUNDS", "5"))
_FILM_MB = int(os.environ.get("FILM_MB", "512"))
_NAME = "20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4"
_STEP = MIB
_PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks-scrub.md"
_TEXT = """# Benchmarks: reading again

`make bench-scrub` measures anew and writes this page; `make bench-scrub ROUNDS=1 FILM_MB=128` is a quick look.
Measured on {date}, {processors} × {machine}, load average {load:.1f} before it began, a film of {size} MiB, Azurite as
the storage on the same machine, over http. Medians of {rounds} rounds in turns, with the lowest and the highest.

| what | processor seconds per GiB |
| --- | --- |
| SHA-256 alone, of bytes in memory | {alone} |
| reading alone, from storage into a buffer | {reading} |
| scrubbing: both | {scrubbing} |

Scrubbing costs {to_alone} × SHA-256 alone, where 1.1 was wished for, and {to_both} × SHA-256 and reading.
Bytes that come from a socket have to be copied out of the kernel; where the processor has instructions for SHA-256,
that copy costs more than a tenth of it, so what is left to save is nothing. Over https decryption comes on top.
At the usual 4 MB a second scrubbing takes {share} % of a processor.
"""


def main() -> None:
    """Measure, and write the page."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="reelgate-bench-") as folder, running_azurite() as azurite:
        ways = _ways(azurite.connection_string, Path(folder))
        costs: dict[str, list[float]] = {name: [] for name in ways}
        for way in ways.values():
            way()  # The first makes connections.
        for name in in_turns(list(ways), rounds=_ROUNDS):
            began = time.process_time()
            ways[name]()
            costs[name].append((time.process_time() - began) * 1024 / _FILM_MB)
    both = [one + other for one, other in zip(costs["alone"], costs["reading"], strict=True)]
    page = _TEXT.format(
        date=f"{datetime.now(UTC):%d %B %Y}",
        processors=os.cpu_count(),
        machine=platform.machine(),
        load=load,
        size=_FILM_MB,
        rounds=_ROUNDS,
        to_alone=ratio(costs["scrubbing"], costs["alone"]).text(2),
        to_both=ratio(costs["scrubbing"], both).text(2),
        share=f"{100 * Spread.of(costs['scrubbing']).median * 4e6 / 1024**3:.2f}",
        **{name: Spread.of(values).text(2) for name, values in costs.items()},
    )
    _PAGE.write_text(page)
    print(page)


def _ways(connection_string: str, folder: Path) -> dict[str, Callable[[], object]]:
    container = f"scrub-{uuid.uuid4().hex[:8]}"
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(connection_string),
        azure_storage_container_name=container,
        data_dir=folder,
    )
    services = build_services(prepared(settings))
    content = os.urandom(_FILM_MB * MIB)
    _store(connection_string, container, content)
    scanner, check = build_check(services.platform, settings, services.library)

    def alone() -> None:
        digest, view = hashlib.sha256(), memoryview(content)
        for at in range(0, len(view), _STEP):
            digest.update(view[at : at + _STEP])

    def reading() -> None:
        etag = services.platform.video_blobs().describe(_NAME).etag
        for start in range(0, len(content), 16 * MIB):
            end = min(len(content), start + 16 * MIB) - 1
            with scanner.open(_NAME, start=start, end=end, etag=etag) as steps:
                for _ in steps:
                    pass

    def scrubbing() -> None:
        checked = check.check(_NAME, spent=lambda _: None, settled=timedelta(0))
        assert checked.verdict == "right", checked

    return {"alone": alone, "reading": reading, "scrubbing": scrubbing}


def _store(connection_string: str, container: str, content: bytes) -> None:
    moment = parse_timestamp("2026-11-20T10:15:12.345Z")
    metadata = VideoMetadata(
        original_name="film.mp4",
        title="film",
        sha256=hashlib.sha256(content).hexdigest(),
        content_etag="c1",
        uploaded_at=moment,
    ).to_blob()
    with BlobServiceClient.from_connection_string(connection_string, api_version="2025-11-05") as service:
        there = service.create_container(container)
        there.upload_blob(_NAME, content, metadata=metadata)


if __name__ == "__main__":
    main()
