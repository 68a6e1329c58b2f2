"""The least that a Python proxy can do: read the body from gunicorn, pass it on with http.client, keep nothing.

There is no framework, no SDK, no signing and no checking here. `PUT /drop` only reads; `PUT /forward` also sends.
"""

import http.client
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_STEP = 1024 * 1024


def create_app() -> "WSGIApplication":
    """Build the proxy, which sends to the blob endpoint of the storage account."""
    account = dict(part.partition("=")[::2] for part in os.environ["AZURE_STORAGE_CONNECTION_STRING"].split(";"))
    target = urlsplit(account["BlobEndpoint"]).netloc

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            _receive(environ, target if environ["PATH_INFO"] == "/forward" else None)
        start_response("201 Created", [("Content-Length", "2"), ("Content-Type", "text/plain")])
        return [b"ok"]

    return app


def _receive(environ: "WSGIEnvironment", target: str | None) -> None:
    body = environ["wsgi.input"]
    if target is None:
        while body.read(_STEP):
            pass
        return
    connection = http.client.HTTPConnection(target)
    connection.putrequest("PUT", "/forwarded")
    connection.putheader("Content-Length", environ["CONTENT_LENGTH"])
    connection.endheaders()
    while chunk := body.read(_STEP):
        connection.send(chunk)
    connection.getresponse().read()
    connection.close()
