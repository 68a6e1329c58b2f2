"""What happened a while ago: sessions that began, codes that were used."""

from typing import Any

from sqlalchemy import create_engine, update

from services.accounts.tables import sessions, totp
from services.assembly import Services
from services.collections.tables import collections


def age_sessions(services: Services, *, minutes: int) -> None:
    """Let all sessions have begun so many minutes earlier."""
    earlier = {name: sessions.c[name] - minutes * 60_000 for name in ("created_at", "proved_at")}
    _run(services, update(sessions).values(earlier))
    services.accounts.credentials.forget_known()


def age_codes(services: Services) -> None:
    """Let the last code of every app have been used so long ago that each of now is a new one."""
    _run(services, update(totp).values(last_step=0))


def age_collection(services: Services, id_: str, *, days: int) -> None:
    """Let a collection have been in the trash for so many days more."""
    earlier = {"deleted_at": collections.c.deleted_at - days * 86_400_000}
    _run(services, update(collections).where(collections.c.id == id_).values(earlier))


def _run(services: Services, statement: Any) -> None:
    engine = create_engine(services.platform.databases.durable_url)
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()
