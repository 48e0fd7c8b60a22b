"""Hosts and mail addresses, as places: labels from the root, that is right to left."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from havocproof.actions.scalars import GrammarError

HOST_CHARS = 253

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_OCTET = r"(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def check_label(text: str) -> str:
    """One label of a host name: 1 to 63 of `a-z 0-9 -`, no hyphen at either end."""
    if not _LABEL.fullmatch(text):
        raise GrammarError(
            "is no host label", "Use lower-case letters, digits and inner hyphens; xn-- for other scripts"
        )
    return text


def is_address(text: str) -> bool:
    """Whether `text` is an IP literal in its canonical spelling: 203.0.113.7 or 2001:db8::1, without brackets or zone.

    An IPv4 address inside an IPv6 one (::ffff:203.0.113.7) is none: it has the IPv4 spelling already.
    """
    if _IPV4.fullmatch(text):
        return True
    if ":" not in text or len(text) > 39:
        return False
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    # The zone is asked for by its sign, since `scope_id` is None for "fe80::1%" in some versions.
    return "%" not in text and address.ipv4_mapped is None and str(address) == text


def host_segments(text: str) -> tuple[str, ...]:
    """`"api.prices.example"` -> `("example", "prices", "api")`; `"203.0.113.7"` -> `("ip:203.0.113.7",)`.

    ASCII, lower case, at most 253 characters, no dot at the end. What a resolver could take for a number (127.1,
    0x7f.1, 2130706433, 0177.0.0.1) is refused: clients disagree on which address it is.
    """
    if is_address(text):
        return (f"ip:{text}",)
    if not text or len(text) > HOST_CHARS:
        raise GrammarError("is no host", f"Give a host name of 1 to {HOST_CHARS} characters, or an IP address")
    labels = text.split(".")
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise GrammarError(
                "is no host in normal form",
                "Use lower-case labels of a-z 0-9 and - (xn-- for other scripts) without a dot at the end,"
                " or a canonical IP address without brackets",
            )
    if _NUMBER.fullmatch(labels[-1]):
        raise GrammarError(
            "ends in a number and is no canonical IPv4 address", "Write four decimal numbers, as 203.0.113.7"
        )
    return tuple(reversed(labels))


def check_host(text: str) -> str:
    """A host in the grammar of `host_segments`."""
    host_segments(text)
    return text


def email_segments(text: str) -> tuple[str, ...]:
    """`"press@desk.example"` -> `("example", "desk", "@", "press")`. Lower case, at most 254 characters."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > 254 or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise GrammarError(
            "is no mail address in normal form", "Write name@domain in lower case, without quotes or comments"
        )
    labels = host_segments(domain)
    if labels[0].startswith("ip:"):
        raise GrammarError("is a mail address at an IP address", "Name the domain")
    return (*labels, "@", local)
