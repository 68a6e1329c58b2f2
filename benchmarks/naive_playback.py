"""What most samples do to play a blob: the SDK's `download_blob().chunks()`, behind the same gunicorn."""

import os
import re

from azure.storage.blob import BlobServiceClient
from flask import Flask, Response, request

app = Flask(__name__)
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@app.get("/health")
def health() -> str:
    """Say that the server is up."""
    return "ok"


@app.get("/play/<name>")
def play(name: str) -> Response:
    """Stream the blob, or the part that Range asks for."""
    service = BlobServiceClient.from_connection_string(
        os.environ["AZURE_STORAGE_CONNECTION_STRING"], api_version="2025-11-05"
    )
    blob = service.get_blob_client(os.environ["AZURE_STORAGE_CONTAINER_NAME"], name)
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    start = int(match[1]) if match else 0
    length = int(match[2]) - start + 1 if match and match[2] else None
    download = blob.download_blob(offset=start, length=length)
    return Response(download.chunks(), status=206 if match else 200, headers={"Content-Length": str(download.size)})
