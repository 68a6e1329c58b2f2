"""Who does something: a person, a program with a person's token, the holder of a link, Reelgate itself, or nobody.

An actor is made once for each request and travels with every call that shows or changes something, as `by`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do in general; `services/actors/policy.py` says what follows."""

    ADMIN = "ADMIN"
    MANAGER = "MANAGER"
    USER = "USER"
    READONLY = "READONLY"


class ActorKind(StrEnum):
    """By what right an actor comes."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - the word, not a secret
    LINK = "link"
    SYSTEM = "system"
    NOBODY = "nobody"


class Scope(StrEnum):
    """What a token may do at most, whatever its person may."""

    READ = "videos:read"
    WRITE = "videos:write"
    ADMIN = "admin"


class LinkKind(StrEnum):
    """What a link is for."""

    VIEW = "view"
    INBOX = "inbox"


@dataclass(frozen=True, kw_only=True)
class LinkRight:
    """What the link that somebody came by opens."""

    kind: LinkKind
    videos: frozenset[str] = frozenset()
    """The ids of the videos that it names."""
    collections: frozenset[str] = frozenset()
    """The ids of the collections that it names."""
    may_download: bool = False
    may_comment: bool = False


@dataclass(frozen=True, kw_only=True)
class Shares:
    """The collections by which a person sees or changes videos, by id."""

    views: frozenset[str] = frozenset()
    edits: frozenset[str] = frozenset()


NO_SHARES = Shares()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who does something, with all that decides about it."""

    kind: ActorKind
    id: str
    """The account's id; `system` and `nobody` stand for themselves, a link for its own id."""
    name: str
    """What people read in the audit."""
    role: Role | None = None
    scopes: frozenset[Scope] | None = None
    """Of a token; none where nothing is narrowed."""
    link: LinkRight | None = None
    views: frozenset[str] = frozenset()
    """The collections that are shared with the person, by id."""
    edits: frozenset[str] = frozenset()
    """The collections whose videos the person may change, by id."""
    modules: frozenset[str] | None = None
    """The features that the person may use; none where it is all of them."""
    address: str | None = None
    """Where the request came from."""
    request_id: str | None = None
    token: str | None = None
    """The personal token that it came by, by id."""

    @property
    def is_somebody(self) -> bool:
        """Whether this is a signed-in person, a token of one, or Reelgate itself."""
        return self.role is not None


PRINCIPAL = "entra-"
"""What the ids of those begin with whom App Service vouches for: they have no account here."""

SYSTEM = Actor(kind=ActorKind.SYSTEM, id="system", name="Reelgate", role=Role.ADMIN)
"""Reelgate itself: housekeeping, commands, jobs."""

ANYONE = Actor(kind=ActorKind.SYSTEM, id="anyone", name="anyone", role=Role.ADMIN)
"""Whoever reaches a server that asks nobody who they are: on one's own machine, or opened to everybody on purpose."""

NOBODY = Actor(kind=ActorKind.NOBODY, id="nobody", name="nobody")
"""A request that brings no right of its own."""
