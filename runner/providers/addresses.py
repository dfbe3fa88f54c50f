"""Which addresses a name has, and which of them are on the public internet."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import TypeAlias

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[tuple[IpAddress, ...]]]
"""Gives the addresses of a host name; raises ``OSError`` where there are none."""

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocols of the IETF; global in part, for older Pythons
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # Teredo and other protocols of the IETF
        "2002::/16",  # 6to4: an IPv4 address, perhaps a private one, stands inside
        "3fff::/20",  # documentation; not yet known to every Python
    )
)


async def resolve_by_system(host: str, port: int) -> tuple[IpAddress, ...]:
    """Ask the system's resolver, which also understands addresses, in whatever way they are written.

    Raises:
        OSError: there is no such name, or no answer.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    return tuple(dict.fromkeys(ipaddress.ip_address(place[4][0]) for place in found))


def is_public(address: IpAddress) -> bool:
    """Say whether an address is an ordinary one of the public internet.

    ``ipaddress.is_global`` alone is not enough: it says yes to multicast, to NAT64 and to 6to4, behind which private
    IPv4 addresses may be.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST:
            return False
    unusual = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    special = any(address.version == network.version and address in network for network in _SPECIAL)
    return address.is_global and not unusual and not special
