"""Preferences as they are kept: what another version has written beside what this one knows stays as it is."""

from typing import Any

import msgspec

from services.accounts.user import Preferences


def preferences_in(text: str) -> Preferences:
    """What is kept, as far as this version knows it; the default in place of what it does not."""
    said = _read(text)
    try:
        return msgspec.convert(said, Preferences)
    except msgspec.ValidationError:
        fit = {name: said[name] for name in Preferences.__struct_fields__ if name in said and _is_known(name, said)}
        return msgspec.convert(fit, Preferences)


def with_preferences(text: str, wanted: Preferences) -> str:
    """What was kept, with all that is wanted otherwise."""
    known, said = msgspec.to_builtins(preferences_in(text)), _read(text)
    changed = {name: value for name, value in msgspec.to_builtins(wanted).items() if value != known[name]}
    return msgspec.json.encode(said | changed).decode()


def _read(text: str) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])


def _is_known(name: str, said: dict[str, Any]) -> bool:
    try:
        msgspec.convert({name: said[name]}, Preferences)
    except msgspec.ValidationError:
        return False
    return True
