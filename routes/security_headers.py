"""What browsers may do with our responses: one policy, set in one place."""

from flask import Flask, Response, g

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:{media}; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def register_security_headers(app: Flask) -> None:
    """Set the headers on every response of the app that does not set them itself."""
    app.after_request(_guarded)


def allow_media_from(origin: str) -> None:
    """Let the page that is being made play media from one more origin."""
    g.media_origin = origin


def _guarded(response: Response) -> Response:
    origin = g.get("media_origin")
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(media=f" {origin}" if origin else ""))
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
