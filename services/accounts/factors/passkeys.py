"""Passkeys: made, listed, named and removed by their owners, and taken for a proof of who somebody is."""

from collections.abc import Callable, Sequence
from typing import Any

from services.accounts import tokens
from services.accounts.errors import FactorExistsError, InvalidFactorError, PasskeyClonedError, PasskeyRefusedError
from services.accounts.factors import challenges
from services.accounts.factors.challenges import Ceremony
from services.accounts.factors.credential import Credential, NewCredential, Site
from services.accounts.factors.second_factors import SecondFactors
from services.accounts.store import factors, passkeys, users
from services.accounts.store.passkeys import Passkey
from services.accounts.user import User
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseConflictError
from services.database.insert import insert_of
from services.errors import NotFoundError
from services.secrets import Key, SecretKeys

_MOST = 20
_LONGEST_NAME = 100
_UNKNOWN = "This passkey is not known here. Sign in in another way."


class Passkeys:
    """Raises what the policy says, and `PasskeyRefusedError` for answers that do not hold."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        keys: SecretKeys,
        *,
        second: SecondFactors,
        forget_known: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)
        self._audit = audit
        self._keys = keys
        self._second = second
        self._forget_known = forget_known

    def options_to_register(self, user: User, site: Site, *, by: Actor) -> dict[str, Any]:
        """What the person's browser is to make a key for; raises `InvalidFactorError`."""
        from services.accounts.factors import webauthn  # noqa: PLC0415 - hardly ever asked for, and large

        require(by, Act.MANAGE_ONESELF)
        with self._database.reading() as connection:
            known = self._with_room(connection, user)
            challenge = self._challenge(connection, Ceremony.REGISTER, site, user.id)
        ids = [each.credential_id for each in known if each.host == site.host]
        return webauthn.creation_options(site, user_id=user.id, name=user.name, known=ids, challenge=challenge)

    def register(
        self, user: User, site: Site, credential: NewCredential, *, name: str, by: Actor
    ) -> tuple[Passkey, Sequence[str] | None]:
        """Keep a new key; with it come recovery codes, shown this once, for who has none.

        Raises `InvalidFactorError` and `FactorExistsError`.
        """
        from services.accounts.factors import webauthn  # noqa: PLC0415

        require(by, Act.MANAGE_ONESELF)
        name = checked_name(name)
        challenge = webauthn.challenge_of(credential.response.client_data)
        key = webauthn.new_key(site, credential, challenge=challenge)
        try:
            with self._database.writing() as connection:
                self._with_room(connection, user)
                self._spend(connection, challenge, Ceremony.REGISTER, site, user.id)
                passkey = Passkey(
                    id=tokens.new_id(),
                    credential_id=key.credential_id,
                    user_id=user.id,
                    name=name,
                    host=site.host,
                    public_key=key.public_key,
                    counter=key.counter,
                    created_at=self._clock.read_on(connection),
                )
                passkeys.add(connection, passkey)
                self._second.note_added(connection, user.id, "passkey", by=by)
                recovery = self._second.first_recovery(connection, user.id, by=by)
        except DatabaseConflictError as error:
            raise FactorExistsError("This passkey is set up already.") from error
        self._forget_known()
        return passkey, recovery

    def list(self, user: User, *, by: Actor) -> Sequence[Passkey]:
        """The person's keys, the newest first."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.reading() as connection:
            return passkeys.of_user(connection, user.id)

    def rename(self, user: User, passkey_id: str, *, name: str, by: Actor) -> Passkey:
        """Call one by another name; raises `NotFoundError` and `InvalidFactorError`."""
        require(by, Act.MANAGE_ONESELF)
        name = checked_name(name)
        with self._database.writing() as connection:
            passkey = passkeys.rename(connection, passkey_id, user_id=user.id, name=name)
            if passkey is None:
                raise _no_such_key()
            target = AuditTarget(kind="user", id=user.id)
            self._audit.write(connection, "user.passkey-renamed", target=target, details={"passkey": passkey_id}, by=by)
        return passkey

    def remove(self, user: User, passkey_id: str, *, by: Actor) -> None:
        """Let one hold no more; raises `NotFoundError`."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.writing() as connection:
            if not passkeys.remove(connection, passkey_id, user_id=user.id):
                raise _no_such_key()
            self._second.note_removed(connection, user.id, "passkey", by=by)
        self._forget_known()

    def options_to_sign_in(self, site: Site) -> dict[str, Any]:
        """What a browser is to have signed by any key that it has for this site."""
        from services.accounts.factors import webauthn  # noqa: PLC0415

        with self._database.reading() as connection:
            challenge = self._challenge(connection, Ceremony.SIGN_IN, site, "")
        return webauthn.request_options(site, known=(), verified=True, challenge=challenge)

    def options_for(self, user_id: str, site: Site) -> dict[str, Any]:
        """What is to be signed by one of the keys of a person who has proved the password."""
        from services.accounts.factors import webauthn  # noqa: PLC0415

        with self._database.reading() as connection:
            known = [each.credential_id for each in passkeys.of_user(connection, user_id) if each.host == site.host]
            challenge = self._challenge(connection, Ceremony.SECOND, site, user_id)
        return webauthn.request_options(site, known=known, verified=False, challenge=challenge)

    def owner(self, connection: Transaction, site: Site, credential: Credential) -> User:
        """Whose key has answered; it is the only factor, so the key must know its owner by finger, face or PIN."""
        found = passkeys.find(connection, credential.raw_id)
        if found is None:
            raise PasskeyRefusedError(_UNKNOWN)
        self._take(connection, *found, site, credential, Ceremony.SIGN_IN)
        return found[1]

    def take(self, connection: Transaction, user: User, site: Site, credential: Credential) -> None:
        """Take the answer of one of the person's keys."""
        found = passkeys.find(connection, credential.raw_id)
        if found is None or found[1].id != user.id:
            raise PasskeyRefusedError(_UNKNOWN)
        self._take(connection, *found, site, credential, Ceremony.SECOND)

    def sweep(self) -> int:
        """Forget challenges that hold no more anyway; returns how many."""
        with self._database.writing() as connection:
            return factors.sweep(connection, now=self._clock.read_on(connection))

    def _take(
        self,
        connection: Transaction,
        passkey: Passkey,
        user: User,
        site: Site,
        credential: Credential,
        ceremony: Ceremony,
    ) -> None:
        from services.accounts.factors import webauthn  # noqa: PLC0415

        is_only = ceremony is Ceremony.SIGN_IN
        challenge = webauthn.challenge_of(credential.response.client_data)
        counter = webauthn.counter_of(
            site,
            credential,
            public_key=passkey.public_key,
            user_id=user.id,
            challenge=challenge,
            verified=is_only,
        )
        self._spend(connection, challenge, ceremony, site, "" if is_only else user.id)
        if not passkeys.use(connection, passkey, counter=counter, now=self._clock.read_on(connection)):
            raise PasskeyClonedError("This passkey's counter has gone back. Somebody may have a copy of it: remove it.")

    def _with_room(self, connection: Transaction, user: User) -> Sequence[Passkey]:
        """The person's keys, where there is room for one more; nobody adds another until the transaction ends."""
        users.hold(connection, user.id)
        known = passkeys.of_user(connection, user.id)
        if len(known) >= _MOST:
            raise InvalidFactorError(f"An account has at most {_MOST} passkeys. Remove one first.")
        return known

    def _challenge(self, connection: Transaction, ceremony: Ceremony, site: Site, user_id: str) -> bytes:
        now = self._clock.read_on(connection)
        return challenges.new_challenge(ceremony, host=site.host, user_id=user_id, now=now, keys=self._signing_keys())

    def _spend(self, connection: Transaction, challenge: bytes, ceremony: Ceremony, site: Site, user_id: str) -> None:
        now, keys = self._clock.read_on(connection), self._signing_keys()
        until = challenges.holds(challenge, ceremony, host=site.host, user_id=user_id, now=now, keys=keys)
        hashed = challenges.hashed(challenge)
        if until is None or not factors.spend_challenge(connection, hashed, insert=self._insert, expires_at=until):
            raise PasskeyRefusedError("That took too long, or was answered already. Try again.")

    def _signing_keys(self) -> tuple[Key, ...]:
        return self._keys.for_use("passkey challenges")


def checked_name(text: str) -> str:
    """The name as it is kept; raises `InvalidFactorError`."""
    name = text.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InvalidFactorError("A passkey needs a name.", errors=[{"field": "name", "reason": "It is missing."}])
    return name


def _no_such_key() -> NotFoundError:
    return NotFoundError("There is no such passkey of yours.")
