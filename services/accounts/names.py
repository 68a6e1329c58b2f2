"""What people may be called, and when two names are the same."""

import re
import unicodedata

from services.accounts.errors import InvalidAccountError

_LONGEST_NAME = 64
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\]{1,253}")


def key_of(text: str) -> str:
    """The form in which names and addresses are compared."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def checked_username(text: str) -> str:
    """The name as it is kept; raises `InvalidAccountError`. It has no @, so that it is never somebody's address."""
    name = unicodedata.normalize("NFKC", text).strip()
    if not 2 <= len(name) <= _LONGEST_NAME or not all(each.isalnum() or each in "._-" for each in name):
        raise _invalid("username", f"A username has 2 to {_LONGEST_NAME} letters, digits, dots, hyphens, underscores.")
    return name


def checked_email(text: str) -> str:
    """The address as it is kept; raises `InvalidAccountError`."""
    address = text.strip()
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address) or not address.isprintable():
        raise _invalid("email", "This is not an e-mail address.")
    return address


def domain_of(email: str) -> str:
    """The part behind the @, as it is compared."""
    return key_of(email.rpartition("@")[2])


def _invalid(field: str, reason: str) -> InvalidAccountError:
    return InvalidAccountError(reason, errors=[{"field": field, "reason": reason}])
