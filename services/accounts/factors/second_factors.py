"""Authenticator apps and recovery codes, and whether somebody needs a second factor."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.accounts import live_settings
from services.accounts.errors import FactorExistsError, InvalidFactorError, SecondFactorWrongError
from services.accounts.factors import codes
from services.accounts.lockout import subject_of_codes
from services.accounts.store import factors, passkeys, tries, users
from services.accounts.store.passkeys import Passkey
from services.accounts.user import User
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.errors import NotFoundError
from services.events.events import Events
from services.events.people import FactorAdded, FactorRemoved
from services.live_settings.live_settings import LiveSettings
from services.secrets import SecretBox, SecretKeys

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ProposedApp:
    """What an authenticator app is to be given; it counts once its person has shown a code of it."""

    secret: str
    address: str
    picture: str
    """The address as an SVG picture."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All factors of one person."""

    has_app: bool
    recovery_left: int
    passkeys: Sequence[Passkey]


class SecondFactors:
    """Makes, takes and removes them. Raises what the policy says, and `DatabaseUnavailableError`."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        events: Events,
        live: LiveSettings,
        keys: SecretKeys,
        *,
        forget_known: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)
        self._audit = audit
        self._events = events
        self._live = live
        self._box = SecretBox(keys, use="authenticator apps")
        self._forget_known = forget_known

    def is_demanded_of(self, user: User) -> bool:
        """Whether the person must set a second factor up before anything else."""
        return not user.two_factor and user.role.value in self._live.value(live_settings.TWO_FACTOR_ROLES)

    def overview(self, user: User, *, by: Actor) -> Overview:
        """What the person has."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.reading() as connection:
            app = factors.get_totp(connection, user.id)
            return Overview(
                has_app=app is not None and app.confirmed,
                recovery_left=factors.count_recovery(connection, user.id),
                passkeys=passkeys.of_user(connection, user.id),
            )

    def propose_app(self, user: User, *, by: Actor) -> ProposedApp:
        """A new secret for an app; raises `FactorExistsError`."""
        require(by, Act.MANAGE_ONESELF)
        secret = codes.new_secret()
        sealed = self._box.seal(secret)
        with self._database.writing() as connection:
            now = self._clock.read_on(connection)
            if not factors.propose_totp(connection, user.id, sealed, insert=self._insert, now=now):
                raise FactorExistsError("There is an authenticator app already. Remove it before you set up another.")
        return _proposed(secret, user)

    def proposed_app(self, user: User, *, by: Actor) -> ProposedApp | None:
        """The one that is still to be confirmed, once more."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.reading() as connection:
            app = factors.get_totp(connection, user.id)
        secret = None if app is None or app.confirmed else self._opened(app.sealed)
        return None if secret is None else _proposed(secret, user)

    def confirm_app(self, user: User, code: str, *, by: Actor) -> Sequence[str]:
        """Let the app count from now on, and give its person ten recovery codes, shown this once.

        Raises `SecondFactorWrongError`, `InvalidFactorError` where no app is proposed.
        """
        require(by, Act.MANAGE_ONESELF)
        with self._database.writing() as connection:
            now, app = self._clock.read_on(connection), factors.get_totp(connection, user.id)
            secret = None if app is None or app.confirmed else self._opened(app.sealed)
            if app is None or secret is None:
                raise InvalidFactorError("There is no authenticator app to be confirmed.")
            step = codes.step_of(secret, code, now=now, after=0)
            if step is None:
                raise SecondFactorWrongError("The code is wrong. Look whether the clock of your device is right.")
            if not factors.confirm_totp(connection, user.id, app.sealed, step=step, now=now):
                raise InvalidFactorError("There is no authenticator app to be confirmed.")
            self.note_added(connection, user.id, "totp", by=by)
            recovery = self._new_recovery(connection, by, user.id)
        self._forget_known()
        return recovery

    def remove_app(self, user: User, *, by: Actor) -> None:
        """Let the app count no more; raises `NotFoundError`."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.writing() as connection:
            if not factors.remove_totp(connection, user.id):
                raise NotFoundError("There is no authenticator app.")
            self.note_removed(connection, user.id, "totp", by=by)
        self._forget_known()

    def renew_recovery(self, user: User, *, by: Actor) -> Sequence[str]:
        """Ten new recovery codes; those before work no more. Raises `InvalidFactorError` without a second factor."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.writing() as connection:
            current = users.get(connection, user.id)
            if current is None or not current.two_factor:
                raise InvalidFactorError("Recovery codes stand in for a second factor. Set one up first.")
            return self._new_recovery(connection, by, user.id)

    def remove_all(self, user_id: str, *, by: Actor) -> None:
        """Take all factors from somebody who has lost them; raises `NotFoundError`."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            if users.get(connection, user_id) is None:
                raise NotFoundError("There is no such account.")
            factors.remove_totp(connection, user_id)
            passkeys.remove_all(connection, user_id)
            self.note_removed(connection, user_id, "all", by=by)
        self._forget_known()

    def take_code(self, connection: Transaction, user: User, code: str) -> str | None:
        """Use up a code of the app, or a recovery code: `totp` or `recovery`; None when it is wrong or was used."""
        if codes.is_recovery_code(code):
            right = factors.take_recovery(connection, user.id, codes.recovery_hash(code, user_id=user.id))
            return "recovery" if right else None
        app = factors.get_totp(connection, user.id)
        secret = self._opened(app.sealed) if app is not None and app.confirmed else None
        if app is None or secret is None:
            return None
        now = self._clock.read_on(connection)
        step = codes.step_of(secret, code, now=now, after=app.last_step)
        return "totp" if step is not None and factors.take_step(connection, user.id, step) else None

    def reseal(self) -> None:
        """Seal what an older key has sealed with the newest, so that the older one can be forgotten."""
        with self._database.reading() as connection:
            found = factors.all_sealed(connection)
        old = [(user_id, sealed, anew) for user_id, sealed in found if (anew := self._box.renewed(sealed)) is not None]
        if old:
            with self._database.writing() as connection:
                for user_id, sealed, anew in old:
                    factors.reseal(connection, user_id, sealed, anew=anew)

    def first_recovery(self, connection: Transaction, user_id: str, *, by: Actor) -> Sequence[str] | None:
        """Recovery codes for who has none at all."""
        return None if factors.count_recovery(connection, user_id) else self._new_recovery(connection, by, user_id)

    def note_added(self, connection: Transaction, user_id: str, factor: str, *, by: Actor) -> None:
        """Have the account ask for a second factor from now on, and say what happened."""
        user = users.get(connection, user_id)
        if user is not None and not user.two_factor:
            users.change(connection, user_id, {"two_factor_since": self._clock.read_on(connection)})
        self._write(connection, by, "user.factor.added", user_id, factor)
        self._events.say(FactorAdded(user_id=user_id, factor=factor), by=by, connection=connection)

    def note_removed(self, connection: Transaction, user_id: str, factor: str, *, by: Actor) -> None:
        """Have the account ask for no second factor where none is left, and say what happened."""
        app = factors.get_totp(connection, user_id)
        if not (app is not None and app.confirmed) and not passkeys.of_user(connection, user_id):
            factors.remove_recovery(connection, user_id)
            users.change(connection, user_id, {"two_factor_since": None})
            tries.forget(connection, subject_of_codes(user_id))
        self._write(connection, by, "user.factor.removed", user_id, factor)
        self._events.say(FactorRemoved(user_id=user_id, factor=factor), by=by, connection=connection)

    def _opened(self, sealed: str) -> str | None:
        """The secret of an app; None, and a line in the log, where the key that has sealed it is not known any more."""
        try:
            return self._box.open(sealed)
        except ValueError:
            log.warning("an authenticator app is worth nothing: SECRET_KEY was replaced without SECRET_KEY_PREVIOUS")
            return None

    def _new_recovery(self, connection: Transaction, by: Actor, user_id: str) -> Sequence[str]:
        made = codes.new_recovery_codes()
        hashes = [codes.recovery_hash(each, user_id=user_id) for each in made]
        factors.put_recovery(connection, user_id, hashes, now=self._clock.read_on(connection))
        self._write(connection, by, "user.factor.added", user_id, "recovery")
        self._events.say(FactorAdded(user_id=user_id, factor="recovery"), by=by, connection=connection)
        return made

    def _write(self, connection: Transaction, by: Actor, action: str, user_id: str, factor: str) -> None:
        target = AuditTarget(kind="user", id=user_id)
        self._audit.write(connection, action, target=target, details={"factor": factor}, by=by)


def _proposed(secret: str, user: User) -> ProposedApp:
    address = codes.address_of(secret, name=user.name)
    return ProposedApp(secret=secret, address=address, picture=codes.drawn(address))
