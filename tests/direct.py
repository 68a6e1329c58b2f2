"""A client of the direct door: it asks for a URL, writes into storage with it, and asks for the check."""

import base64
from collections.abc import Mapping

import requests
from azure.storage.blob import BlobServiceClient

from tests.server import Server
from utils.sizes import MIB

PUT_BLOB = {"x-ms-blob-type": "BlockBlob"}
VERSION = {"x-ms-version": "2025-11-05"}


def generate(server: Server, size: int, filename: str = "film.mp4", **fields: object) -> requests.Response:
    """Ask for a URL; the answer as it comes."""
    body = {"filename": filename, "size": size, "content_type": "video/mp4"} | fields
    return requests.post(f"{server.url}/api/v1/videos/generate-upload-url", json=body, timeout=30)


def permit(server: Server, size: int, **fields: object) -> dict[str, str]:
    """Ask for a URL that is given."""
    answer = generate(server, size, **fields)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def block_id(number: int) -> str:
    """The id of a block, in base64."""
    return base64.b64encode(f"{number:08d}".encode()).decode()


def stage(url: str, id_: str, content: bytes) -> int:
    """Write one block; returns the status."""
    return requests.put(url, params={"comp": "block", "blockid": id_}, data=content, timeout=30).status_code


def stage_all(url: str, content: bytes, *, size: int = MIB) -> list[str]:
    """Write all of it in blocks; returns their ids in order."""
    ids = []
    for number, start in enumerate(range(0, len(content), size)):
        ids.append(block_id(number))
        assert stage(url, ids[-1], content[start : start + size]) == 201
    return ids


def put(url: str, content: bytes, headers: Mapping[str, str] = PUT_BLOB) -> requests.Response:
    """Write the whole blob in one request."""
    return requests.put(url, data=content, headers={**PUT_BLOB, **headers}, timeout=30)


def tell(url: str, component: str, headers: Mapping[str, str]) -> requests.Response:
    """Ask storage for something else that a URL for writing may allow: a lease, a snapshot, a tier."""
    return requests.put(url, params={"comp": component}, headers={**VERSION, **headers}, timeout=30)


def complete(permitted: Mapping[str, str], blocks: list[str] | None = None) -> requests.Response:
    """Ask for the check."""
    body = {} if blocks is None else {"blocks": blocks}
    return requests.post(permitted["complete_url"], json=body, timeout=60)


def listed(server: Server) -> set[str]:
    """The ids in the library."""
    answer = requests.get(f"{server.url}/api/videos", params={"limit": 200}, timeout=30).json()
    return {video["id"] for video in answer["videos"]}


def records(server: Server) -> list[str]:
    """The names of the records of direct uploads."""
    service = BlobServiceClient.from_connection_string(server.connection_string, api_version="2025-11-05")
    with service, service.get_container_client(f"{server.container_name}-uploads") as container:
        return [blob.name for blob in container.list_blobs(name_starts_with="direct/")]


def everything_by(server: Server, name: str) -> list[str]:
    """What storage holds under a name: the blob, its snapshots, and blocks that are staged for it."""
    with server.container() as container:
        found = container.list_blobs(name_starts_with=name, include=["snapshots", "uncommittedblobs"])
        return [blob.name for blob in found]
