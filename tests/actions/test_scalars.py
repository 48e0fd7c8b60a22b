"""The grammars of single values: what they take, and what each refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.actions import GrammarError
from havocproof.actions.amounts import DECIMALS, format_amount, parse_amount
from havocproof.actions.hosts import check_host, email_segments, host_segments
from havocproof.actions.scalars import (
    check_identifier,
    check_key,
    check_name,
    check_text,
    parse_integer,
    parse_size,
    path_segments,
    table_segments,
)

# decomposed é, zero-width space, right-to-left override, soft hyphen, no-break space, line separator, private use
LOOK_ALIKES = ["Cafe\u0301", "a\u200bb", "a\u202eb", "a\u00adb", "a\u00a0b", "a\u2028b", "\ue000"]


@pytest.mark.parametrize("text", ["a", "acct:prices-ltd", "no", "010", "Café", "名前", "x y", "#1", "a/b", "x" * 256])
def test_names(text: str) -> None:
    assert check_name(text) == text


@pytest.mark.parametrize(
    "text",
    ["", " a", "a ", "a\tb", "a\nb", "\0", "a\x7f", "\x85", "\ud800", "x" * 257, *LOOK_ALIKES],
)
def test_names_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        check_name(text)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("/", ()),
        ("/desk", ("desk",)),
        ("/desk/notes/a.md", ("desk", "notes", "a.md")),
        ("/.env/...", (".env", "...")),
        ("/a b/%2e/~", ("a b", "%2e", "~")),
        ("/" + "/".join("x" * 64), tuple("x" * 64)),
    ],
)
def test_paths(text: str, segments: tuple[str, ...]) -> None:
    assert path_segments(text) == segments


@pytest.mark.parametrize(
    "text",
    [
        "",
        "desk",
        "./a",
        "../a",
        "/desk/",
        "//desk",
        "/desk//a",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/a\\b",
        "C:\\a",
        "/a\nb",
        "/a\x00",
        "/a/ b",
        "/a/b ",
        "/\u202e",
        "/" + "x" * 1024,
        "/" + "/".join("x" * 65),
        "/" + "y" * 257,
        "~/a",
    ],
)
def test_paths_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        path_segments(text)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("api.prices.example", ("example", "prices", "api")),
        ("localhost", ("localhost",)),
        ("xn--bcher-kva.example", ("example", "xn--bcher-kva")),
        ("1.a", ("a", "1")),
        ("203.0.113.7", ("ip:203.0.113.7",)),
        ("0.0.0.0", ("ip:0.0.0.0",)),
        ("2001:db8::1", ("ip:2001:db8::1",)),
        ("::", ("ip:::",)),
    ],
)
def test_hosts(text: str, segments: tuple[str, ...]) -> None:
    assert host_segments(text) == segments
    assert check_host(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Example.com",
        "example.com.",
        ".example",
        "a..b",
        "-a.b",
        "a-.b",
        "a_b.c",
        "bücher.example",
        "a b",
        "a\n",
        "*.a",
        "x" * 64 + ".a",
        ".".join(["x" * 60] * 5),
        "user@a",
        "a:80",
        "a/b",
        "a%41",
        "ip:1.2.3.4",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "1.2.3.256",
        "1.2.3.04",
        "1.2.3.4.5",
        "a.0x",
        "[::1]",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "2001:DB8::1",
        "2001:db8:0::1",
        "fe80::1%eth0",
        "fe80::1%",
        "::1.2.3.4",
    ],
)
def test_hosts_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        host_segments(text)


def test_mail_addresses() -> None:
    assert email_segments("press@desk.example") == ("example", "desk", "@", "press")
    assert email_segments("a.b+c@x") == ("x", "@", "a.b+c")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@x",
        "a@",
        "a@b@c",
        "A@x.example",
        "a@X.example",
        '"a"@x',
        "a..b@x",
        ".a@x",
        "a b@x",
        "a@127.0.0.1",
        "é@x",
        "a@[127.0.0.1]",
        "x" * 65 + "@a",
        "a@" + ".".join(["x" * 60] * 4) + ".yyyyyyyyyyy",
        "a@x\n",
    ],
)
def test_mail_addresses_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        email_segments(text)


def test_tables() -> None:
    assert table_segments("desk.main.prices") == ("desk", "main", "prices")
    for text in ("prices", "main.prices", "a.b.c.d", "a..b", "Desk.main.prices", "a.b.c d", 'a.b."c"', "a.b.1c"):
        with pytest.raises(GrammarError):
            table_segments(text)


@pytest.mark.parametrize("text", ["", "A", "1a", "a-b", "a.b", "é", "a b", "x" * 129])
def test_identifiers_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        check_identifier(text)


@pytest.mark.parametrize("text", ["", "-a", "a b", "a/b", "é", "a\n", "x" * 129])
def test_idempotency_keys_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        check_key(text)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("500.00 USD", 50000, "USD"),
        ("0.01 EUR", 1, "EUR"),
        ("0.00 EUR", 0, "EUR"),
        ("500 JPY", 500, "JPY"),
        ("1.234 KWD", 1234, "KWD"),
        ("0.0001 UYW", 1, "UYW"),
        ("9999999999999.99 USD", 999999999999999, "USD"),
    ],
)
def test_amounts(text: str, minor: int, currency: str) -> None:
    assert parse_amount(text) == (minor, currency)
    assert format_amount(minor, currency) == text


@pytest.mark.parametrize(
    "text",
    [
        "500 USD",
        "500.0 USD",
        "500.000 USD",
        "500.00 JPY",
        "500.00 usd",
        "500.00USD",
        "500.00  USD",
        " 500.00 USD",
        "500.00 USD ",
        "-1.00 USD",
        "+1.00 USD",
        "01.00 USD",
        "1,000.00 USD",
        "1_0.00 USD",
        ".50 USD",
        "5. USD",
        "1e3 USD",
        "٥.00 USD",
        "NaN USD",
        "500.00",
        "USD",
        "500.00 XXX",
        "500.00 XAU",
        "500.00 AAA",
        "10000000000000.00 USD",
        "99999999999999999999999999 JPY",
        "500.00 USD\n",
        "$500.00",
    ],
)
def test_amounts_refuse(text: str) -> None:
    with pytest.raises(GrammarError):
        parse_amount(text)


@given(st.integers(0, 10**15 - 1), st.sampled_from(sorted(DECIMALS)))
def test_amounts_read_back(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency)) == (minor, currency)


def test_the_table_of_currencies() -> None:
    # Counts of ISO 4217 list one of 2026-01-01 without funds, metals, baskets and codes for tests.
    assert [sum(places == n for places in DECIMALS.values()) for n in range(5)] == [16, 0, 133, 7, 1]
    assert {DECIMALS["USD"], DECIMALS["EUR"], DECIMALS["GBP"]} == {2}
    assert not {"BGN", "HRK", "XDR", "XTS", "XXX", "CLF"} & set(DECIMALS)


def test_sizes_and_integers() -> None:
    assert parse_size("10 MiB") == 10 * 2**20
    assert parse_size("0 B") == 0
    assert parse_integer("-12") == -12
    assert parse_integer("0") == 0
    assert parse_integer("9" * 40) == 10**40 - 1


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *(
            (parse_size, text)
            for text in ("10", "10MiB", "10 MB", "10 mib", "1.5 MiB", "-1 B", "01 B", "999 TiB" + "x")
        ),
        (parse_size, "999999999 TiB"),
        *((parse_integer, text) for text in ("", "+1", "01", "1_000", "1.0", "1e3", "0x1", " 1", "1\n", "٣", "9" * 41)),
    ],
)
def test_sizes_and_integers_refuse(read: Callable[[str], int], text: str) -> None:
    with pytest.raises(GrammarError):
        read(text)


def test_free_text() -> None:
    assert check_text("a\tb\r\n\x1b\u202e") == "a\tb\r\n\x1b\u202e"
    assert check_text("é" * 5, 10) == "é" * 5
    for text in ("a\0", "\udc00", "é" * 6, "x" * 11):
        with pytest.raises(GrammarError):
            check_text(text, 10)
