"""Which addresses are outward: of the public network, and of no network that only machines within can reach."""

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_GLOBAL_6 = IPv6Network("2000::/3")
"""All that has been given out of the public network so far."""
# What a release of Python takes for global differs from one to the next, and it knows nothing of clouds.
_INWARD_4 = [
    IPv4Network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's own: what every virtual machine there asks for its settings.
    )
]
_INWARD_6 = [
    IPv6Network(each)
    for each in (
        *(
            "::/128",
            "::1/128",
            "::ffff:0:0:0/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
        ),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
]
# Numbers and dots as the C library reads them: parts that are left out, octal and hexadecimal ones.
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)


def in_ascii(host: str) -> str:
    """A host in small letters, as names of other alphabets are looked up; raises `ValueError` where it is none."""
    return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()


def literal(host: str) -> Address | None:
    """The address that a host spells out, in any way that a resolver would understand; None where it is a name."""
    bare = host.removeprefix("[").removesuffix("]")
    if ":" in bare:
        return ip_address(bare)
    if not _NUMBERS.fullmatch(bare):
        return None
    try:
        return IPv4Address(socket.inet_aton(bare.removesuffix(".")))
    except OSError as error:
        raise ValueError("no address") from error


def is_outward(address: Address) -> bool:
    """Whether an address is of the public network; one that carries another is as inward as that."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in each for each in _INWARD_4)
    if address.scope_id is not None or any(address in each for each in _INWARD_6):
        return False
    if not all(map(is_outward, _carried(address))):
        return False
    return bool(_carried(address)) or (address.is_global and address in _GLOBAL_6)


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that a gateway would make of it."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    carried = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return tuple(each for each in carried if each is not None)
