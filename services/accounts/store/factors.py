"""Authenticator apps, recovery codes and challenges that were answered, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from services.accounts.tables import recovery_codes, spent_challenges, totp
from services.database.insert import Insert


@dataclass(frozen=True, kw_only=True)
class Totp:
    """The app of one person."""

    sealed: str
    """The secret, sealed."""
    confirmed: bool
    """Whether its person has shown that the app works; until then it counts for nothing."""
    last_step: int


def get_totp(connection: Connection, user_id: str) -> Totp | None:
    """The person's app."""
    row = connection.execute(select(totp).where(totp.c.user_id == user_id)).first()
    if row is None:
        return None
    return Totp(sealed=row.secret, confirmed=row.confirmed_at is not None, last_step=row.last_step)


def propose_totp(connection: Connection, user_id: str, sealed: str, *, insert: Insert, now: int) -> bool:
    """Write a secret that is still to be confirmed; False when the person has one that is."""
    values = {"secret": sealed, "created_at": now, "last_step": 0}
    row = insert(totp).values(user_id=user_id, **values)
    open_one = totp.c.confirmed_at.is_(None)
    put = row.on_conflict_do_update(index_elements=["user_id"], set_=values, where=open_one)
    return connection.scalar(put.returning(totp.c.user_id)) is not None


def confirm_totp(connection: Connection, user_id: str, sealed: str, *, step: int, now: int) -> bool:
    """Let it count from now on; False when it does already, or is another one by now."""
    this = (totp.c.user_id == user_id) & (totp.c.secret == sealed) & totp.c.confirmed_at.is_(None)
    done = update(totp).where(this).values(confirmed_at=now, last_step=step)
    return connection.execute(done).rowcount == 1


def all_sealed(connection: Connection) -> Sequence[tuple[str, str]]:
    """The sealed secret of every app, with whose it is."""
    return [(row.user_id, row.secret) for row in connection.execute(select(totp.c.user_id, totp.c.secret))]


def reseal(connection: Connection, user_id: str, sealed: str, *, anew: str) -> None:
    """Keep the same secret under another seal, unless it is another one by now."""
    this = (totp.c.user_id == user_id) & (totp.c.secret == sealed)
    connection.execute(update(totp).where(this).values(secret=anew))


def take_step(connection: Connection, user_id: str, step: int) -> bool:
    """Use a code up; False when it, or a later one, has been used."""
    fresh = (totp.c.user_id == user_id) & (totp.c.last_step < step)
    return connection.execute(update(totp).where(fresh).values(last_step=step)).rowcount == 1


def remove_totp(connection: Connection, user_id: str) -> bool:
    """Forget the app; False when there is none that counts."""
    confirmed = connection.scalar(select(totp.c.confirmed_at).where(totp.c.user_id == user_id))
    connection.execute(delete(totp).where(totp.c.user_id == user_id))
    return confirmed is not None


def put_recovery(connection: Connection, user_id: str, hashes: Sequence[str], *, now: int) -> None:
    """Write the person's recovery codes; those before work no more."""
    remove_recovery(connection, user_id)
    rows = [{"code_hash": each, "user_id": user_id, "created_at": now} for each in hashes]
    connection.execute(insert(recovery_codes), rows)


def count_recovery(connection: Connection, user_id: str) -> int:
    """How many recovery codes are left."""
    return connection.scalar(select(func.count()).where(recovery_codes.c.user_id == user_id)) or 0


def take_recovery(connection: Connection, user_id: str, code_hash: str) -> bool:
    """Use one up; False when there is none like it."""
    this = (recovery_codes.c.code_hash == code_hash) & (recovery_codes.c.user_id == user_id)
    return connection.execute(delete(recovery_codes).where(this)).rowcount == 1


def remove_recovery(connection: Connection, user_id: str) -> None:
    """Forget all of them."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))


def spend_challenge(connection: Connection, challenge_hash: str, *, insert: Insert, expires_at: int) -> bool:
    """Write down that it has been answered; False when it had been before."""
    row = insert(spent_challenges).values(challenge_hash=challenge_hash, expires_at=expires_at)
    put = row.on_conflict_do_nothing(index_elements=["challenge_hash"]).returning(spent_challenges.c.challenge_hash)
    return connection.scalar(put) is not None


def sweep(connection: Connection, *, now: int) -> int:
    """Forget challenges that hold no more anyway; returns how many."""
    return connection.execute(delete(spent_challenges).where(spent_challenges.c.expires_at <= now)).rowcount
