"""yt-dlp, as a program of its own: it reads pages and lists of films, and gives the bytes of one on its output.

It is the one that requirements.txt pins. It is given no settings, plugins, cookies or other programs, an environment of
our making, and no way out but the proxy; it dies with its starter.
"""

import json
import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.egress.proxy import EgressProxy
from services.imports.errors import UnfetchableError
from services.jobs.errors import BadInputError
from services.media.confined_command import Limits
from services.media.program_runs import running

MOST_ENTRIES = 500
"""Films of a list."""

_LARGEST_INFO = 32 * 1024 * 1024
_LOOK_SECONDS = 180.0
_SLOW_SECONDS = 180.0
_LEAST_RATE = 1024
"""Bytes a second that have to come for the program, on average over `_SLOW_SECONDS` of waiting."""
_STEP = 0.25
_PIECE = 1024 * 1024
_MOST_SAID = 64 * 1024
_LIMITS = Limits(memory_mb=3072, cpu_seconds=4 * 3600, file_mb=256, nice=5)
_COMMON = (
    *("-I", "-B", "-m", "yt_dlp", "--ignore-config", "--no-plugin-dirs", "--no-cache-dir", "--no-js-runtimes"),
    *("--no-remote-components", "--no-cookies", "--no-cookies-from-browser", "--no-exec", "--color", "never"),
    *("--quiet", "--no-warnings", "--no-progress", "--socket-timeout", "20", "--extractor-retries", "1"),
    # What breaks off on the way out would begin again behind what has been given out already.
    *("--retries", "0", "--fragment-retries", "2", "--abort-on-unavailable-fragments", "--hls-prefer-native"),
    *("--fixup", "never", "--no-part", "--no-mtime", "--no-wait-for-video", "--default-search", "error"),
)
_LOOKING = ("--dump-single-json", "--flat-playlist")
_FOR_GOOD = re.compile(
    r"HTTP Error (?:400|401|403|404|405|410|451)|Unsupported URL|not a valid URL|No video formats|"
    r"Requested format is not available|[Pp]rivate|[Uu]navailable|[Ss]ign in|[Ll]ogin|DRM|not exist|removed|"
    r"does not (?:contain|have)|No media found|disabled for security",
)
_NO_FILM = re.compile(r"Unsupported URL|No video formats|No media found|not a valid URL")

GoOn = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class FilmReader:
    """Runs yt-dlp in one folder, by way of one proxy."""

    proxy: EgressProxy
    folder: Path
    go_on: GoOn

    def look(self, url: str, *, quality: str, most: int = MOST_ENTRIES) -> Mapping[str, Any]:
        """What it finds at an address: one film, or a list of so many of them at most.

        Raises `BadInputError` where there is none, and `UnfetchableError` where there may be another time.
        """
        arguments = [*_COMMON, *_LOOKING, "--playlist-items", f"1:{most}", *_choice(quality), "--", url]
        found = bytearray()
        until = time.monotonic() + _LOOK_SECONDS

        def go_on() -> None:
            self.go_on()
            if time.monotonic() > until:
                raise UnfetchableError("It took too long to find out what is there.")

        with self._started(arguments, go_on=go_on) as body:
            while data := body.read(_PIECE):
                found += data
                if len(found) > _LARGEST_INFO:
                    raise BadInputError("What is said of the films there is too long.")
        try:
            info = json.loads(found)
        except ValueError as error:
            raise UnfetchableError("What is there could not be understood.") from error
        if not isinstance(info, dict):
            raise BadInputError("There is no film at this address.")
        return info

    @contextmanager
    def opened(self, info: Mapping[str, Any], format_id: str, *, length: int | None) -> Iterator["ProgramBody"]:
        """The bytes of one of the formats of a film that was looked at; what has been found then is fetched now."""
        # Without its page it is not looked at anew when it breaks off, in the middle of what is given out.
        said = {name: value for name, value in info.items() if name not in {"webpage_url", "original_url"}}
        file = self.folder / "info.json"
        file.write_text(json.dumps(said))
        arguments = [*_COMMON, "-f", format_id, "-o", "-", "--load-info-json", str(file)]
        with self._started(arguments, length=length) as body:
            yield body

    @contextmanager
    def _started(
        self, arguments: list[str], *, length: int | None = None, go_on: GoOn | None = None
    ) -> Iterator["ProgramBody"]:
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), self.proxy.url)
        environment = {"PATH": os.devnull, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "YTDLP_NO_PLUGINS": "1"}
        with running(
            sys.executable, arguments, limits=_LIMITS, environment=environment | proxies, folder=self.folder
        ) as process:
            yield ProgramBody(process, self.proxy, length=length, go_on=go_on or self.go_on)


class ProgramBody:
    """What a program gives on its output, as a body that ends well only where the program does."""

    def __init__(
        self, process: subprocess.Popen[bytes], proxy: EgressProxy, *, length: int | None, go_on: GoOn
    ) -> None:
        assert process.stdout is not None  # noqa: S101 - pipes were asked for
        assert process.stderr is not None  # noqa: S101
        self.length = length
        self.at_hand = 0
        self._process = process
        self._proxy = proxy
        self._go_on = go_on
        self._out, self._err = process.stdout.fileno(), process.stderr.fileno()
        self._said = bytearray()
        self._ahead = b""
        self._waited, self._passed = 0.0, 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._selector.register(self._err, selectors.EVENT_READ)

    def peek(self, size: int) -> bytes:
        """The first bytes, which are read again later."""
        while len(self._ahead) < size and (data := self._next(size)):
            self._ahead += data
        return self._ahead[:size]

    def read(self, size: int, /) -> bytes:
        """The next bytes; at the end, raises what went wrong with the program."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        return self._next(size)

    def _next(self, size: int) -> bytes:
        while self._selector.get_map():
            self._go_on()
            for key, _ in self._ready():
                data = os.read(key.fd, min(size, _PIECE) if key.fd == self._out else _PIECE)
                if not data:
                    self._selector.unregister(key.fd)
                elif key.fd == self._out:
                    return data
                else:
                    self._said += data
                    del self._said[:-_MOST_SAID]
        self._selector.close()
        if self._process.wait() != 0:
            raise self._fault()
        return b""

    def _ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        """What there is to read, after a short wait; raises `UnfetchableError` where too little comes from outside."""
        began = time.monotonic()
        ready = self._selector.select(_STEP)
        self._waited += time.monotonic() - began
        if self._waited >= _SLOW_SECONDS:
            passed = self._proxy.passed
            if passed - self._passed < _LEAST_RATE * self._waited:
                raise UnfetchableError("It comes too slowly, and was ended.")
            self._waited, self._passed = 0.0, passed
        return ready

    def _fault(self) -> BadInputError | UnfetchableError:
        proxy = self._proxy
        if proxy.refused:
            return BadInputError(proxy.refused)
        if proxy.is_spent:
            return BadInputError("More came from there than is fetched.")
        lines = [line for line in self._said.decode("utf-8", "replace").splitlines() if line.startswith("ERROR:")]
        reason = _without_advice(lines[-1]) if lines else "It could not be read."
        if _NO_FILM.search(reason):
            return BadInputError("There is no film at this address.")
        return BadInputError(reason) if _FOR_GOOD.search(reason) else UnfetchableError(reason)


def _without_advice(line: str) -> str:
    """What went wrong, without what people at a shell are told to do about it, and without addresses."""
    text = re.sub(r"\[[\w:+ .-]+\] ?", "", line.removeprefix("ERROR:").strip(), count=1)
    text = re.split(r"; please report|\(caused by|\. See {2}|Use --|; use ", text)[0]
    return re.sub(r"https?://\S+", "…", text).strip()[:300] or "It could not be read."


def _choice(quality: str) -> tuple[str, ...]:
    """Which of the formats of a film is wanted: picture and sound apart, or together."""
    height = "" if quality == "best" else f"[height<=?{quality}]"
    return ("-f", f"bv*{height}+ba/b{height}/bv{height}")
