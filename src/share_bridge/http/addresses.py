"""Says which addresses may be reached: by explicit lists, never by guess.

`ipaddress.is_global` is not enough: on Python 3.11 it is true for NAT64 and 6to4
wrappings of 127.0.0.1, for multicast and for several documentation ranges. The lists
are those of the IANA special-purpose registries
(https://www.iana.org/assignments/iana-ipv4-special-registry, 2026-11-22;
https://www.iana.org/assignments/iana-ipv6-special-registry, 2026-11-22).
"""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

from msgspec import Struct

__all__ = ["Address", "Network", "Reach", "as_address", "is_public", "unwrap"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_DENIED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: wraps any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


class Reach(Struct, frozen=True):
    """Which addresses a client may connect to: public ones, and those listed.

    Attributes:
        allow: Networks beyond the public ones: `[network] allow` for configured
            sources and targets, `allow_from_content` for addresses that posts
            or remote actors name.

    """

    allow: tuple[Network, ...] = ()

    def permits(self, address: Address) -> bool:
        """Whether a connection to `address` may be opened."""
        return is_public(address) or self.lists(address)

    def lists(self, address: Address) -> bool:
        """Whether `address` is in `allow`: plain http is accepted there."""
        plain = unwrap(address)
        return any(address in network or plain in network for network in self.allow)


def is_public(address: Address) -> bool:
    """Whether `address` belongs to the public internet, by the explicit lists."""
    plain = unwrap(address)
    if isinstance(plain, IPv4Address):
        return not any(plain in network for network in _DENIED_V4)
    return plain in _GLOBAL_V6 and not any(plain in network for network in _DENIED_V6)


def unwrap(address: Address) -> Address:
    """The IPv4 address inside `::ffff:a.b.c.d`; any other address as it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def as_address(host: str) -> Address | None:
    """The address that `host` spells out, or None where it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
