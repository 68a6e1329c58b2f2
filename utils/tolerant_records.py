"""Records that several versions of the program read and write: what one does not know, it keeps."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


def kept(origin: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with what only the record knows that was read before; nested ones likewise."""
    inner = {
        name: kept(origin[name], value)
        for name, value in values.items()
        if isinstance(value, Mapping) and isinstance(origin.get(name), Mapping)
    }
    return {**origin, **values, **inner}


def known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a record's values that are fields of this dataclass; what is missing has the field's default."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in values.items() if name in names}
