"""Signing in, one's own account, and the accounts of others."""

from typing import Any

from routes.accounts import faults
from routes.accounts.shown import UserMessage
from routes.http.openapi.faults import (
    BUSY,
    DATABASE_DOWN,
    TOO_LARGE,
    TRUNCATED,
    UNSUPPORTED_MEDIA,
)
from routes.http.openapi.operation import Answer, Parameter

SIGNING_IN, USERS = "Signing in", "People"
TIME = "2026-11-20T10:15:12.345Z"
ID = "3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f"
JSON = "-H 'Content-Type: application/json'"
AS_ME = '-H "Authorization: Bearer $TOKEN"'
BODIES = (faults.INVALID, TOO_LARGE, TRUNCATED, UNSUPPORTED_MEDIA, BUSY, DATABASE_DOWN)

USER: dict[str, Any] = {
    "id": ID,
    "email": "mira@harbour.example",
    "username": "mira",
    "role": "USER",
    "active": True,
    "locked_until": None,
    "two_factor": False,
    "preferences": {"theme": "system", "visual_density": 3},
    "authorized_modules": None,
    "module_preferences": {},
    "created_at": TIME,
    "last_seen_at": None,
}
ONCE = {"token": "c2hvd24gb25jZQ", "url": "https://reelgate.example/join?token=c2hvd24gb25jZQ", "expires_at": TIME}
PAIR = {"access_token": "eyJ…", "refresh_token": "rgr_…", "expires_in": 900, "token_type": "Bearer"}
TOKEN = {
    "id": ID,
    "name": "backup",
    "scopes": ["videos:read"],
    "created_at": TIME,
    "expires_at": None,
    "last_used_at": None,
}
SESSION = {
    "id": ID,
    "kind": "page",
    "device": "Mozilla/5.0",
    "address": "192.0.2.1",
    "created_at": TIME,
    "last_seen_at": TIME,
    "expires_at": TIME,
    "current": True,
}
SHOWN = Answer(status=200, about="The account.", schema=UserMessage, example=USER)
DONE = Answer(status=204, about="Done.")


def named(name: str, about: str) -> Parameter:
    """An id in the address."""
    return Parameter(name=name, where="path", about=about, schema={"type": "string", "minLength": 1}, example=ID)


USER_ID = named("user_id", "The id of an account.")
