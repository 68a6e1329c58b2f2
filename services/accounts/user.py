"""An account, and what its person prefers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from services.actors.actor import Role
from utils.accents import PATTERN, STANDARD

Level = Annotated[int, Meta(ge=1, le=5)]
SignLanguage = Annotated[str, Meta(max_length=35, pattern=r"^([A-Za-z0-9-]{2,35})?$")]


class Preferences(Struct, frozen=True, kw_only=True):
    """How a person wants to have the pages."""

    preferred_sign_language: SignLanguage | None = None
    visual_density: Level = 3
    reading_level: Level = 3
    motion_sensitivity: bool = False
    color_contrast: Literal["normal", "high"] = "normal"
    theme: Literal["system", "light", "dark"] = "system"
    accent: Annotated[str, Meta(pattern=PATTERN, max_length=16)] = STANDARD
    """The colour of links, buttons and marks: a name, or `#rrggbb`, which is made light or dark enough to be read."""
    spacing: Level = 3
    language: Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z0-9-]*$")] | None = None
    captions: bool = True
    """Whether captions are on by themselves where a film has them."""
    caption_size: Level = 3
    caption_colors: Literal["standard", "dark-on-light", "yellow-on-black", "outlined"] = "standard"
    preferred_signing: Literal["signer", "avatar"] = "signer"
    """Who is to sign where a film has both: a person, or a figure that was drawn by a machine."""


class Purpose(StrEnum):
    """What an address that works once is for."""

    INVITATION = "invitation"
    RESET = "reset"
    SETUP = "setup"


@dataclass(frozen=True, kw_only=True)
class User:
    """One account. Times are milliseconds of the database's clock."""

    id: str
    username: str | None
    email: str | None
    role: Role
    created_at: int
    preferences: Preferences = field(default_factory=Preferences)
    authorized_modules: tuple[str, ...] | None = None
    """The features that the person may use; none where it is all of them."""
    module_preferences: str = "{}"
    """A JSON object, one member for each feature."""
    password: str | None = field(default=None, repr=False)
    """What is kept of it; none until the person has chosen one."""
    activated_at: int | None = None
    """When its person first proved to be there; an account that was only invited has none."""
    deactivated_at: int | None = None
    last_seen_at: int | None = None
    two_factor_since: int | None = None
    """Since when a password alone does not let its person in."""

    @property
    def active(self) -> bool:
        """Whether its person may come in."""
        return self.deactivated_at is None

    @property
    def two_factor(self) -> bool:
        """Whether a password alone does not let its person in."""
        return self.two_factor_since is not None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.username or self.email or self.id
