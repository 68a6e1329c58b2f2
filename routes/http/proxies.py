"""Trust in exactly one reverse proxy, as Azure App Service is one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TrustOneProxy:
    """Middleware that takes the client's address and scheme from the one proxy in front.

    App Service writes `ip:port` into X-Forwarded-For, so the port is cut off first. X-Forwarded-Host is not believed:
    App Service passes the real Host through and does not strip a forged one.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = ProxyFix(app, x_for=1, x_proto=1)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on with the client's own address."""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        if forwarded:
            environ["HTTP_X_FORWARDED_FOR"] = ",".join(map(without_port, forwarded.split(",")))
        return self._app(environ, start_response)


def without_port(address: str) -> str:
    """`192.0.2.1:443` → `192.0.2.1`, `[2001:db8::1]:443` → `2001:db8::1`; anything else as it is."""
    address = address.strip()
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, colon, port = address.rpartition(":")
    return host if colon and port.isdecimal() and ":" not in host else address
