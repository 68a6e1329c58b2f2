"""What people say about a video and its metadata have no room for: `<id>/about.json` in the container of tracks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class About:
    """Words about one video. A new field needs a default, and is stored, indexed and kept through versions as it is."""

    description: str = ""
    easy_description: str = ""
    """The same in short sentences and plain words."""
    language: str | None = None
    """The one that is spoken, as BCP 47 writes it."""
    held_by: str = ""
    """The id of the account that has put it on legal hold, where it is on one."""
    hold_reason: str = ""
    artists: tuple[str, ...] = ()
    """The ids of the artists whose it is."""
    version: str = ""
    """Another one for each edit; empty when nobody has said anything."""
    others: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What only another version knows: it is written back."""

    def to_text(self) -> str:
        """The record as it is stored: JSON."""
        said = {name: getattr(self, name) for name in _NAMES}
        return json.dumps({**self.others, **said}, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str | bytes) -> "About":
        """Read a stored record, of this version or another."""
        values: dict[str, Any] = json.loads(text)
        ours = {name: values.pop(name) for name in _NAMES & values.keys()}
        ours["artists"] = tuple(ours.get("artists", ()))
        return cls(**ours, others=values)

    @property
    def searched(self) -> tuple[str, ...]:
        """The texts that a search goes through."""
        return (self.description, self.easy_description)


_NAMES = frozenset(each.name for each in fields(About)) - {"others"}
NOTHING_SAID = About()
EDITABLE = _NAMES - {"version"}
"""What people change."""
ABOUT = "about"
"""In the metadata of a video: the version of its record that was written last. With it each edit changes the video."""
