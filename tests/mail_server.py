"""A real SMTP server, aiosmtpd, on a port of its own."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class MailServer:
    """What it has taken; tests say what it does not take."""

    port: int = 0
    letters: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    """Sender, recipients and letter."""
    names: list[tuple[bytes, bytes]] = field(default_factory=list)
    refuse: str | None = None

    async def handle_RCPT(  # noqa: N802 - the name that is called
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter."""
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append((envelope.mail_from or "", list(envelope.rcpt_tos), letter))
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Believe whoever says the right password."""
        self.names.append((data.login, data.password))
        return AuthResult(success=data.password == b"its password")


@contextmanager
def running_mail_server(
    *, port: int = 0, certificate: Path | None = None, starttls: bool = False
) -> Iterator[MailServer]:
    """Run it for the length of the block; with a certificate it speaks TLS, from the beginning or once it is asked."""
    taking, context = MailServer(), None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    def serve() -> SMTP:
        tls_context = context if starttls else None
        return SMTP(taking, authenticator=taking.authenticate, auth_require_tls=False, tls_context=tls_context)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = loop.create_server(serve, "127.0.0.1", port, ssl=None if starttls else context)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(30)
    taking.port = server.sockets[0].getsockname()[1]
    try:
        yield taking
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    """Stop listening, and let go of whoever is still connected."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
