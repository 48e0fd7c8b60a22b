"""The own table of address classes, also where `ipaddress` says something else."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.ports.addresses import INSIDE, classify, literal

GLOBAL = [
    "8.8.8.8",
    "93.184.216.34",
    "192.31.196.1",
    "2606:4700::1",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
OTHER = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "unspecified",
    "0.1.2.3": "reserved",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.0.1": "private",
    "100.64.0.1": "shared",
    "169.254.169.254": "link-local",
    "192.0.0.9": "reserved",
    "192.0.0.170": "reserved",
    "192.0.2.1": "documentation",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "192.88.99.1": "tunnel",
    "198.18.0.1": "private",
    "224.0.0.1": "multicast",
    "239.1.1.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::2": "reserved",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.0.0.1": "private",
    "::ffff:0:127.0.0.1": "reserved",
    "::127.0.0.1": "loopback",
    "::8.8.8.8": "tunnel",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b::a9fe:a9fe": "link-local",
    "64:ff9b:1::808:808": "private",
    "2002:7f00:1::": "loopback",
    "2002:808:808::1": "tunnel",
    "2001:0:4136:e378:8000:63bf:80ff:fffe": "loopback",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7": "tunnel",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "private",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "ff02::1": "multicast",
    "ff0e::1": "multicast",
    "2001:2::1": "reserved",
    "2001:20::1": "reserved",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "100::1": "reserved",
    "5f00::1": "reserved",
    "4000::1": "reserved",
}


@pytest.mark.parametrize("text", GLOBAL)
def test_out_in_the_world(text: str) -> None:
    assert classify(ipaddress.ip_address(text)) == "global"


@pytest.mark.parametrize(("text", "kind"), OTHER.items())
def test_everything_else(text: str, kind: str) -> None:
    assert classify(ipaddress.ip_address(text)) == kind


def test_there_are_addresses_that_the_standard_library_calls_global() -> None:
    """Why the table exists: were this empty, `is_global` would do."""
    assert [text for text in OTHER if ipaddress.ip_address(text).is_global]


@given(st.ip_addresses())
def test_global_is_never_wider_than_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if classify(address) == "global" and (address.version == 4 or int(address) >> 32 not in (0xFFFF, 0x64FF9B << 64)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_an_address_in_disguise_is_never_better(address: ipaddress.IPv4Address) -> None:
    number, kind = int(address), classify(address)
    for disguise in (0xFFFF << 32 | number, 0x64FF9B << 96 | number):
        assert classify(ipaddress.IPv6Address(disguise)) == kind
    for retired in (number, 0x2002 << 112 | number << 80, 0x20010000 << 96 | (number ^ 0xFFFFFFFF)):
        assert classify(ipaddress.IPv6Address(retired)) in ({"tunnel"} if kind == "global" else {kind, "loopback"})


def test_nobody_can_allow_what_is_no_server() -> None:
    assert not INSIDE & {"multicast", "unspecified", "reserved", "documentation", "tunnel", "global"}


def test_literals_in_their_one_spelling() -> None:
    assert literal("127.0.0.1") == ipaddress.IPv4Address("127.0.0.1")
    assert literal("2001:db8::1") == ipaddress.IPv6Address("2001:db8::1")
    assert [
        text for text in ("127.1", "0x7f.1", "2130706433", "127.0.0.01", "2001:DB8::1", "a.example") if literal(text)
    ] == []
