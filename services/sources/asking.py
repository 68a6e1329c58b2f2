"""How outside services are asked: at their rate, within bounds of time and size, and not when they are away.

What fails is tried again after pauses that double. A service that asks for a pause (429 or 503 with `Retry-After`) gets
it: a short one is waited for here, and after a longer one whoever asked comes back.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

from services import metrics
from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard, Fetched, Question
from services.errors import ReelgateError
from services.sources.errors import SourceFailedError, SourceRestsError
from services.sources.service import Service
from services.sources.store import AnswerStore, ServiceStore

T = TypeVar("T")

Read = Callable[[bytes], T]
"""Makes something of an answer; raises `ValueError` where it is none that the service's documents know.

It may also raise what `ServiceClient.repeat` knows: some services say in their answers what others say in the status.
"""

PATIENCE = 30.0
"""The longest wait, in seconds, for one request's turn or for the end of a pause."""
_SHORT = 5.0
_FIRST_PAUSE = 1.0
USUAL_REST = 60.0
"""Seconds of a pause, where a service does not say how long."""
_NO_REFUSALS: Mapping[int, ReelgateError] = {}
_MOST_KEPT = 512 * 1024
_AGENT = "Reelgate (+https://github.com/reelgate/reelgate)"


class AsksForPause(Exception):
    """It asks for a pause of so many seconds."""

    def __init__(self, text: str, seconds: float) -> None:
        super().__init__(text)
        self.seconds = seconds


class FailedAsking(Exception):
    """It did not answer as it should, and may do the next time."""


class Refused(Exception):
    """It has answered, and will say the same the next time."""


class NotShown(Exception):
    """It has answered as it should: what was asked for is not there, or is not for everybody."""

    def __init__(self, error: ReelgateError) -> None:
        super().__init__(error.detail)
        self.error = error


Refusals = Mapping[int, ReelgateError]
"""What a status says of the thing that was asked for, and not of the service."""


class ServiceClient:
    """Asks services, for adapters."""

    def __init__(
        self,
        guard: EgressGuard,
        services: ServiceStore,
        answers: AnswerStore,
        *,
        wait: Callable[[float], object] = time.sleep,
        patience: float = PATIENCE,
        once: bool = False,
    ) -> None:
        """`wait` lets so many seconds pass; `once` is for who tries once, and a service that is away, too."""
        self._guard = guard
        self._services = services
        self._answers = answers
        self._wait = wait
        self._patience = patience
        self._is_once = once

    def impatient(self) -> "ServiceClient":
        """The same for somebody who waits for the answer: tries once, whatever was known of the service."""
        return ServiceClient(self._guard, self._services, self._answers, patience=_SHORT, once=True)

    def ask(
        self,
        service: Service,
        question: Question,
        read: Read[T],
        *,
        fresh: bool = False,
        refusals: Refusals = _NO_REFUSALS,
    ) -> T:
        """The answer, read. One that is kept will do, but for those who want it `fresh`.

        Raises `SourceFailedError`, for an inward address, too, `SourceRestsError`, and what `refusals` say.
        """
        key = _key(service, question)
        if not fresh and question.method == "GET" and (kept := self._answers.get(key)) is not None:
            return read(kept.encode())
        body, found = self.repeat(service, lambda: self._once(service, question, read, refusals))
        if not fresh and question.method == "GET":
            self._keep(service, key, body)
        return found

    def ask_by(
        self, service: Service, words: str, once: Callable[[], bytes], read: Read[T], *, fresh: bool = False
    ) -> T:
        """The same where asking is more than a request: `once` does it, and raises as `repeat` knows.

        `words` tell this question from others to the service.
        """
        key = hashlib.sha256(json.dumps([service.name, words]).encode()).hexdigest()
        if not fresh and (kept := self._answers.get(key)) is not None:
            return read(kept.encode())
        body, found = self.repeat(service, lambda: _read(service, once(), read))
        if not fresh:
            self._keep(service, key, body)
        return found

    def repeat(self, service: Service, once: Callable[[], T]) -> T:
        """What `once` returns, under the service's rate and breaker.

        It raises `FailedAsking` for what may be tried again, `AsksForPause` for what may be later, `Refused`, and
        `NotShown`.
        """
        pause = _FIRST_PAUSE
        for tries_left in reversed(range(1 if self._is_once else service.tries)):
            self._take_turn(service)
            try:
                found = once()
            except AsksForPause as asked:
                _count(service, "paused")
                self._services.rests(service, asked.seconds, str(asked))
                if asked.seconds > self._patience or not tries_left:
                    raise SourceRestsError(str(asked), retry_after=_whole(asked.seconds)) from asked
                # A short one is part of the wait for the next turn.
            except Refused as refused:
                _count(service, "refused")
                self._services.refused(service, str(refused))
                raise SourceFailedError(str(refused)) from refused
            except NotShown as not_shown:
                _count(service, "answered")
                self._services.answered(service)
                raise not_shown.error from not_shown
            except FailedAsking as failed:
                _count(service, "failed")
                self._services.failed(service, str(failed))
                if not tries_left:
                    raise SourceFailedError(str(failed)) from failed
                self._wait(pause)
                pause *= 2
            else:
                _count(service, "answered")
                self._services.answered(service)
                return found
        raise AssertionError("The last try has raised or returned.")

    def _take_turn(self, service: Service) -> None:
        turn = self._services.take_turn(service, patience=self._patience, forced=self._is_once)
        if not turn.is_given:
            why = "has failed too often" if turn.is_away else "asked for a pause, or is asked at a rate"
            raise SourceRestsError(f"{service.title} {why}: it is not asked now.", retry_after=_whole(turn.wait))
        if turn.wait:
            self._wait(turn.wait)

    def _once(self, service: Service, question: Question, read: Read[T], refusals: Refusals) -> tuple[bytes, T]:
        started = time.monotonic()
        try:
            with self._guard.ask(_said(service, question)) as fetched:
                if (refusal := refusals.get(fetched.status)) is not None:
                    raise NotShown(refusal)
                _judge(service, fetched)
                body = fetched.whole(most=service.largest)
                length = fetched.length
        except AddressNotAllowedError as error:
            raise Refused(f"{service.title} is not asked: {error} EGRESS_ALLOW_HOSTS can name exceptions.") from error
        except FetchError as error:
            raise FailedAsking(f"{service.title} did not answer: {error}") from error
        if time.monotonic() - started > service.seconds:
            raise FailedAsking(f"{service.title} took longer than {service.seconds:g} seconds.")
        if length is not None and length != len(body):
            raise FailedAsking(f"{service.title} broke off in the middle of its answer.")
        return _read(service, body, read)

    def _keep(self, service: Service, key: str, body: bytes) -> None:
        if not service.keep_seconds or len(body) > _MOST_KEPT or b"\0" in body:
            return
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return
        self._answers.put(key, text, seconds=service.keep_seconds)


def _read(service: Service, body: bytes, read: Read[T]) -> tuple[bytes, T]:
    try:
        return body, read(body)
    except (ValueError, RecursionError) as error:
        raise FailedAsking(f"{service.title} answered what its documents do not know.") from error


def _count(service: Service, outcome: str) -> None:
    metrics.SOURCE_ANSWERS.labels(service.family, outcome).inc()
    metrics.SOURCE_WELL.labels(service.family).set(outcome == "answered")
    if outcome != "answered":
        metrics.SOURCE_FAILED.labels(service.family).set_to_current_time()


def _said(service: Service, question: Question) -> Question:
    return Question(
        url=question.url,
        method=question.method,
        headers={"User-Agent": _AGENT, "Accept": "application/json", **question.headers},
        credentials=question.credentials,
        body=question.body,
        seconds=service.seconds,
    )


def _judge(service: Service, fetched: Fetched) -> None:
    """Raise what an answer's status says."""
    status = fetched.status
    asks = "retry-after" in fetched.headers
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and asks):
        seconds = _rest(fetched.headers)
        raise AsksForPause(f"{service.title} asked for a pause of {_whole(seconds)} seconds.", seconds)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise FailedAsking(f"{service.title} answered {status}.")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Refused(f"{service.title} answered {status}: it does not take the key, or wants one.")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(f"{service.title} answered {status}.")


def _rest(headers: Mapping[str, str]) -> float:
    """Seconds of the pause that is asked for: a number, or the date of its end."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return float(said)
    try:
        until = parsedate_to_datetime(said)
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return USUAL_REST


def _whole(seconds: float) -> int:
    return max(1, round(seconds + 0.5))


def _key(service: Service, question: Question) -> str:
    # What a service says to one key it says to another.
    said = [service.name, question.url, sorted(question.headers.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
