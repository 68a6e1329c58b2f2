"""Which addresses are outward: of the public network, and of no network that only machines within can reach."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
# Numbers and dots as the C library reads them: parts that are left out, octal and hexadecimal ones.
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)


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
        return address.is_global and not address.is_multicast
    if address.scope_id is not None or address.is_multicast or not all(map(is_outward, _carried(address))):
        return False
    return address.is_global or bool(_carried(address))


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that a gateway would make of it."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    carried = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return tuple(each for each in carried if each is not None)
