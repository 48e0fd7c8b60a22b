"""Which IP addresses are out in the world, and which lead inside.

`ipaddress.is_global` is no answer: on Python 3.11 it calls 224.0.0.1, ::127.0.0.1, 64:ff9b::7f00:1 (127.0.0.1 behind
NAT64), 2002:7f00:1:: (127.0.0.1 by 6to4), fec0::1 and 192.88.99.1 global. So this is an own table, written from the
IANA special-purpose address registries (iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry,
ipv6-unicast-address-assignments). Everything that is not known to be ordinary global unicast is something else.

Addresses that carry an IPv4 address are what they carry: mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96) ones are
global if it is. The retired ways (compatible ::/96, 6to4 2002::/16, Teredo 2001::/32) are never global; the kind says
what they carry where that is worse.
"""

from __future__ import annotations

import ipaddress
from typing import Literal

Kind = Literal[
    "global",
    "private",
    "loopback",
    "link-local",
    "shared",
    "multicast",
    "unspecified",
    "reserved",
    "documentation",
    "tunnel",
]

INSIDE: frozenset[Kind] = frozenset({"private", "loopback", "link-local", "shared"})
"""Kinds that an operator may allow for a named host and port. The others are never anybody's server."""

_V4_KINDS: dict[str, Kind] = {
    "0.0.0.0/32": "unspecified",
    "0.0.0.0/8": "reserved",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "reserved",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "tunnel",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "private",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
_V4 = tuple((ipaddress.IPv4Network(network), kind) for network, kind in _V4_KINDS.items())
_V6_KINDS: dict[str, Kind] = {
    "::/128": "unspecified",
    "::1/128": "loopback",
    "64:ff9b:1::/48": "private",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "fec0::/10": "private",
    "ff00::/8": "multicast",
    "2001:db8::/32": "documentation",
    "3fff::/20": "documentation",
    "2001::/23": "reserved",
}
_V6 = tuple((ipaddress.IPv6Network(network), kind) for network, kind in _V6_KINDS.items())
_V6_UNICAST = ipaddress.IPv6Network("2000::/3")
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_6TO4 = ipaddress.IPv6Network("2002::/16")
_TEREDO = ipaddress.IPv6Network("2001::/32")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def classify(address: Address) -> Kind:
    """The kind of the address, seen through the ways in which IPv6 carries IPv4."""
    if isinstance(address, ipaddress.IPv4Address):
        return next((kind for network, kind in _V4 if address in network), "global")
    if address.scope_id is not None:
        return "link-local"
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        return classify(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    for network, kind in _V6[:2]:
        if address in network:
            return kind
    if address in _COMPATIBLE:
        return _carried(number & 0xFFFFFFFF)
    if address in _6TO4:
        return _carried(number >> 80 & 0xFFFFFFFF)
    if address in _TEREDO:  # the client's address, stored inverted
        return _carried(~number & 0xFFFFFFFF)
    for network, kind in _V6[2:]:
        if address in network:
            return kind
    return "global" if address in _V6_UNICAST else "reserved"


def _carried(number: int) -> Kind:
    kind = classify(ipaddress.IPv4Address(number))
    return "tunnel" if kind == "global" else kind


def literal(host: str) -> Address | None:
    """The address that the host is, if it is one in its canonical spelling; None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return address if str(address) == host else None
