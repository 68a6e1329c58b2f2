"""Accounts, put together for one process."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from config import AuthMode, Settings
from services.accounts import live_settings as live
from services.accounts.credentials import Credentials
from services.accounts.device.flow import DeviceSignIn
from services.accounts.factors.confirming import Confirming
from services.accounts.factors.passkeys import Passkeys
from services.accounts.factors.proofs import Proofs
from services.accounts.factors.second_factors import SecondFactors
from services.accounts.factors.steps import Steps
from services.accounts.joining import Joining
from services.accounts.lockout import Lockout
from services.accounts.mail.mailing import Mailing
from services.accounts.oidc.client import ProviderClient
from services.accounts.oidc.identities import Identities
from services.accounts.oidc.sign_in import ProviderSignIn
from services.accounts.own_account import OwnAccount
from services.accounts.own_password import OwnPassword
from services.accounts.passwords import Passwords
from services.accounts.people import People
from services.accounts.signing_in import SigningIn
from services.actors.actor import ANYONE, PRINCIPAL, SYSTEM, Actor
from services.audit.audit import Audit
from services.live_settings.definition import Definition
from services.live_settings.live_settings import LiveSettings
from services.platform import Platform
from services.secrets import SecretKeys
from services.steps import Step
from utils.smtp_servers import SmtpServer, smtp_server

_HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class AccountsSlice:
    """Who people are, and by what they come in."""

    people: People
    joining: Joining
    signing_in: SigningIn
    credentials: Credentials
    own: OwnAccount
    provider: ProviderSignIn | None
    """Signing in at an OpenID provider; none where none is set."""
    identities: Identities
    devices: DeviceSignIn
    mailing: Mailing
    second: SecondFactors
    passkeys: Passkeys
    confirming: Confirming
    live: LiveSettings
    required: Definition[bool]

    @property
    def asks(self) -> bool:
        """Whether people have to sign in, as the live setting has it."""
        return self.live.value(self.required)

    def rights(self) -> Hashable:
        """What is different from before whenever it has to be asked again who somebody is, and what they may do."""
        return self.credentials.rights(by=SYSTEM), self.asks

    def as_now(self, by: Actor) -> Actor:
        """Somebody who has asked for something before, with the rights of this moment; without any where all are lost.

        Of whom App Service vouches for nothing is known here but what it said then, and what is shared with them.
        """
        if by.id == ANYONE.id:
            return replace(by, role=None) if self.asks and self.people.is_anybody_there() else by
        if by.id == SYSTEM.id:
            return by
        if by.id.startswith(PRINCIPAL):
            return self.credentials.with_shares(by=by)
        return self.credentials.as_now(by=by)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for accounts."""
        return (Step(name="sessions", every=_HOUR, run=lambda _: self._sweep()),)

    def _sweep(self) -> str:
        self.second.reseal()
        self.passkeys.sweep()
        return self.credentials.sweep()


def required_setting(settings: Settings) -> Definition[bool]:
    """Whether people have to sign in; where the start has opened the server, only on purpose."""
    return live.require_authentication(default=settings.auth_mode is not AuthMode.NONE)


def provider_client(settings: Settings) -> ProviderClient | None:
    """What the settings say of an OpenID provider."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret
    return ProviderClient(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.reveal() if secret else None,
        role_claim=settings.oidc_role_claim,
    )


def mail_server(settings: Settings) -> SmtpServer | None:
    """What the settings say of a mail server."""
    return smtp_server(settings.smtp_url.reveal()) if settings.smtp_url else None


def build(
    platform: Platform,
    audit: Audit,
    settings: LiveSettings,
    keys: SecretKeys,
    *,
    required: Definition[bool],
    client: ProviderClient | None,
    mail: SmtpServer | None,
) -> AccountsSlice:
    """The slice; opens no connection."""
    database = platform.databases.durable
    lockout, passwords = Lockout(database, settings), Passwords()
    credentials = Credentials(database, audit, settings, keys)
    people = People(database, audit, lockout=lockout, forget_known=credentials.forget_known)

    def forget_known() -> None:
        credentials.forget_known()
        people.look_again()

    joining = Joining(
        database,
        audit,
        settings,
        passwords=passwords,
        asks_nobody=lambda: not settings.value(required),
        forget_known=forget_known,
    )
    password = OwnPassword(database, audit, lockout=lockout, passwords=passwords)
    forget = credentials.forget_known
    second = SecondFactors(database, audit, platform.events, settings, keys, forget_known=forget)
    passkeys = Passkeys(database, audit, keys, second=second, forget_known=forget)
    proofs = Proofs(database, lockout=lockout, second=second, passkeys=passkeys)
    return AccountsSlice(
        people=people,
        joining=joining,
        mailing=Mailing(mail, database, platform.events, settings, lockout=lockout, joining=joining),
        signing_in=SigningIn(
            database,
            audit,
            lockout=lockout,
            passwords=passwords,
            credentials=credentials,
            passkeys=passkeys,
            proofs=proofs,
            steps=Steps(keys),
        ),
        credentials=credentials,
        own=OwnAccount(database, audit, password=password, passwords=passwords, credentials=credentials),
        second=second,
        passkeys=passkeys,
        confirming=Confirming(database, audit, settings, password=password, proofs=proofs, credentials=credentials),
        provider=ProviderSignIn(client, database, audit, settings, keys=keys, credentials=credentials)
        if client
        else None,
        identities=Identities(database, audit, issuer=client.issuer if client else None),
        devices=DeviceSignIn(database, audit, lockout=lockout, credentials=credentials),
        live=settings,
        required=required,
    )
