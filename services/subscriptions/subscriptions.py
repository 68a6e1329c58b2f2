"""Subscriptions as people meet them: made, changed, looked at now."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.actors.actor import Actor, ActorKind, Role
from services.actors.policy import Act, owner_of_new, require
from services.artists.artists import Artists
from services.artists.errors import ArtistNotFoundError
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.egress.guard import EgressGuard
from services.jobs.job import Job
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.wish import Wish
from services.steps import KeepGoing
from services.subscriptions.errors import SubscriptionExistsError, SubscriptionNotFoundError, invalid
from services.subscriptions.quiet_hours import next_look, zone_of
from services.subscriptions.store import SubscriptionStore
from services.subscriptions.subscription import (
    LEAST_MINUTES,
    MOST_KEPT,
    MOST_MINUTES,
    MOST_PER_DAY,
    Subscription,
    SubscriptionChange,
    SubscriptionKind,
)

MOST_AT_ONCE = 100
# Others of the lane are waited for by people.
_PRIORITY = 10
_LONGEST_URL, _LONGEST_QUERY = 2000, 200


@dataclass(frozen=True, kw_only=True)
class NewSubscription:
    """What somebody wants looked at."""

    kind: SubscriptionKind
    url: str | None = None
    artist: str | None = None
    query: str | None = None
    interval_minutes: int = 360
    quiet_hours: str | None = None
    time_zone: str = "UTC"
    max_per_day: int | None = None
    keep: int | None = None
    paused: bool = False


class Subscriptions:
    """All of them. Every method raises `DatabaseUnavailableError`, and what the policy says to who may not."""

    def __init__(
        self,
        store: SubscriptionStore,
        jobs: Jobs,
        *,
        kind: Kind,
        guard: EgressGuard,
        artists: Artists,
        audit: Audit,
    ) -> None:
        """`kind` is that of the jobs which look."""
        self._store = store
        self._jobs = jobs
        self._kind = kind
        self._guard = guard
        self._artists = artists
        self._audit = audit

    def all(self, *, by: Actor) -> Sequence[Subscription]:
        """All of them, the newest first."""
        require(by, Act.READ_SOURCES)
        return self._store.all()

    def get(self, id_: str, *, by: Actor) -> Subscription:
        """One of them; raises `SubscriptionNotFoundError`."""
        require(by, Act.READ_SOURCES)
        found = self._store.get(id_)
        if found is None:
            raise SubscriptionNotFoundError("There is no such subscription.")
        return found

    def add(self, asked: NewSubscription, *, by: Actor) -> Subscription:
        """Have something looked at, for the first time at once.

        Raises `InvalidSubscriptionError`, `SubscriptionExistsError`, and `AddressNotAllowedError`.
        """
        require(by, Act.CHANGE_SOURCES)
        target, artist = self._looked_at(asked, by=by)
        now = self._store.now()
        new = Subscription(
            id=secrets.token_hex(12),
            kind=asked.kind,
            target=target,
            artist=artist,
            interval_minutes=asked.interval_minutes,
            quiet_hours=asked.quiet_hours or None,
            time_zone=asked.time_zone,
            max_per_day=asked.max_per_day or None,
            keep=asked.keep or None,
            paused=asked.paused,
            owner=owner_of_new(by),
            owner_name=by.name,
            next_run_at=now,
            created_at=now,
        )
        _check(new)
        new = replace(new, next_run_at=next_look(now, quiet=new.quiet))
        if (same := self._store.add(new, key=_key(new))) is not None:
            raise SubscriptionExistsError("This is looked at on a schedule already.", id_=same)
        self._note("subscription.made", new, by=by)
        return new

    def change(self, id_: str, change: SubscriptionChange, *, by: Actor) -> Subscription:
        """Change when it is looked at, and what is made of that; raises as `add` does."""
        require(by, Act.CHANGE_SOURCES)
        known = self.get(id_, by=by)
        said: dict[str, Any] = {name: value for name, value in vars(change).items() if value is not None}
        values: dict[str, Any] = {name: value or None if name in _LIMITS else value for name, value in said.items()}
        changed = replace(known, **values)
        _check(changed)
        now = self._store.now()
        following = known.next_run_at
        if changed.interval_minutes != known.interval_minutes:
            last = min(known.last_run_at or now, now)
            following = max(now, last + changed.interval_minutes * 60_000)
        elif changed.paused != known.paused:
            following = max(now, following)
        changed = replace(changed, next_run_at=next_look(following, quiet=changed.quiet))
        columns = {**values, "paused": int(changed.paused), "next_run_at": changed.next_run_at}
        if not self._store.change(id_, columns):
            raise SubscriptionNotFoundError("There is no such subscription.")
        self._note("subscription.changed", changed, by=by, details=said)
        return changed

    def remove(self, id_: str, *, by: Actor) -> None:
        """Look at it no more; what it has found stays. Raises `SubscriptionNotFoundError`."""
        require(by, Act.CHANGE_SOURCES)
        known = self.get(id_, by=by)
        if not self._store.remove(id_):
            raise SubscriptionNotFoundError("There is no such subscription.")
        self._note("subscription.removed", known, by=by)

    def run(self, id_: str, *, by: Actor) -> Job:
        """Look at it now, whatever the hour; the look that goes on will do. Raises `SubscriptionNotFoundError`."""
        require(by, Act.CHANGE_SOURCES)
        known = self.get(id_, by=by)
        job = self._begin(known, by=by)
        self._store.change(id_, {"job": job.id})
        self._note("subscription.run", known, by=by)
        return job

    def begin_due(self, go: KeepGoing, *, by: Actor) -> int:
        """Have those looked at whose time has come; returns how many. Any number of instances may do it at once."""
        require(by, Act.CHANGE_SOURCES)
        count = 0
        for each in self._store.due(most=MOST_AT_ONCE):
            go(each)
            now = self._store.now()
            if (quiet_until := next_look(now, quiet=each.quiet)) > now:
                self._store.put_off(each, quiet_until)
                continue
            # Queued first: whoever dies in between finds it due again, and the job, which is the same one.
            job = self._begin(each, by=_owner(each))
            following = next_look(now + each.interval_minutes * 60_000, quiet=each.quiet)
            count += self._store.put_off(each, following, job=job.id)
        return count

    def _begin(self, each: Subscription, *, by: Actor) -> Job:
        return self._jobs.add(
            Wish(kind=self._kind, arguments={"subscription": each.id}, priority=_PRIORITY, again=True), by=by
        )

    def _looked_at(self, asked: NewSubscription, *, by: Actor) -> tuple[str, str | None]:
        """The target and the artist, checked."""
        artist = self._artist(asked, by=by)
        match asked.kind:
            case SubscriptionKind.FEED | SubscriptionKind.CHANNEL:
                url = (asked.url or "").strip()
                if not 0 < len(url) <= _LONGEST_URL:
                    raise invalid("url", f"Expected an address of at most {_LONGEST_URL} letters")
                self._guard.check(url)
                return url, artist
            case SubscriptionKind.SEARCH:
                query = " ".join((asked.query or "").split())
                if not 0 < len(query) <= _LONGEST_QUERY or not query.isprintable():
                    raise invalid("query", f"Expected words, {_LONGEST_QUERY} letters at the most")
                return query, artist
            case SubscriptionKind.ARTIST:
                if artist is None:
                    raise invalid("artist", "Expected the id of an artist")
                return "", artist

    def _artist(self, asked: NewSubscription, *, by: Actor) -> str | None:
        if asked.artist is None:
            return None
        try:
            return self._artists.get(asked.artist, by=by).id
        except ArtistNotFoundError as error:
            raise invalid("artist", "There is no such artist") from error

    def _note(self, action: str, each: Subscription, *, by: Actor, details: Mapping[str, Any] | None = None) -> None:
        target = AuditTarget(kind="subscription", id=each.id)
        self._audit.note(action, by=by, target=target, details={"kind": each.kind.value, **(details or {})})


_LIMITS = frozenset({"max_per_day", "keep", "quiet_hours"})


def _check(each: Subscription) -> None:
    """Raise what is wrong with it."""
    if not LEAST_MINUTES <= each.interval_minutes <= MOST_MINUTES:
        raise invalid("interval_minutes", f"Expected a whole number from {LEAST_MINUTES} to {MOST_MINUTES}")
    for name, value, most in (("max_per_day", each.max_per_day, MOST_PER_DAY), ("keep", each.keep, MOST_KEPT)):
        if value is not None and not 1 <= value <= most:
            raise invalid(name, f"Expected a whole number from 1 to {most}")
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("time_zone", lambda: zone_of(each.time_zone)),
        ("quiet_hours", lambda: each.quiet),
    )
    for name, read in checks:
        try:
            read()
        except ValueError as error:
            raise invalid(name, str(error)) from error


def _owner(each: Subscription) -> Actor:
    """Whoever made it, with Reelgate's own right: what it needs was allowed then."""
    return Actor(kind=ActorKind.SYSTEM, id=each.owner, name=each.owner_name, role=Role.ADMIN)


def _key(each: Subscription) -> str:
    said = json.dumps([each.kind.value, each.target, each.artist])
    return hashlib.sha256(said.encode()).hexdigest()
