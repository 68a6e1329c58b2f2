"""Mail servers as a URL names them: `smtps://name:password@mail.example.org?from=videos@example.org`."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,253}")
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in, by whom, and in whose name."""

    host: str
    port: int
    encrypted: bool
    """Whether it speaks TLS from the first byte on; else it is asked to (STARTTLS)."""
    sender: str
    name: str | None = None
    password: str | None = field(default=None, repr=False)


def smtp_server(url: str) -> SmtpServer:
    """The server that a URL names; raises ValueError that says what it must be."""
    wrong = ValueError("must be a URL such as smtps://name:password@mail.example.org?from=videos@example.org")
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise wrong from None
    query = parse_qs(parts.query)
    name = None if parts.username is None else unquote(parts.username)
    sender = query.get("from", [name if name and "@" in name else f"reelgate@{parts.hostname}"])[0]
    if not parts.hostname or parts.path not in {"", "/"} or query.keys() - {"from"} or not _ADDRESS.fullmatch(sender):
        raise wrong
    return SmtpServer(
        host=parts.hostname,
        port=port,
        encrypted=parts.scheme == "smtps",
        sender=sender,
        name=name,
        password=None if parts.password is None else unquote(parts.password),
    )
