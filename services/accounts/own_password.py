"""Whether somebody who is signed in knows the password of their account."""

from services.accounts.errors import SignInFailedError
from services.accounts.lockout import Lockout, locked, subject_of_account
from services.accounts.passwords import Passwords
from services.accounts.user import User
from services.actors.actor import Actor
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.database.engine import Database


class OwnPassword:
    """Counts a try, and looks whether it is right."""

    def __init__(self, database: Database, audit: Audit, *, lockout: Lockout, passwords: Passwords) -> None:
        self._database = database
        self._audit = audit
        self._lockout = lockout
        self._passwords = passwords

    def check(self, user: User, password: str, *, action: str, by: Actor) -> None:
        """Raise `SignInFailedError` when it is wrong, `AccountLockedError` after too many tries.

        `action` is what the audit calls that which it is asked for.
        """
        subject = subject_of_account(user.id)
        with self._database.writing() as connection:
            wait = self._lockout.count(connection, subject, address=None)
        if wait:
            raise locked(wait)
        if not self._passwords.matches(password, user.password):
            target = AuditTarget(kind="user", id=user.id)
            self._audit.note(action, target=target, outcome=AuditOutcome.REFUSED, by=by)
            raise SignInFailedError("The password is wrong.")
        with self._database.writing() as connection:
            self._lockout.succeeded(connection, subject, address=None)
