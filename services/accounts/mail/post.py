"""Handing letters to a mail server. Nothing of a letter goes over a line that others could read."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from utils.hosts import is_loopback_host
from utils.smtp_servers import SmtpServer

_SECONDS = 15.0

Hand = Callable[[EmailMessage], None]
"""Hands a letter in; raises `LetterRefused`, or what `connected` raises."""


class LetterRefused(Exception):
    """The server takes this letter neither now nor later."""


@contextmanager
def connected(server: SmtpServer) -> Iterator[Hand]:
    """A server that takes letters; raises `OSError` (which SMTP's errors are) when there is none."""
    context = ssl.create_default_context()
    if server.encrypted:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    with connection:
        # On this machine nobody listens in on the way, and such a server hardly ever has a certificate.
        if not server.encrypted and not is_loopback_host(server.host):
            connection.starttls(context=context)
        if server.name is not None:
            connection.login(server.name, server.password or "")
        yield lambda letter: _hand(connection, letter)


def _hand(connection: smtplib.SMTP, letter: EmailMessage) -> None:
    try:
        connection.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            raise LetterRefused("The mail server does not know the address.") from error
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise LetterRefused("The mail server cannot send to such an address.") from error
