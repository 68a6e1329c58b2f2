"""What a live setting is: each slice states its own, typed, with its default and its effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from services.live_settings.errors import InvalidSettingError
from utils.name_patterns import check_pattern, filled

T = TypeVar("T")


class SettingKind(StrEnum):
    """How a value is written, and by which control a page asks for it."""

    BOOLEAN = "boolean"
    WHOLE = "integer"
    CHOICE = "choice"
    TEXT = "text"
    LIST = "list"
    SECRET = "secret"  # noqa: S105 - the word, not a secret


@dataclass(frozen=True, kw_only=True)
class Definition(Generic[T]):
    """One live setting."""

    key: str
    kind: SettingKind
    default: T
    description: str
    effect: str
    """What changes, and for whom."""
    checked: Callable[[object], T]
    """Returns the value, or raises `InvalidSettingError` with a sentence."""
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    fields: tuple[str, ...] = ()
    """What a pattern may name in braces."""
    example: Callable[[T], str] | None = None
    """What comes of a value, for people to see before they need it."""
    only_tightens: T | None = None
    """In production, the one value that it may be changed to besides its default."""


def boolean(key: str, *, default: bool, description: str, effect: str) -> Definition[bool]:
    """A setting that is on or off."""
    return Definition(
        key=key,
        kind=SettingKind.BOOLEAN,
        default=default,
        description=description,
        effect=effect,
        checked=checked_boolean,
    )


def checked_boolean(value: object) -> bool:
    """The value, which must be true or false."""
    if not isinstance(value, bool):
        raise InvalidSettingError("The value must be true or false.")
    return value


def whole(key: str, *, default: int, least: int, most: int, description: str, effect: str) -> Definition[int]:
    """A setting that is a whole number between two bounds."""

    def checked(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise InvalidSettingError(f"The value must be a whole number from {least} to {most}.")
        return value

    return Definition(
        key=key,
        kind=SettingKind.WHOLE,
        default=default,
        least=least,
        most=most,
        description=description,
        effect=effect,
        checked=checked,
    )


def choice(key: str, *, default: str, choices: tuple[str, ...], description: str, effect: str) -> Definition[str]:
    """A setting that is one of a few words."""

    def checked(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise InvalidSettingError(f"The value must be one of {', '.join(choices)}.")
        return value

    return Definition(
        key=key,
        kind=SettingKind.CHOICE,
        default=default,
        choices=choices,
        description=description,
        effect=effect,
        checked=checked,
    )


def words(
    key: str, *, default: tuple[str, ...] = (), is_one: Callable[[str], bool], description: str, effect: str
) -> Definition[tuple[str, ...]]:
    """A setting that is a list of words, each of which must be one."""

    def checked(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len(value) > _MOST_WORDS:
            raise InvalidSettingError("The value must be a list of texts.")
        for each in value:
            if not isinstance(each, str) or not is_one(each):
                raise InvalidSettingError("The list has something in it that cannot be there.")
        return tuple(value)

    return Definition(
        key=key, kind=SettingKind.LIST, default=default, description=description, effect=effect, checked=checked
    )


def name_pattern(
    key: str, *, default: str, sample: Mapping[str, str], description: str, effect: str
) -> Definition[str]:
    """A setting that says how files are named, with fields in braces; `sample` has a value for each of them."""

    def checked(value: object) -> str:
        if not isinstance(value, str):
            raise InvalidSettingError("The value must be a text.")
        try:
            check_pattern(value, sample)
        except ValueError as error:
            raise InvalidSettingError(str(error)) from error
        return value

    return Definition(
        key=key,
        kind=SettingKind.TEXT,
        default=default,
        fields=tuple(sample),
        example=lambda pattern: filled(pattern, sample),
        description=description,
        effect=effect,
        checked=checked,
    )


def secret(key: str, *, description: str, effect: str) -> Definition[str]:
    """A setting that is never shown again, and lies encrypted."""

    def checked(value: object) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SECRET:
            raise InvalidSettingError(f"The value must be a text of at most {_LONGEST_SECRET} characters.")
        return value

    return Definition(
        key=key, kind=SettingKind.SECRET, default="", description=description, effect=effect, checked=checked
    )


_MOST_WORDS = 200
_LONGEST_SECRET = 4096
