"""What a collection is, and who is in it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Openness(StrEnum):
    """Who sees that a collection is there, besides its owner, its members and managers."""

    PRIVATE = "private"
    TEAM = "team"


class MemberRole(StrEnum):
    """What a member may do."""

    VIEWER = "viewer"
    """See the collection and all of its videos, private ones too."""
    EDITOR = "editor"
    """Change it and its videos besides."""


class Standing(StrEnum):
    """How somebody stands to a collection."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


@dataclass(frozen=True, kw_only=True)
class VideoCollection:
    """Videos that belong together. Which these are, each video's metadata says."""

    id: str
    title: str
    description: str = ""
    visibility: Openness = Openness.TEAM
    owner: str
    """The id of the account that it belongs to."""
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None = None
    """When it was put into the trash."""
    standing: Standing | None = None
    """How whoever has asked stands to it."""


@dataclass(frozen=True, kw_only=True)
class CollectionMember:
    """Somebody with whom a collection is shared."""

    user: str
    """The account's id."""
    role: MemberRole


def new_id() -> str:
    """An id for a new collection."""
    return secrets.token_hex(12)
