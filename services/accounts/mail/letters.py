"""Letters, in the language of their reader: a few sentences and an address that works once."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import cache
from pathlib import Path

from utils.smtp_servers import SmtpServer
from utils.texts import TextCatalogue, load_catalogues

_TEXTS = Path(__file__).resolve().parents[3] / "texts"
_STANDARD = "en"


@cache
def _catalogues() -> dict[str, TextCatalogue]:
    return load_catalogues(_TEXTS)


def reset_letter(server: SmtpServer, *, to: str, name: str, link: str, language: str) -> EmailMessage:
    """A link for a new password."""
    t = _catalogue(language).text
    body = t("accounts.letter_reset", name=name, link=link)
    return _letter(server, to, subject=t("accounts.letter_reset_subject"), body=body)


def invitation_letter(server: SmtpServer, *, to: str, days: int, link: str, language: str) -> EmailMessage:
    """A link for a new account."""
    t = _catalogue(language).text
    body = t("accounts.letter_invitation", count=days, link=link)
    return _letter(server, to, subject=t("accounts.letter_invitation_subject"), body=body)


def _catalogue(language: str) -> TextCatalogue:
    return _catalogues().get(language) or _catalogues()[_STANDARD]


def _letter(server: SmtpServer, to: str, *, subject: str, body: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = f"Reelgate <{server.sender}>"
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
    # Absence notes and the like are not sent in reply.
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(body)
    return letter
