"""What each actor may do: the one place that decides. Nothing else compares roles.

A video that the actor may not see is answered as if it were not there; one that it may see and not change is refused;
nobody at all is asked to sign in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.actors.actor import SYSTEM, Actor, ActorKind, LinkKind, Role, Scope
from services.actors.errors import ForbiddenError, HeldError, NotSignedInError
from services.errors import NotFoundError


class Visibility(StrEnum):
    """Who may see a video besides its owner."""

    PRIVATE = "private"
    TEAM = "team"
    PUBLIC = "public"


class Owned(Protocol):
    """What decides about a video."""

    @property
    def id(self) -> str:
        """The video's id."""

    @property
    def owner(self) -> str:
        """The id of the account that it belongs to."""

    @property
    def visibility(self) -> Visibility:
        """Who may see it besides."""

    @property
    def collections(self) -> tuple[str, ...]:
        """The ids of the collections that it is in."""

    @property
    def is_held(self) -> bool:
        """Whether it is on legal hold."""


class Act(StrEnum):
    """Everything that a rule stands for."""

    SEE = "see"
    """See and play a video."""
    DOWNLOAD = "download"
    """Take a video's file along."""
    EDIT = "edit"
    """Change and restore a video; its links, clips, captions, jobs and tier."""
    DELETE = "delete"
    """Take a video away, into the trash or for good, or something that belongs to it; nobody may while it is held."""
    COMMENT = "comment"
    """Say something at a moment of a video."""
    COLLECT = "collect"
    """Make collections, and change those that one may."""
    LIST = "list"
    """Ask for lists and searches, which show what the actor may see."""
    UPLOAD = "upload"
    """Bring a video in."""
    UPLOAD_FOR_OTHERS = "upload-for-others"
    """Bring a video in that belongs to somebody else."""
    READ_SOURCES = "read-sources"
    """See artists, subscriptions and imports."""
    IMPORT = "import"
    """Have a film fetched, and see to one's own imports."""
    CHANGE_SOURCES = "change-sources"
    """Change artists, subscriptions and the imports of others."""
    MANAGE = "manage"
    """Costs, rules, holds, quarantine, and the jobs and videos of others in bulk."""
    READ_AUDIT = "read-audit"
    """Read who did what."""
    ADMINISTER = "administer"
    """Purge, lift a hold, take in files of the server; users, live settings, webhooks."""
    MANAGE_ONESELF = "manage-oneself"
    """One's own account: preferences, sessions, tokens."""


_ALL = frozenset(Role)
_WRITERS = frozenset({Role.ADMIN, Role.MANAGER, Role.USER})
_MANAGERS = frozenset({Role.ADMIN, Role.MANAGER})
_ADMINS = frozenset({Role.ADMIN})

ROLES: Mapping[Act, frozenset[Role]] = {
    Act.SEE: _ALL,
    Act.DOWNLOAD: _ALL,
    Act.EDIT: _WRITERS,
    Act.DELETE: _WRITERS,
    Act.COMMENT: _ALL,
    Act.COLLECT: _WRITERS,
    Act.LIST: _ALL,
    Act.UPLOAD: _WRITERS,
    Act.UPLOAD_FOR_OTHERS: _MANAGERS,
    Act.READ_SOURCES: _ALL,
    Act.IMPORT: _WRITERS,
    Act.CHANGE_SOURCES: _MANAGERS,
    Act.MANAGE: _MANAGERS,
    Act.READ_AUDIT: _MANAGERS,
    Act.ADMINISTER: _ADMINS,
    Act.MANAGE_ONESELF: _ALL,
}
"""Whose account may do it at all; for acts on a video, the rules below narrow it."""

_READING = frozenset({Act.SEE, Act.DOWNLOAD, Act.LIST, Act.READ_SOURCES})
_ADMINISTERING = frozenset({Act.MANAGE, Act.READ_AUDIT, Act.ADMINISTER})


def may(by: Actor, act: Act, video: Owned | None = None) -> bool:
    """Whether the actor may do it; a video is asked about for acts on one."""
    if act is Act.DELETE and video is not None and video.is_held:
        return False
    if by.link is not None:
        return _link_may(by, act, video)
    if by.role is None:
        return video is not None and act in {Act.SEE, Act.DOWNLOAD} and video.visibility is Visibility.PUBLIC
    if by.role not in ROLES[act] or not _in_scope(by, act):
        return False
    rule = _ON_A_VIDEO.get(act)
    return rule is None or video is None or by.role in _MANAGERS or rule(by, video)


def require(by: Actor, act: Act, video: Owned | None = None) -> None:
    """Raise what the actor is to be told when it may not."""
    if may(by, act, video):
        return
    if act is Act.DELETE and video is not None and may(by, Act.EDIT, video):
        raise HeldError("This video is on legal hold. Nothing of it can be deleted before the hold is lifted.")
    if video is not None and act is not Act.SEE and may(by, Act.SEE, video):
        if by.kind is ActorKind.NOBODY:
            raise NotSignedInError("Sign in to do this.")
        raise ForbiddenError("You may see this video but not change it.")
    if by.kind is ActorKind.NOBODY:
        raise NotSignedInError("Sign in to continue.")
    if video is not None:
        raise NotFoundError("There is no such video.")
    raise ForbiddenError("Your account may not do this.")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Which videos a list may show: all, or those for which one of the others holds."""

    all: bool = False
    not_private: bool = False
    """Those that the team or everybody may see."""
    owner: str | None = None
    """Those that belong to this account."""
    collections: frozenset[str] = frozenset()
    """Those in one of these collections, by id."""


def scope(by: Actor, act: Act = Act.SEE) -> Seen:
    """For which videos `may(by, act, video)` holds, for a list to be made of; raises when the actor may ask for none.

    `act` is SEE, or EDIT for lists of what can be changed.
    """
    require(by, Act.LIST)
    if by.role not in ROLES[act] or not _in_scope(by, act):
        return Seen()
    if by.role in _MANAGERS:
        return Seen(all=True)
    owner = None if by.role is Role.READONLY else by.id
    if act is Act.EDIT:
        return Seen(owner=owner, collections=by.edits)
    return Seen(not_private=True, owner=owner, collections=by.views | by.edits)


def owner_of_new(by: Actor) -> str:
    """The account that what the actor brings in belongs to."""
    return SYSTEM.id if by.kind is ActorKind.SYSTEM else by.id


def may_continue(by: Actor, owner: str) -> bool:
    """Whether the actor may go on with an upload that was begun for that account, or end it."""
    return may(by, Act.UPLOAD) and (by.role in _MANAGERS or by.id == owner)


def _sees(by: Actor, video: Owned) -> bool:
    shared = by.views | by.edits
    return video.visibility is not Visibility.PRIVATE or _owns(by, video) or not shared.isdisjoint(video.collections)


def _changes(by: Actor, video: Owned) -> bool:
    return _owns(by, video) or not by.edits.isdisjoint(video.collections)


def _owns(by: Actor, video: Owned) -> bool:
    return by.role is not Role.READONLY and by.id == video.owner


_ON_A_VIDEO: Mapping[Act, Callable[[Actor, Owned], bool]] = {
    Act.SEE: _sees,
    Act.DOWNLOAD: _sees,
    Act.COMMENT: _sees,
    Act.EDIT: _changes,
    Act.DELETE: _changes,
}


def _link_may(by: Actor, act: Act, video: Owned | None) -> bool:
    right = by.link
    if right is None:
        return False
    if right.kind is LinkKind.INBOX:
        return act is Act.UPLOAD
    if video is None or not (video.id in right.videos or not right.collections.isdisjoint(video.collections)):
        return False
    allowed = {Act.SEE: True, Act.DOWNLOAD: right.may_download, Act.COMMENT: right.may_comment}
    return allowed.get(act, False)


def _in_scope(by: Actor, act: Act) -> bool:
    if by.scopes is None:
        return True
    if act in _READING:
        return not by.scopes.isdisjoint({Scope.READ, Scope.WRITE, Scope.ADMIN})
    if act in _ADMINISTERING or act is Act.MANAGE_ONESELF:
        return Scope.ADMIN in by.scopes
    return not by.scopes.isdisjoint({Scope.WRITE, Scope.ADMIN})
