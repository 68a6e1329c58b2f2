"""Signing in: by name and password, a second factor where the account has one, or by a passkey alone.

Whether somebody is unknown or mistyped is not told, and cannot be measured.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from services.accounts import lockout as locks
from services.accounts.announcing import tell_sign_in
from services.accounts.credentials import Credentials, TokenPair
from services.accounts.errors import AccountLockedError, SecondFactorRequiredError, SignInFailedError
from services.accounts.factors.passkeys import Passkeys
from services.accounts.factors.proofs import CodeProof, PasskeyProof, Proof, Proofs
from services.accounts.factors.steps import Steps
from services.accounts.lockout import Lockout
from services.accounts.names import key_of
from services.accounts.passwords import Passwords
from services.accounts.store import users
from services.accounts.user import User
from services.actors.actor import Actor
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.errors import ReelgateError, TooManyRequestsError

T = TypeVar("T")

_LONGEST = 1024
_WRONG = "The name or the password is wrong."


@dataclass(frozen=True, kw_only=True)
class SignInAttempt:
    """What somebody has typed, and on what."""

    name: str
    password: str
    device: str
    code: str | None = None
    remember: bool = False


@dataclass(frozen=True, kw_only=True)
class StepAttempt:
    """A second factor, from somebody who has typed the password a moment ago."""

    step: str
    """What the first step has left (`SecondFactorRequiredError.step`)."""
    proof: Proof
    device: str
    remember: bool = False


@dataclass(frozen=True, kw_only=True)
class PasskeyAttempt:
    """A passkey, and nothing else."""

    proof: PasskeyProof
    device: str
    remember: bool = False


Attempt = SignInAttempt | StepAttempt | PasskeyAttempt


@dataclass(frozen=True, kw_only=True)
class _Proven:
    """Whose name and password these are."""

    user: User
    lock: AccountLockedError | None
    """Set while passwords alone let nobody in, for too many have been tried."""


class SigningIn:
    """Lets people in.

    Raises `SignInFailedError`, `SecondFactorRequiredError`, `SecondFactorWrongError`, `PasskeyRefusedError`,
    `AccountLockedError`, `TooManyRequestsError` and `BusyError`.
    """

    def __init__(
        self,
        database: Database,
        audit: Audit,
        *,
        lockout: Lockout,
        passwords: Passwords,
        credentials: Credentials,
        passkeys: Passkeys,
        proofs: Proofs,
        steps: Steps,
    ) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._lockout = lockout
        self._passwords = passwords
        self._credentials = credentials
        self._passkeys = passkeys
        self._proofs = proofs
        self._steps = steps

    def on_a_page(self, attempt: Attempt, *, by: Actor) -> tuple[User, str]:
        """Who it is, and the cookie of the new session."""
        return self._let_in(
            by,
            attempt,
            lambda on, user: self._credentials.begin_session(
                on, user.id, address=by.address, device=attempt.device, remembered=attempt.remember
            ),
        )

    def in_a_program(self, attempt: Attempt, *, by: Actor) -> tuple[User, TokenPair]:
        """Who it is, and the first pair of tokens."""
        return self._let_in(
            by,
            attempt,
            lambda on, user: self._credentials.begin_family(on, user.id, address=by.address, device=attempt.device),
        )

    def step_for(self, user: User) -> str:
        """What stands for the password of somebody who is signed in, so that a passkey can be asked for."""
        return self._steps.seal(user, now=self._clock.read())

    def person_of_step(self, step: str) -> str:
        """The id of the person whose step it is; raises `SignInFailedError` when it holds no more."""
        return self._steps.user_id(step, now=self._clock.read())

    def _let_in(self, by: Actor, attempt: Attempt, begin: Callable[[Transaction, User], T]) -> tuple[User, T]:
        match attempt:
            case SignInAttempt():
                return self._by_password(by, attempt, begin)
            case StepAttempt():
                return self._by_step(by, attempt, begin)
            case PasskeyAttempt():
                return self._by_passkey(by, attempt, begin)

    def _by_password(
        self, by: Actor, attempt: SignInAttempt, begin: Callable[[Transaction, User], T]
    ) -> tuple[User, T]:
        proven = self._proven(by, attempt)
        user, proof = proven.user, None if attempt.code is None else CodeProof(code=attempt.code)
        if not user.two_factor:
            return self._enter(by, user, None, begin)
        if proof is None:
            with self._database.writing() as connection:
                self._lockout.succeeded(connection, locks.subject_of_account(user.id), address=by.address)
            raise SecondFactorRequiredError(
                "Enter the code that your authenticator app shows, or a recovery code.", step=self.step_for(user)
            )
        return self._enter(by, user, proof, begin, lock=proven.lock)

    def _by_step(self, by: Actor, attempt: StepAttempt, begin: Callable[[Transaction, User], T]) -> tuple[User, T]:
        with self._database.reading() as connection:
            now = self._clock.read_on(connection)
            user = users.get(connection, self._steps.user_id(attempt.step, now=now))
        if user is None:
            raise SignInFailedError(_WRONG)
        self._steps.check(attempt.step, user, now=now)
        return self._enter(by, user, attempt.proof, begin)

    def _by_passkey(
        self, by: Actor, attempt: PasskeyAttempt, begin: Callable[[Transaction, User], T]
    ) -> tuple[User, T]:
        try:
            with self._database.writing() as connection:
                owner = self._passkeys.owner(connection, attempt.proof.site, attempt.proof.credential)
                users.hold(connection, owner.id)
                user = users.get(connection, owner.id)
                if user is None or not user.active:
                    raise SignInFailedError("This account is not active.")
                return user, self._begin(connection, by, user, begin, method="passkey")
        except ReelgateError as error:
            self._refuse(by, None, error)
            raise

    def _enter(
        self,
        by: Actor,
        user: User,
        proof: Proof | None,
        begin: Callable[[Transaction, User], T],
        *,
        lock: AccountLockedError | None = None,
    ) -> tuple[User, T]:
        """Let in who has proved the password, with the second factor; `lock` is all that is told where that fails."""
        try:
            if proof is not None:
                self._proofs.count(user, proof)
            with self._database.writing() as connection:
                # Since the password was looked at, the account may have been changed.
                users.hold(connection, user.id)
                current = users.get(connection, user.id)
                is_same = current is not None and current.active and current.password == user.password
                if current is None or not is_same or (current.two_factor and proof is None):
                    raise SignInFailedError(_WRONG)
                method = "password" if proof is None else self._proofs.take(connection, current, proof)
                if lock is None:
                    self._lockout.succeeded(connection, locks.subject_of_account(user.id), address=by.address)
                else:
                    # Who guesses passwords gains nothing by it that the account's person has come in.
                    self._lockout.forget_one(connection, address=by.address)
                return current, self._begin(connection, by, current, begin, method=method)
        except ReelgateError as error:
            self._refuse(by, user, error)
            if lock is not None:
                raise lock from error
            raise

    def _begin(
        self, connection: Transaction, by: Actor, user: User, begin: Callable[[Transaction, User], T], *, method: str
    ) -> T:
        users.change(connection, user.id, {"last_seen_at": self._clock.read_on(connection)})
        begun = begin(connection, user)
        tell_sign_in(self._audit, connection, user, method=method, by=by)
        return begun

    def _proven(self, by: Actor, attempt: SignInAttempt) -> _Proven:
        """Whose name and password these are. While they are locked, a code besides is looked at all the same."""
        key = key_of(attempt.name[:_LONGEST])
        with self._database.reading() as connection:
            user = users.by_key(connection, key)
        lock = self._count(by, user, key)
        if lock is not None and attempt.code is None:
            self._refuse(by, user, lock)
            raise lock
        password = attempt.password[: _LONGEST + 1]
        right = self._passwords.matches(password, user.password if user and user.active else None)
        if user is None or not right or (lock is not None and not user.two_factor):
            error = lock or SignInFailedError(_WRONG)
            self._refuse(by, user, error)
            raise error
        return _Proven(user=user, lock=lock)

    def _count(self, by: Actor, user: User | None, key: str) -> AccountLockedError | None:
        subject = locks.subject_of_account(user.id) if user else locks.subject_of_stranger(key)
        try:
            with self._database.writing() as connection:
                wait = self._lockout.count(connection, subject, address=by.address)
        except TooManyRequestsError as error:
            self._refuse(by, user, error)
            raise
        return locks.locked(wait) if wait else None

    def _refuse(self, by: Actor, user: User | None, error: ReelgateError) -> None:
        """Write the refusal down. What was typed as a name is not: it may be a password."""
        target = AuditTarget(kind="user", id=user.id) if user else None
        details = {"reason": error.slug}
        self._audit.note("user.login", target=target, outcome=AuditOutcome.REFUSED, details=details, by=by)
