"""Bulk actions, held to their description on a real server with a worker."""

from tests.described_answers import Described
from tests.server import eventually
from tests.videos import mp4


def meet_bulk(api: Described) -> None:
    """Delete several, take it back, and have more changed by a job."""
    put, bulk = "PUT /api/upload/{filename}", "POST /api/bulk"
    names = {"filename": "many.mp4"}
    ids = [api.ask(put, 201, names=names, data=mp4(64, seed=number)).json()["id"] for number in range(2)]
    deleted = api.ask(bulk, 200, json={"action": "delete", "ids": [*ids, "none.mp4"]}).json()
    api.ask(bulk, 400, json={"action": "burn", "ids": ids})
    one = {"bulk_id": deleted["id"]}
    api.ask("GET /api/bulk/{bulk_id}", 200, names=one)
    api.ask("GET /api/bulk/{bulk_id}", 404, names={"bulk_id": "none"})
    api.ask("POST /api/bulk/{bulk_id}/undo", 200, names=one)
    api.ask("POST /api/bulk/{bulk_id}/undo", 409, names=one)
    api.ask("POST /api/bulk/{bulk_id}/undo", 404, names={"bulk_id": "none"})
    api.ask("POST /api/bulk/preview", 200, json={"query": {"q": "many"}})
    api.ask("POST /api/bulk/preview", 400, json={"query": {"longer_than": -1}})
    many = [*ids, *(f"none-{number}.mp4" for number in range(200))]
    begun = api.ask(bulk, 202, json={"action": "tag", "ids": many, "value": ["sea"]}).json()
    job = {"job_id": begun["job"]["id"]}
    eventually(lambda: api.ask("GET /api/jobs/{job_id}", 200, names=job).json()["state"] == "done", patience=60)
    results = api.ask("GET /api/jobs/{job_id}", 200, names=job).json()["results"]
    assert [each["status"] for each in results] == [200, 200, *[404] * 200]
