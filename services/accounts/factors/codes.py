"""Codes: those that an authenticator app shows, and those for the day when it is lost."""

import hashlib
import hmac
import re
import secrets

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_STEP = 30_000
_RECOVERY_CODES = 10
_LETTERS, _GROUP = 16, 4
_RECOVERY = re.compile(rf"[{_ALPHABET}]{{{_LETTERS}}}")
_ISSUER = "Reelgate"


def new_secret() -> str:
    """What the app and the server both know from now on."""
    from pyotp import random_base32  # noqa: PLC0415 - hardly ever asked for

    return random_base32()


def address_of(secret: str, *, name: str) -> str:
    """The secret as apps take it: an `otpauth` address."""
    from pyotp import TOTP  # noqa: PLC0415

    return TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def drawn(address: str) -> str:
    """The address as an SVG picture that an app reads from the screen, dark on light whatever the page's colours."""
    import segno  # noqa: PLC0415

    return segno.make_qr(address).svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)


def step_of(secret: str, code: str, *, now: int, after: int) -> int | None:
    """The half minute that a code belongs to, which must be this one, the one before or the next, and after `after`.

    `now` is in milliseconds. None when the code is wrong.
    """
    from pyotp import TOTP  # noqa: PLC0415

    totp, typed = TOTP(secret), _bare(code).encode()
    steps = range(now // _STEP - 1, now // _STEP + 2)
    # All are compared, so that the time it takes tells nothing.
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), typed)]
    return next((step for step in right if step > after), None)


def new_recovery_codes() -> list[str]:
    """Ten of them, in groups of letters that are easily copied; each is as hard to guess as a key of 80 bits."""
    return [_grouped("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))) for _ in range(_RECOVERY_CODES)]


def is_recovery_code(text: str) -> bool:
    """Whether it can be one; it is so long that it need not be counted as a guess."""
    return _RECOVERY.fullmatch(_bare(text)) is not None


def recovery_hash(code: str, *, user_id: str) -> str:
    """What is kept of a recovery code."""
    return hashlib.sha256(f"{user_id}:{_bare(code)}".encode("utf-8", "surrogatepass")).hexdigest()


def _bare(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
