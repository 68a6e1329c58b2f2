"""What tests do with films: let them in, work on them as a worker does, and play what came of it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.job import Job
from services.jobs.kinds import Work
from services.jobs.store import JobQuery
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from tests.media_films import PROGRAMS


def stored(client: FlaskClient, path: Path) -> str:
    answer = client.put(f"/api/upload/{path.name}", data=path.read_bytes())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.json["id"])  # type: ignore[index]


def work(parts: Services, video: str, kind: str, *, attempt: int = 1, **arguments: Any) -> None:
    """Do what a worker does with a job."""
    found = parts.jobs.kinds.get(kind)
    assert found is not None
    job = parts.jobs.store.add(found, by=SYSTEM, video=video, arguments=arguments)
    found.run(Work(job=replace(job, attempts=attempt), tell_progress=lambda _: None))


def played(client: FlaskClient, video: str, folder: Path) -> Facts:
    """The largest rendition, put together from what a player asks for."""
    master = client.get(f"/api/videos/{video}/hls/master.m3u8").get_data(as_text=True)
    largest = re.findall(r"^v\d+\.m3u8$", master, re.MULTILINE)[-1]
    text = client.get(f"/api/videos/{video}/hls/{largest}").get_data(as_text=True)
    assert "#EXT-X-ENDLIST" in text
    names = [a or b for a, b in re.findall(r'URI="([^"]+)"|^([^#\n]+)$', text, re.MULTILINE)]
    answers = [client.get(f"/api/videos/{video}/hls/{name}") for name in names]
    assert {answer.status_code for answer in answers} == {200}
    (folder / "whole.mp4").write_bytes(b"".join(answer.data for answer in answers))
    return probe(PROGRAMS, Source.file(folder / "whole.mp4"))


def queued(parts: Services, video: str) -> list[Job]:
    """The jobs that were queued by themselves: those of the tests name no version."""
    page = parts.jobs.store.page(JobQuery(video=video))
    return [job for job in page.jobs if job.state == "queued" and "source" in job.arguments]
