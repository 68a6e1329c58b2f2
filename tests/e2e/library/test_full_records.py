"""A video whose metadata is nearly full is deleted and brought back like any other."""

import requests

from services.videos.metadata import MAX_METADATA_BYTES, metadata_size
from tests.server import Server
from tests.videos import mp4


def test_a_video_with_full_metadata_can_be_deleted_and_brought_back(server: Server) -> None:
    sent = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(20_000), timeout=30)
    id_ = sent.json()["id"]
    address = f"{server.url}/api/videos/{id_}"
    requests.patch(address, json={"title": "Grüße", "tags": ["sea"]}, timeout=30).raise_for_status()
    with server.container() as container:
        blob = container.get_blob_client(id_)
        metadata = blob.get_blob_properties().metadata
        notes = "y" * (MAX_METADATA_BYTES - metadata_size(metadata) - len("notes"))
        blob.set_blob_metadata(metadata | {"notes": notes})
        for _ in range(2):
            assert requests.delete(address, timeout=30).status_code == 204
            assert requests.get(address, timeout=30).status_code == 404
            back = requests.post(f"{address}/restore", timeout=30)
            assert (back.status_code, back.json()["title"], back.json()["tags"]) == (200, "Grüße", ["sea"])
        assert blob.get_blob_properties().metadata["notes"] == notes
