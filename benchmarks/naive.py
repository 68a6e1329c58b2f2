"""What most samples do: let Flask receive the file, then hand it to the SDK. The measure that we compare with."""

import os
import uuid

from azure.storage.blob import BlobServiceClient
from flask import Flask, Response, jsonify, request


def create_app() -> Flask:
    """Build the sample."""
    app = Flask(__name__)
    service = BlobServiceClient.from_connection_string(
        os.environ["AZURE_STORAGE_CONNECTION_STRING"], api_version="2025-11-05"
    )
    container = service.get_container_client(os.environ["AZURE_STORAGE_CONTAINER_NAME"])
    if not container.exists():
        container.create_container()

    @app.post("/api/upload")
    def upload() -> tuple[Response, int]:
        file = request.files["file"]
        name = f"{uuid.uuid4()}_{file.filename}"
        container.get_blob_client(name).upload_blob(file.stream)
        return jsonify(name=name), 201

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    return app
