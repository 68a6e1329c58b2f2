"""What an import is: what was asked for, and how far it has got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.jobs.job import Job, State

QUALITIES = ("best", "2160", "1440", "1080", "720", "480", "360")
"""The largest height that is fetched where a film comes in several, in lines."""


class ImportKind(StrEnum):
    """What was asked for."""

    URL = "url"
    """What lies behind an address."""
    LIST = "list"
    """An address with several films behind it: each is an import of its own."""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What somebody wants fetched."""

    url: str
    title: str | None = None
    """What it says of itself where there is none."""
    tags: tuple[str, ...] = ()
    artist: str | None = None
    """The id of the artist that it is fetched for."""
    collection: str | None = None
    """The id of the collection that it comes into."""
    quality: str = "best"
    """One of `QUALITIES`."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import, as the table has it, with its job."""

    id: str
    kind: ImportKind
    url: str
    """As people are shown it."""
    secret: str | None
    """The address that is asked for, sealed."""
    known_by: str | None
    parent: str | None
    """The id of the list that it is an entry of."""
    place: int
    """Its place in that list."""
    title: str | None
    tags: tuple[str, ...]
    artist: str | None
    collection: str | None
    quality: str
    owner: str
    """The account that what comes in belongs to."""
    by_name: str
    written_state: State
    attempt: int
    bytes: int
    """How much of it has come in."""
    total: int | None
    """How much there is, where that is known."""
    speed: int | None
    """In bytes a second, while it comes in."""
    draft: dict[str, Any] | None
    """The video that it is to become, as `Draft.to_record` says it: chosen before its first byte is sent."""
    video: str | None
    """The id of the video that it has become."""
    written_error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    job_id: str | None
    job: Job | None = None
    """None where it was over long ago."""
    entries: Mapping[State, int] = field(default_factory=dict)
    """Of a list: how many of its films are in each state."""

    @property
    def count(self) -> int:
        """How many films it is a list of."""
        return sum(self.entries.values())

    @property
    def count_over(self) -> int:
        """How many of those have come in, or will not."""
        return sum(count for state, count in self.entries.items() if state.is_over)

    @property
    def state(self) -> State:
        """Where it stands; the job knows of crashes before the import does."""
        if self.kind is ImportKind.LIST and self.written_state is State.DONE and self.entries:
            return self._state_of_entries
        if self.video is not None or self.job is None:
            return self.written_state
        return self.job.state

    @property
    def _state_of_entries(self) -> State:
        if any(not each.is_over for each in self.entries):
            return State.RUNNING
        return next(each for each in (State.DONE, State.FAILED, State.CANCELLED) if each in self.entries)

    @property
    def error(self) -> str | None:
        """Why it could not be fetched, the last time that was tried; of what is done, what was wished of it in vain."""
        if lacking := self.entries.get(State.FAILED):
            return f"{lacking} of {self.count} films could not be fetched."
        if self.state is State.DONE:
            return self.written_error
        return self.written_error or (self.job.error if self.job else None)

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.state is State.DONE:
            return 1.0
        if self.entries:
            return self.count_over / self.count
        if self.state is State.RUNNING and self.total:
            return min(1.0, self.bytes / self.total)
        return 0.0

    @property
    def eta(self) -> int | None:
        """Seconds that it will still take, as far as can be told."""
        if self.state is not State.RUNNING or not self.total or not self.speed:
            return None
        return max(0, round((self.total - self.bytes) / self.speed))


@dataclass(frozen=True, kw_only=True)
class ImportQuery:
    """Which imports are asked for, the newest first; the entries of a list in its order."""

    limit: int
    parent: str | None = None
    """Only the entries of this list."""
    top: bool = False
    """Only those that are no entries of a list."""
    states: tuple[State, ...] = ()
    """Only those in one of these; all where there is none."""
    after: tuple[int, str] | None = None
    """The last that was seen: when it was asked for, or its place in the list, and its id."""


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    """A part of the list."""

    imports: tuple[Import, ...]
    next: tuple[int, str] | None
