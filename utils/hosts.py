"""Names of hosts and origins: whether a request's own is among those that are meant."""

import ipaddress
from collections.abc import Sequence

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""What a server on one's own machine is called. Any other name may be one that a foreign page has bound to it."""


def host_allowed(host: str, patterns: Sequence[str]) -> bool:
    """Whether a Host header names one of the patterns: a name, `*.name` for all below, or `*`; ports do not count."""
    name = without_port(host).lower()
    return any(pattern == "*" or (name and _matches(name, pattern.lower())) for pattern in patterns)


def without_port(host: str) -> str:
    """`example.org:8000` → `example.org`, `[::1]:8000` → `[::1]`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def same_host(origin: str, host: str) -> bool:
    """Whether an Origin header names the host (and port) that a request was sent to."""
    return bool(host) and origin.partition("://")[2].lower() == host.lower()


def is_loopback(address: str) -> bool:
    """Whether an IP address is of this machine alone; a name, or nothing, is not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


def is_loopback_host(host: str) -> bool:
    """Whether a host, as one writes it into a setting or a URL, is this machine and nothing else."""
    bare = host.lower().removeprefix("[").removesuffix("]")
    return bare == "localhost" or is_loopback(bare)


def client_network(address: str) -> str:
    """Whom an address stands for: itself, or the /64 that one subscriber has when it is IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _matches(name: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and name != pattern[1:]
    return name == without_port(pattern)
