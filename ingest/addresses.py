"""Which addresses of the network may be fetched from: public ones only."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 addresses that stand for an IPv4 one (RFC 6052)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MORE = (
    ipaddress.ip_network("168.63.129.16/32"),  # Azure's metadata, in a public range
    # special by RFC 6890 and RFC 8215, which older Pythons do not know
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("64:ff9b:1::/48"),
)


def is_public(address: str) -> bool:
    """Whether anybody on the Internet may reach `address`, an IP address in text.

    Private, loopback, link-local, shared, metadata, multicast and reserved addresses
    are not public, nor are IPv6 addresses that stand for one of them.
    """
    found = ipaddress.ip_address(address)
    return all(
        one.is_global
        and not one.is_multicast
        and not one.is_reserved
        and not any(one in network for network in _MORE)
        for one in _meant(found)
    )


def _meant(address: _Address) -> Iterator[_Address]:
    """Yield the address that is really reached: what an IPv6 address wraps, or it."""
    inner: _Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        teredo = address.teredo
        inner = address.ipv4_mapped or address.sixtofour or (teredo and teredo[1])
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    yield inner or address


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the system's order; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
