"""A stand-in for Azure's fast transcription that answers as its documents say, over plain HTTP on this machine."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "0123456789abcdef0123456789abcdef"
_PART = re.compile(rb'name="(\w+)"(?:; filename="([^"]+)")?\r\n(?:Content-Type: ([^\r]+)\r\n)?\r\n(.*)\Z', re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """One request, taken apart."""

    path: str
    definition: dict[str, Any]
    sound: bytes
    headers: dict[str, str]


Reply = tuple[int, dict[str, str], bytes]


@dataclass
class SpeechService:
    """What it was asked, and what it answers next."""

    endpoint: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], Reply] = lambda _: (200, {}, b"{}")
    next: list[Reply] = field(default_factory=list)
    """Answers that come first, one for each request."""

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.headers.get("ocp-apim-subscription-key") != KEY:
            return 401, {}, problem("401", "Access denied due to invalid subscription key or wrong API endpoint.")
        if asked.path != "/speechtotext/transcriptions:transcribe?api-version=2024-11-15":
            return 404, {}, problem("404", "Resource not found")
        if asked.sound[:4] != b"RIFF" or asked.sound[8:16] != b"WAVEfmt ":
            return 400, {}, problem("InvalidRequest", "The audio could not be decoded.")
        return self.next.pop(0) if self.next else self.answer(asked)


def problem(code: str, message: str) -> bytes:
    """A fault as the service tells it."""
    return json.dumps({"code": code, "message": message}).encode()


def transcript(*phrases: tuple[str, int, float], locale: str = "en-US") -> bytes:
    """Phrases, each with its start in milliseconds and its confidence; a word takes 400 ms."""
    told = [
        {
            "offsetMilliseconds": start,
            "durationMilliseconds": 400 * len(text.split()),
            "text": text,
            "words": [
                {"text": word, "offsetMilliseconds": start + 400 * at, "durationMilliseconds": 380}
                for at, word in enumerate(text.split())
            ],
            "locale": locale,
            "confidence": confidence,
        }
        for text, start, confidence in phrases
    ]
    combined = [{"text": " ".join(text for text, *_ in phrases)}]
    return json.dumps({"durationMilliseconds": 9000, "combinedPhrases": combined, "phrases": told}).encode()


@contextmanager
def speech_service() -> Iterator[SpeechService]:
    """The service, running."""
    service = SpeechService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = service.reply(_taken_apart(self.path, dict(self.headers.items()), content))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _taken_apart(path: str, headers: dict[str, str], content: bytes) -> Asked:
    lowered = {name.lower(): value for name, value in headers.items()}
    boundary = b"--" + lowered["content-type"].partition("boundary=")[2].encode()
    found: dict[str, bytes] = {}
    for part in content.split(boundary)[1:-1]:
        match = _PART.search(part.removesuffix(b"\r\n"))
        assert match is not None
        found[match[1].decode()] = match[4]
    return Asked(path, json.loads(found["definition"]), found["audio"], lowered)
