"""What browsers may do with our responses: one policy, set in one place."""

from flask import Flask, Response, g, request

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:{pictures}; media-src 'self' blob:{media}; "
    "connect-src 'self'{uploads}{pictures}; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


# No word of subdomains: those of a name are not ours to decide about.
_HTTPS_ONLY = "max-age=31536000"
# What pages of other origins may show with a plain <video src>, once there are such pages.
_EMBEDDED = frozenset({"playback.content", "access.play_by_url"})


def register_security_headers(app: Flask, *, production: bool, embeddable: bool) -> None:
    """Set the headers on every response of the app that does not set them itself.

    `embeddable` lets pages of other origins show videos; all else is for our own pages and for requests under CORS.
    """

    def guard(response: Response) -> Response:
        policy = _POLICY.format(
            media=_one_more("media_origin"), pictures=_one_more("picture_origin"), uploads=_one_more("upload_origin")
        )
        headers = _HEADERS | {
            "Content-Security-Policy": policy,
            "Cross-Origin-Resource-Policy": _sharing(embeddable=embeddable),
        }
        if production and request.is_secure:
            headers["Strict-Transport-Security"] = _HTTPS_ONLY
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(guard)


def allow_media_from(origin: str) -> None:
    """Let the page that is being made play media from one more origin."""
    g.media_origin = origin


def allow_pictures_from(origin: str) -> None:
    """Let the page that is being made show pictures, and fetch parts of films, from one more origin."""
    g.picture_origin = origin


def allow_uploads_to(origin: str) -> None:
    """Let the page that is being made send videos to one more origin."""
    g.upload_origin = origin


def _one_more(name: str) -> str:
    origin = g.get(name)
    return f" {origin}" if origin else ""


def _sharing(*, embeddable: bool) -> str:
    return "cross-origin" if embeddable and request.endpoint in _EMBEDDED else "same-origin"
