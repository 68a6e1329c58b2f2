"""What the settings say of the provider, and of ourselves as its client."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from utils.hosts import is_loopback_host

_KNOWN = {
    "login.microsoftonline.com": "Microsoft",
    "login.microsoftonline.us": "Microsoft",
    "accounts.google.com": "Google",
    "gitlab.com": "GitLab",
}


@dataclass(frozen=True, kw_only=True)
class ProviderClient:
    """One provider, and what it knows us by."""

    issuer: str
    client_id: str
    client_secret: str | None = None
    role_claim: str | None = None
    """The claim that names roles; none where the provider does not decide about them."""

    def __repr__(self) -> str:
        return f"ProviderClient({self.issuer}, {self.client_id})"

    @property
    def name(self) -> str:
        """What people call the provider."""
        host = urlsplit(self.issuer).hostname or self.issuer
        return _KNOWN.get(host, host)

    def may_ask(self, url: str) -> bool:
        """Whether we ask something of that address: by https, or on this machine where the provider is there too."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.hostname is None or parts.username is not None or parts.fragment:
            return False
        at_home = is_loopback_host(parts.hostname) and is_loopback_host(urlsplit(self.issuer).hostname or "")
        return parts.scheme == "https" or (parts.scheme == "http" and at_home)
