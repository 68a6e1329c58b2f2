"""Writes letters when they are wanted. They wait in the outbox, so a mail server that is away loses none.

Whether an address is somebody's is looked up when the letter is written, not when it is asked for: whoever asks is told
the same, as fast, for every address.
"""

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from services.accounts import live_settings
from services.accounts.errors import MailNotSetError
from services.accounts.joining import Joining, OneTimeAddress
from services.accounts.lockout import Lockout
from services.accounts.mail import post
from services.accounts.mail.letters import invitation_letter, reset_letter
from services.accounts.names import checked_email, key_of
from services.accounts.store import users
from services.accounts.user import User
from services.actors.actor import SYSTEM, Actor
from services.database.engine import Database
from services.events.envelope import Said
from services.events.events import Events
from services.events.listener import Listener
from services.events.mail import InvitationLetterWanted, ResetLetterWanted
from services.live_settings.live_settings import LiveSettings
from utils.smtp_servers import SmtpServer

log = logging.getLogger(__name__)

_LATEST = timedelta(days=1)


class Mailing:
    """Raises `MailNotSetError` where no mail server is set."""

    def __init__(
        self,
        server: SmtpServer | None,
        database: Database,
        events: Events,
        live: LiveSettings,
        *,
        lockout: Lockout,
        joining: Joining,
    ) -> None:
        self._server = server
        self._database = database
        self._events = events
        self._live = live
        self._lockout = lockout
        self._joining = joining
        if server is not None:
            wants = (ResetLetterWanted, InvitationLetterWanted)
            events.listen(Listener(name="letters", wants=wants, take=lambda said: self._take(server, said)))

    @property
    def is_set(self) -> bool:
        """Whether letters can be sent at all."""
        return self._server is not None

    def forgotten(self, address: str, *, page: str, language: str, by: Actor) -> None:
        """Send the account with that address, if there is one, a link for a new password.

        Raises `InvalidAccountError` for what is no address, `TooManyRequestsError` when the sender has to wait.
        """
        if self._server is None:
            raise MailNotSetError("No mail server is set here. Ask an administrator for a link to choose a password.")
        address = checked_email(address)
        subject = f"letter:{hashlib.sha256(key_of(address).encode()).hexdigest()}"
        with self._database.writing() as connection:
            # Nobody's mailbox is filled by somebody else; who asks is not told, so as not to tell who has asked.
            is_enough = self._lockout.count(connection, subject, address=by.address) > 0
            if not is_enough:
                event = ResetLetterWanted(address=address, page=page, language=language)
                self._events.say(event, by=by, connection=connection)

    def invite(self, user: User, *, page: str, language: str, by: Actor) -> bool:
        """Send an invitation that has been made, if it can be; returns whether it will be."""
        if self._server is None or user.email is None:
            return False
        event = InvitationLetterWanted(user_id=user.id, page=page, language=language)
        return self._events.say(event, by=by).kept

    def _take(self, server: SmtpServer, said: Said) -> None:
        if datetime.now(UTC) - said.at > _LATEST:
            log.warning("a letter was not sent in a day, and is not any more")
            return
        event = said.event
        try:
            if isinstance(event, ResetLetterWanted):
                self._send_reset(server, event)
            elif isinstance(event, InvitationLetterWanted):
                self._send_invitation(server, event)
        except post.LetterRefused as error:
            log.warning("a letter cannot be sent: %s", error)

    def _send_reset(self, server: SmtpServer, event: ResetLetterWanted) -> None:
        with self._database.reading() as connection:
            user = users.by_key(connection, key_of(event.address))
        if user is None or user.email is None or not user.active or user.activated_at is None:
            return
        with post.connected(server) as hand:
            link = _link(event.page, self._joining.reset_address(user.id, by=SYSTEM))
            # To the address that the account has: another one may only look like it.
            language = _language(user, event.language)
            hand(reset_letter(server, to=user.email, name=user.name, link=link, language=language))

    def _send_invitation(self, server: SmtpServer, event: InvitationLetterWanted) -> None:
        with self._database.reading() as connection:
            user = users.get(connection, event.user_id)
        if user is None or user.email is None or not user.active or user.activated_at is not None:
            return
        days = self._live.value(live_settings.INVITATION_DAYS)
        with post.connected(server) as hand:
            link = _link(event.page, self._joining.invitation_by_mail(user.id, by=SYSTEM))
            hand(invitation_letter(server, to=user.email, days=days, link=link, language=event.language))


def _language(user: User, otherwise: str) -> str:
    return (user.preferences.language or otherwise).partition("-")[0].lower()


def _link(page: str, address: OneTimeAddress) -> str:
    return f"{page}?{urlencode({'token': address.token})}"
