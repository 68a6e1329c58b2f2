"""What somebody shows besides the password, and whether it proves who they are."""

from dataclasses import dataclass

from services.accounts.errors import SecondFactorWrongError
from services.accounts.factors import codes
from services.accounts.factors.credential import Credential, Site
from services.accounts.factors.passkeys import Passkeys
from services.accounts.factors.second_factors import SecondFactors
from services.accounts.lockout import Lockout, locked, subject_of_codes
from services.accounts.store import tries
from services.accounts.user import User
from services.database.engine import Database, Transaction


@dataclass(frozen=True, kw_only=True)
class CodeProof:
    """A code of the app, or a recovery code."""

    code: str


@dataclass(frozen=True, kw_only=True)
class PasskeyProof:
    """What a passkey has answered."""

    site: Site
    credential: Credential


Proof = CodeProof | PasskeyProof


class Proofs:
    """Counts and takes them."""

    def __init__(self, database: Database, *, lockout: Lockout, second: SecondFactors, passkeys: Passkeys) -> None:
        self._database = database
        self._lockout = lockout
        self._second = second
        self._passkeys = passkeys

    def count(self, user: User, proof: Proof) -> None:
        """Count the try, before anybody looks whether it is right; raises `AccountLockedError`.

        Short codes can be guessed. A recovery code or a passkey cannot: they always get in, whoever has been guessing.
        """
        if isinstance(proof, PasskeyProof) or codes.is_recovery_code(proof.code):
            return
        with self._database.writing() as connection:
            wait = self._lockout.count(connection, subject_of_codes(user.id), address=None)
        if wait:
            raise locked(wait)

    def take(self, connection: Transaction, user: User, proof: Proof) -> str:
        """By what it is proved: `totp`, `recovery` or `passkey`; raises `SecondFactorWrongError` and as passkeys do."""
        if isinstance(proof, PasskeyProof):
            self._passkeys.take(connection, user, proof.site, proof.credential)
            return "passkey"
        method = self._second.take_code(connection, user, proof.code)
        if method is None:
            raise SecondFactorWrongError("The code is wrong, or has been used already.")
        tries.forget(connection, subject_of_codes(user.id))
        return method
