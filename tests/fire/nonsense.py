"""Requests that no well-behaved client sends: each is made from its number alone, so that any can be sent again."""

import base64
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tests.videos import mp4
from tests.wire import BOUNDARY, END, FORM_TYPE, field_part, file_part

WORDS = (
    "", " ", "0", "-1", "+1", "1e9", "0x10", "00", "\u0661", "9" * 30, str(2**63), str(2**64), "NaN", "null", "true",
    "film.mp4", "a" * 5000, ".", "..", "../../etc/passwd", "..\\..\\x.mp4", "CON.mp4", ".mp4", "film.mp4\0.exe",
    "film.mp4%00", "%2e%2e%2f", "\u202ecod.4pm", "\ufeff", "e\u0301" * 99, "\U0001f3ac" * 60, "\ud7ff.mp4", "'", '"',
    '";x="', "--", "<script>alert(1)</script>", "${jndi:ldap://x}", "{{7*7}}", "' OR 1=1 --", "\t", "*", "%", "_", "#",
    "?", "bytes=0-", "bytes=-1", "W/\"x\"", "final;/api/uploads/x", "partial", "sha1 AAAA", "title,-size",
    "\u0130\u00df",
)  # fmt: skip
NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 10**400, 1.5, -0.0, 1e308)
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "G\u00cbT",
    "",
)


@dataclass(frozen=True)
class Target:
    """What there really is, so that nonsense gets past the first check."""

    video_id: str
    etag: str
    upload_id: str
    cursor: str


@dataclass(frozen=True)
class Nonsense:
    """One request, as its bytes go over the wire."""

    kind: str
    number: int
    raw: bytes


class Generator:
    """Makes the request of any number, the same one each time."""

    def __init__(self, target: Target, *, seed: int) -> None:
        self._target = target
        self._seed = seed
        self._kinds: Mapping[str, Callable[[random.Random], bytes]] = {
            "multipart": self._multipart,
            "file": self._file,
            "tus": self._tus,
            "range": self._range,
            "list": self._list,
            "json": self._json,
            "path": self._path,
            "header": self._header,
            "garbage": self._garbage,
        }

    def make(self, number: int) -> Nonsense:
        """The request of that number."""
        chance = random.Random(f"{self._seed}-{number}")
        kind = chance.choice(list(self._kinds))
        raw = self._kinds[kind](chance)
        if chance.random() < 0.15:
            raw = _damaged(raw, chance)
        return Nonsense(kind, number, raw)

    def _multipart(self, chance: random.Random) -> bytes:
        parts = [_part(chance) for _ in range(chance.choice([0, 1, 1, 2, 3, 40]))]
        body = b"".join(parts) + chance.choice([END, END, END, b"", END[:-4], b"--\r\n", END + b"epilogue", END * 3])
        if chance.random() < 0.3:
            body = _damaged(body, chance)
        boundary = chance.choice([BOUNDARY, BOUNDARY, BOUNDARY, "", "x" * 300, f'"{BOUNDARY}"', "\u00e9", "a b", "--"])
        content_type = chance.choice(
            [FORM_TYPE, f"multipart/form-data; boundary={boundary}", "multipart/form-data", _word(chance)]
        )
        return _request("POST", "/api/upload", {"Content-Type": content_type} | _digests(chance), body, chance)

    def _file(self, chance: random.Random) -> bytes:
        body = chance.choice([b"", b"x", mp4(300, seed=chance.randrange(9)), mp4(5000), chance.randbytes(700)])
        path = f"/api/upload/{_in_path(chance)}?title={_in_path(chance)}"
        headers = _digests(chance) | {"Content-Type": chance.choice(["video/mp4", "text/html", _word(chance)])}
        if chance.random() < 0.2:
            headers |= {chance.choice(["Content-Range", "Content-Encoding", "Expect", "Trailer"]): _word(chance)}
        return _request("PUT", path, headers, body, chance)

    def _tus(self, chance: random.Random) -> bytes:
        known = {"Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Concat", "Upload-Checksum",
                 "Upload-Defer-Length", "X-HTTP-Method-Override", "Upload-Expires"}  # fmt: skip
        headers = {"Tus-Resumable": chance.choice(["1.0.0"] * 9 + [_word(chance)])}
        headers |= {"Content-Type": chance.choice(["application/offset+octet-stream"] * 4 + [_word(chance)])}
        headers |= {name: self._tus_value(name, chance) for name in sorted(known) if chance.random() < 0.4}
        upload = chance.choice(["", "/", f"/{self._target.upload_id}", f"/{self._target.upload_id}", "/" + "0" * 32])
        upload = upload if chance.random() < 0.9 else "/" + _in_path(chance)
        body = chance.choice([b"", b"x", mp4(100), chance.randbytes(2000)])
        return _request(chance.choice(METHODS[:7]), f"/api/uploads{upload}", headers, body, chance)

    def _tus_value(self, name: str, chance: random.Random) -> str:
        if chance.random() < 0.3:
            return _word(chance)
        if name == "Upload-Metadata":
            pairs = [
                f"{chance.choice(['filename', 'title', 'filetype', _word(chance)])} {_base64(chance)}" for _ in range(3)
            ]
            return ",".join(pairs)
        if name == "Upload-Concat":
            return chance.choice(["partial", f"final;/api/uploads/{self._target.upload_id} {_word(chance)}", "final;"])
        if name == "Upload-Checksum":
            return f"{chance.choice(['sha1', 'md5', 'sha256', 'crc32'])} {_base64(chance)}"
        return str(chance.choice([0, 1, 5, 100, 5000, *NUMBERS]))

    def _range(self, chance: random.Random) -> bytes:
        numbers = [str(chance.choice([*range(3), 999, 4999, 5000, "", *NUMBERS])) for _ in range(4)]
        ranges = chance.choice([
            f"bytes={numbers[0]}-{numbers[1]}", f"bytes={numbers[0]}-{numbers[1]},{numbers[2]}-{numbers[3]}",
            _word(chance),
            f"bytes= {numbers[0]} - {numbers[1]}", "bytes=" + "0-0," * 500, f"items={numbers[0]}-",
            f"BYTES=-{numbers[1]}",
        ])  # fmt: skip
        headers = {"Range": ranges}
        for name in ("If-Range", "If-Match", "If-None-Match", "If-Modified-Since"):
            if chance.random() < 0.3:
                headers[name] = chance.choice(
                    [f'"{self._target.etag}"', "*", "Sat, 21 Nov 2026 99:99:99 GMT", _word(chance)]
                )
        path = f"/api/videos/{self._target.video_id}/content?download={_in_path(chance)}"
        return _request(chance.choice(["GET", "HEAD"]), path, headers, b"", chance)

    def _list(self, chance: random.Random) -> bytes:
        names = ("limit", "cursor", "q", "sort", "tag", "expiry_hours", _in_path(chance))
        values = {name: _in_path(chance) for name in names if chance.random() < 0.4}
        if chance.random() < 0.3:
            values["cursor"] = _damaged(self._target.cursor.encode(), chance).decode("latin-1").replace(" ", "")
        place = chance.choice(["/api/videos", "/api/trash", f"/api/videos/{self._target.video_id}/access-url", "/"])
        query = "&".join(f"{name}={quote(value, safe='%')}" for name, value in values.items())
        return _request(
            "GET", f"{place}?{query}", {"Accept": chance.choice(["*/*", "text/html", _word(chance)])}, b"", chance
        )

    def _json(self, chance: random.Random) -> bytes:
        value = _value(chance)
        body = chance.choice(
            [json.dumps(value).encode(), b"[" * 3000, b'{"title":' * 900, b"\xff\xfe", b'{"title": "\\ud800"}']
        )
        if chance.random() < 0.2:
            body = _damaged(body, chance)
        method, path = chance.choice([
            ("PATCH", f"/api/videos/{self._target.video_id}"), ("POST", "/api/v1/videos/generate-upload-url"),
            ("POST", f"/api/v1/videos/{self._target.video_id}/complete"),
            ("POST", f"/api/v1/videos/{_in_path(chance)}/complete"),
            ("DELETE", f"/api/v1/videos/{_in_path(chance)}/upload-url"),
            ("POST", f"/api/videos/{_in_path(chance)}/restore"),
        ])  # fmt: skip
        headers = {
            "Content-Type": chance.choice(["application/json"] * 5 + ["application/json; charset=utf-7", _word(chance)])
        }
        if chance.random() < 0.3:
            headers["If-Match"] = _word(chance)
        return _request(method, path, headers, body, chance)

    def _path(self, chance: random.Random) -> bytes:
        places = ["/", "/api/videos/", "/videos/", "/api/uploads/", "/api/upload/", "/static/", "/static/vendor/",
                  "/docs/", "//", "/api//videos", "http://elsewhere.test/", "*", "/health/", "/metrics",
                  "/api/v1/videos/"]  # fmt: skip
        path = chance.choice(places) + "/".join(_in_path(chance) for _ in range(chance.randrange(4)))
        return _request(chance.choice(METHODS), path or "/", {}, b"", chance)

    def _header(self, chance: random.Random) -> bytes:
        host = chance.choice([["Host: localhost"]] * 4 + [[]])
        wild = [_header_line(chance) for _ in range(chance.choice([1, 2, 3, 120]))]
        lines = [chance.choice(["GET /api/videos HTTP/1.1", "POST /api/upload HTTP/1.1"]), *host, *wild]
        end = chance.choice(["\r\n", "\r\n", "\r\n", "\n", "\r"])
        return (end.join(lines) + end * 2 + "5\r\nhello\r\n0\r\n\r\n").encode("utf-8", "surrogatepass")

    def _garbage(self, chance: random.Random) -> bytes:
        return chance.choice([
            chance.randbytes(chance.randrange(1, 3000)),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(200),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + chance.randbytes(50), b"\r\n" * 500, b"GET",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"A" * 70_000,
            b"GET /health HTTP/1.1\r\nX: " + b"y" * 90_000, b"\0" * 100,
        ])  # fmt: skip


_HEADER_LINES = (
    "Content-Length: -1", "Content-Length: 5, 6", "Content-Length: 99999999999999999999", "Content-Length: 0x5",
    "Transfer-Encoding: chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
    "Host: elsewhere.test", "Host: a b", "Host: ]:99999", "Expect: 100-continue", "Expect: 200-ok",
    "Connection: upgrade",
    "Upgrade: h2c", "Accept: " + "text/html;q=9," * 50, "Accept-Encoding: gzip;q=nan", "Origin: null",
    "Origin: http://[",
    "Sec-Fetch-Site: cross-site", "X-Forwarded-For: 1.2.3.4:99999, ::", "X-Forwarded-Proto: gopher",
    "X-Request-ID: \u00e9\u00e9\u00e9",
    "Cookie: session=" + "A" * 3000, " folded: line", "No-Colon", ": no name",
    "Content-Type: multipart/form-data; boundary=",
    "Authorization: Basic \u00ff", "Range: bytes=0-", "Access-Control-Request-Method: \u00e9", "Date: yesterday",
    "Te: trailers",
)  # fmt: skip


def _word(chance: random.Random) -> str:
    if chance.random() < 0.8:
        return chance.choice(WORDS)
    return "".join(
        chr(chance.choice([chance.randrange(32, 127), chance.randrange(0xD7FF)])) for _ in range(chance.randrange(40))
    )


def _header_line(chance: random.Random) -> str:
    return chance.choice(_HEADER_LINES) if chance.random() < 0.7 else f"{_word(chance)}: {_word(chance)}"


def _in_path(chance: random.Random) -> str:
    word = _word(chance)
    return quote(word, safe="") if chance.random() < 0.7 else word.replace(" ", "%20")


def _base64(chance: random.Random) -> str:
    return (
        base64.b64encode(_word(chance).encode("utf-8", "surrogatepass")).decode()
        if chance.random() < 0.8
        else _word(chance)
    )


def _value(chance: random.Random, depth: int = 0) -> object:
    kind = chance.randrange(8 if depth < 4 else 5)
    if kind < 5:
        return [None, chance.random() < 0.5, chance.choice(NUMBERS), _word(chance), chance.randrange(9000)][kind]
    if kind == 5:
        return [_value(chance, depth + 1) for _ in range(chance.randrange(5))]
    names = ["title", "tags", "filename", "size", "content_type", "blocks", "size", "sha256", _word(chance)]
    return {chance.choice(names): _value(chance, depth + 1) for _ in range(chance.randrange(6))}


def _part(chance: random.Random) -> bytes:
    if chance.random() < 0.2:
        return field_part(_word(chance) * chance.choice([1, 30]), name=_word(chance))
    content = chance.choice(
        [b"", b"x", mp4(200), mp4(5000, seed=chance.randrange(9)), b"\r\n--" * 400, chance.randbytes(300)]
    )
    lines = [
        f"{chance.choice(['Content-Type', 'Content-MD5', 'X', _word(chance)])}: {_word(chance)}"
        for _ in range(chance.randrange(3))
    ]
    # What tests.wire writes is UTF-8; a lone surrogate has none.
    name = _word(chance).encode("utf-8", "replace").decode()
    return file_part(
        content, filename=chance.choice(["film.mp4", name]), name=name, headers=[_encodable(line) for line in lines]
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _digests(chance: random.Random) -> dict[str, str]:
    names = [name for name in ("Content-MD5", "Content-Digest", "Repr-Digest") if chance.random() < 0.1]
    return {name: chance.choice([f"sha-256=:{_base64(chance)}:", _base64(chance), _word(chance)]) for name in names}


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes, chance: random.Random) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    framing = chance.random()
    if framing < 0.1:
        lines.append("Transfer-Encoding: chunked")
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    elif framing < 0.2:
        lines.append(f"Content-Length: {chance.choice([0, len(body) + 7, max(0, len(body) - 7), 2**40])}")
    elif body or method not in {"GET", "HEAD"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body


def _damaged(raw: bytes, chance: random.Random) -> bytes:
    """Cut off, doubled in part, or with some bytes changed."""
    at = chance.randrange(len(raw) + 1)
    match chance.randrange(4):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + raw[at // 2 :]
        case 2:
            return raw[:at] + chance.randbytes(chance.randrange(1, 9)) + raw[at:]
    changed = bytearray(raw)
    for _ in range(chance.randrange(1, 6)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)
