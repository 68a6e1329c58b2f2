"""The least that a Python proxy can do: read the body from gunicorn, pass it on with http.client, keep nothing.

There is no framework, no SDK, no signing and no checking here. `PUT /drop` only reads; `PUT /forward` also sends, by
TLS where the storage account has it: it trusts whom REQUESTS_CA_BUNDLE names, as the app does.
"""

import http.client
import os
import ssl
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from utils.sizes import MIB

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_Connect = Callable[[], http.client.HTTPConnection]
_STEP = MIB


def create_app() -> "WSGIApplication":
    """Build the proxy, which sends to the blob endpoint of the storage account."""
    account = dict(part.partition("=")[::2] for part in os.environ["AZURE_STORAGE_CONNECTION_STRING"].split(";"))
    target = urlsplit(account["BlobEndpoint"])
    connect: _Connect = partial(http.client.HTTPConnection, target.netloc)
    if target.scheme == "https":
        context = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
        connect = partial(http.client.HTTPSConnection, target.netloc, context=context)

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            _receive(environ, connect if environ["PATH_INFO"] == "/forward" else None)
        start_response("201 Created", [("Content-Length", "2"), ("Content-Type", "text/plain")])
        return [b"ok"]

    return app


def _receive(environ: "WSGIEnvironment", connect: "_Connect | None") -> None:
    body = environ["wsgi.input"]
    if connect is None:
        while body.read(_STEP):
            pass
        return
    connection = connect()
    connection.putrequest("PUT", "/forwarded")
    connection.putheader("Content-Length", environ["CONTENT_LENGTH"])
    connection.endheaders()
    while chunk := body.read(_STEP):
        connection.send(chunk)
    connection.getresponse().read()
    connection.close()
