"""A tus client of a few lines, for requests that a well-behaved one would not send."""

import base64
from dataclasses import dataclass, field

import requests

BYTES = "application/offset+octet-stream"
VERSION = {"Tus-Resumable": "1.0.0"}


def metadata(**values: str) -> str:
    """An Upload-Metadata header."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


@dataclass
class TusClient:
    """Speaks to one server, over connections of its own."""

    server_url: str
    session: requests.Session = field(default_factory=requests.Session)

    def create(self, length: int | None, *, body: bytes | None = None, **headers: str) -> requests.Response:
        """Begin an upload of `film.mp4`, unless headers say otherwise; with first bytes when there is a body."""
        sent = {"Upload-Metadata": metadata(filename="film.mp4")}
        sent |= {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        sent |= {} if body is None else {"Content-Type": BYTES}
        return self.send("POST", f"{self.server_url}/api/uploads", data=body, headers=sent | _named(headers))

    def begin(self, length: int | None, **headers: str) -> str:
        """Begin an upload and return its URL."""
        answer = self.create(length, body=None, **headers)
        assert answer.status_code == 201, answer.text
        return self.here(answer.headers["Location"])

    def patch(self, url: str, offset: int, data: object, **headers: str) -> requests.Response:
        """Send bytes."""
        sent = {"Upload-Offset": str(offset), "Content-Type": BYTES}
        return self.send("PATCH", url, data=data, headers=sent | _named(headers))

    def head(self, url: str) -> requests.Response:
        """Ask how far an upload has got."""
        return self.send("HEAD", url)

    def offset(self, url: str) -> int:
        """How far an upload has got."""
        answer = self.head(url)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def delete(self, url: str) -> requests.Response:
        """End an upload."""
        return self.send("DELETE", url)

    def video_id(self, url: str) -> str:
        """The video that a finished upload has become."""
        answer = self.send("GET", url, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].split("/")[-2]

    def here(self, url: str) -> str:
        """The same upload at the server that this client speaks to."""
        return f"{self.server_url}/api/uploads/{url.rsplit('/', 1)[-1]}"

    def send(self, method: str, url: str, **options: object) -> requests.Response:
        """Send any request."""
        headers = VERSION | dict(options.pop("headers", {}))  # type: ignore[call-overload]
        return self.session.request(method, url, headers=headers, timeout=90, **options)  # type: ignore[arg-type]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
