"""How subscriptions look in JSON."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from routes.sources.messages import moment_of
from services.subscriptions.subscription import (
    LEAST_MINUTES,
    MOST_KEPT,
    MOST_MINUTES,
    MOST_PER_DAY,
    Subscription,
    SubscriptionChange,
    SubscriptionKind,
)
from services.subscriptions.subscriptions import NewSubscription
from utils.timestamps import format_timestamp

_Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
_Minutes = Annotated[int, Meta(ge=LEAST_MINUTES, le=MOST_MINUTES)]
_PerDay = Annotated[int, Meta(ge=1, le=MOST_PER_DAY)]
_Keep = Annotated[int, Meta(ge=1, le=MOST_KEPT)]
_QuietHours = Annotated[str, Meta(description="Two times of the day between which nothing is looked at: 22:00-06:00.")]
_TimeZone = Annotated[str, Meta(description="Whose times of the day these are, such as Europe/Berlin.")]
_Artist = Annotated[str, Meta(description="The id of the artist that is looked for, or that what is found is of.")]


class NewSubscriptionMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be looked at. A feed and a channel have a `url`, an artist an `artist`, a search a `query`."""

    kind: SubscriptionKind
    url: str | None = None
    artist: _Artist | None = None
    query: str | None = None
    interval_minutes: _Minutes = 360
    quiet_hours: _QuietHours | None = None
    time_zone: _TimeZone = "UTC"
    max_per_day: Annotated[_PerDay | None, Meta(description="New films that it brings in 24 hours.")] = None
    keep: Annotated[
        _Keep | None,
        Meta(description="Films of it that are kept: older ones are ignored, and go into the trash if they are here."),
    ] = None
    paused: bool = False

    def asked(self) -> NewSubscription:
        """The same for the service."""
        return NewSubscription(**{name: getattr(self, name) for name in self.__struct_fields__})


class SubscriptionChangeMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be changed; what is left out stays, null takes a limit away."""

    interval_minutes: _Minutes | UnsetType = UNSET
    quiet_hours: _QuietHours | UnsetType | None = UNSET
    time_zone: _TimeZone | UnsetType = UNSET
    max_per_day: _PerDay | UnsetType | None = UNSET
    keep: _Keep | UnsetType | None = UNSET
    paused: bool | UnsetType = UNSET

    def change(self) -> SubscriptionChange:
        """The same for the service."""
        nothing = {"quiet_hours": "", "max_per_day": 0, "keep": 0}
        said: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        given = {name: value for name, value in said.items() if value is not UNSET}
        changes: dict[str, Any] = {name: nothing.get(name) if value is None else value for name, value in given.items()}
        return SubscriptionChange(**changes)


class SubscriptionMessage(Struct, frozen=True, kw_only=True):
    """One subscription."""

    id: str
    kind: SubscriptionKind
    url: str | None
    artist: _Artist | None
    query: str | None
    interval_minutes: int
    quiet_hours: str | None
    time_zone: str
    max_per_day: int | None
    keep: int | None
    paused: bool
    next_run_at: Annotated[_Time | None, Meta(description="Null while it is paused.")]
    last_run_at: _Time | None
    last_found: Annotated[int, Meta(description="New films of the last look.")]
    last_error: Annotated[str | None, Meta(description="Why the last look came to nothing.")]
    job: Annotated[str | None, Meta(description="The job that looks, or has looked last.")]
    created_at: _Time


class SubscriptionList(Struct, frozen=True, kw_only=True):
    """All subscriptions, the newest first."""

    subscriptions: list[SubscriptionMessage]


def subscription_message(each: Subscription) -> SubscriptionMessage:
    """A subscription as the API shows it."""
    has_url = each.kind in {SubscriptionKind.FEED, SubscriptionKind.CHANNEL}
    return SubscriptionMessage(
        id=each.id,
        kind=each.kind,
        url=each.target if has_url else None,
        artist=each.artist,
        query=each.target if each.kind is SubscriptionKind.SEARCH else None,
        interval_minutes=each.interval_minutes,
        quiet_hours=each.quiet_hours,
        time_zone=each.time_zone,
        max_per_day=each.max_per_day,
        keep=each.keep,
        paused=each.paused,
        next_run_at=None if each.paused else _text(each.next_run_at),
        last_run_at=_text(each.last_run_at),
        last_found=each.last_found,
        last_error=each.last_error,
        job=each.job,
        created_at=format_timestamp(moment_of(each.created_at)),
    )


def _text(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else format_timestamp(moment_of(milliseconds))


SUBSCRIPTION = SubscriptionMessage(
    id="0123456789abcdef01234567",
    kind=SubscriptionKind.FEED,
    url="https://signs.example/films.xml",
    artist=None,
    query=None,
    interval_minutes=360,
    quiet_hours="07:00-12:00",
    time_zone="Europe/Berlin",
    max_per_day=5,
    keep=50,
    paused=False,
    next_run_at="2026-11-20T18:00:00.000Z",
    last_run_at="2026-11-20T12:00:00.000Z",
    last_found=2,
    last_error=None,
    job="fedcba9876543210fedcba98",
    created_at="2026-11-19T12:00:00.000Z",
)
"""An example."""
