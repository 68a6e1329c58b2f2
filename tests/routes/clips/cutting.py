"""What tests do with clips: ask for them, and cut them as a worker does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from services.assembly import Services
from services.jobs.kinds import Work


def asked(client: FlaskClient, video: str, **values: Any) -> dict[str, Any]:
    """The answer to who asks for a clip."""
    answer = client.post(f"/api/videos/{video}/clips", json=values)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    return dict(answer.json or {})


def do(parts: Services, job_id: str, *, attempt: int = 1) -> None:
    """Do a job as a worker does, and say that it is done."""
    job = parts.jobs.store.get(job_id)
    assert job is not None
    kind = parts.jobs.kinds.get(job.kind)
    assert kind is not None
    claim = parts.jobs.store.claim_one(job.id, worker="a test")
    results = kind.run(Work(job=replace(job, attempts=attempt), tell_progress=lambda _: None))
    if claim is not None:
        parts.jobs.store.finish(claim, results=results)


def cut(client: FlaskClient, parts: Services, video: str, **values: Any) -> str:
    """The id of a clip that has been cut."""
    said = asked(client, video, **values)
    do(parts, said["job"]["id"])
    return str(said["clip"]["id"])


def downloaded(client: FlaskClient, video: str, path: Path) -> Path:
    """The bytes of a video as a file."""
    path.write_bytes(client.get(f"/api/videos/{video}/content").data)
    return path
