"""Hypothesis strategies for every variant of the action space, and for the values inside. All they make is valid."""

from __future__ import annotations

from decimal import Decimal
from ipaddress import IPv6Address
from unicodedata import normalize
from urllib.parse import quote

from hypothesis import strategies as st

from havocproof.actions import (
    Action,
    Connect,
    DirList,
    DirMake,
    FileAppend,
    FileDelete,
    FileMove,
    FileRead,
    FileWrite,
    Handoff,
    HttpRequest,
    ModelCall,
    Payment,
    Refund,
    Report,
    Send,
    Spawn,
    SqlChange,
    SqlQuery,
    SqlSchema,
    ToolCall,
    TradeOrder,
    Transfer,
)
from havocproof.actions.amounts import DECIMALS, format_amount
from havocproof.actions.hosts import is_address
from havocproof.actions.scalars import GrammarError, check_name, check_segment
from havocproof.actions.tools import FAMILIES

_TRICKY_NAMES = [
    "no",
    "010",
    "1_000",
    "12:30",
    "null",
    "true",
    "~",
    "-",
    "# x",
    "a: b",
    "*",
    "<<",
    "é",
    "名",
    "=",
    "1.5",
]


def _is_name(text: str) -> bool:
    try:
        check_name(text)
    except GrammarError:
        return False
    return True


def _is_segment(text: str) -> bool:
    try:
        check_segment(text)
    except GrammarError:
        return False
    return True


def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Free text: everything but NUL and surrogates, line ends and invisible characters included."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.text(characters, max_size=max_size) | st.sampled_from(
        ["\ufeff", "a\tb\n", "```\n", "\r\n", "x\x85y\u2028z"]
    )


def names() -> st.SearchStrategy[str]:
    characters = st.characters(exclude_categories=["C", "Zl", "Zp"])
    wild = st.text(characters, min_size=1, max_size=20).map(lambda text: normalize("NFC", text).strip())
    plain = st.from_regex(r"[a-z][a-z0-9:-]{0,11}", fullmatch=True)
    return plain | st.sampled_from(_TRICKY_NAMES) | wild.filter(_is_name)


def identifiers() -> st.SearchStrategy[str]:
    return st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True)


def keys() -> st.SearchStrategy[str]:
    return st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,20}", fullmatch=True)


def paths() -> st.SearchStrategy[str]:
    segments = st.lists(names().filter(_is_segment), max_size=5)
    return segments.map(lambda parts: "/" + "/".join(parts))


def hosts() -> st.SearchStrategy[str]:
    label = st.from_regex(r"[a-z](?:[a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
    dotted = st.lists(label, min_size=1, max_size=4).map(".".join)
    v4 = st.ip_addresses(v=4).map(str)
    v6 = st.integers(0, 2**128 - 1).map(lambda number: str(IPv6Address(number))).filter(is_address)
    return dotted | v4 | v6


def url_paths() -> st.SearchStrategy[str]:
    def encode(parts: list[str], slash: bool) -> str:
        text = "/" + "/".join(quote(part, safe="!$&'()*+,=:@") for part in parts)
        return f"{text}/" if slash and parts else text

    segment = names().filter(_is_segment).filter(lambda text: not set(text) & set("%;?#"))
    return st.builds(encode, st.lists(segment, max_size=4), st.booleans()).filter(lambda path: len(path) <= 1024)


def amounts() -> st.SearchStrategy[str]:
    return st.builds(format_amount, st.integers(1, 10**15 - 1), st.sampled_from(sorted(DECIMALS)))


def caps() -> st.SearchStrategy[int]:
    return st.integers(0, 1 << 30)


def queries() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    return st.lists(st.tuples(names(), texts(12)), max_size=4).map(tuple)


def headers() -> st.SearchStrategy[dict[str, str]]:
    name = st.sampled_from(["accept", "accept-language", "content-type", "range", "user-agent", "x-request-id"])
    value = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=20).map(str.strip)
    return st.dictionaries(name, value.filter(bool), max_size=3)


def decimals() -> st.SearchStrategy[Decimal]:
    return st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)


def json_values() -> st.SearchStrategy[object]:
    scalar = st.none() | st.booleans() | st.integers(-(10**39), 10**39) | texts(12) | names() | decimals()
    return st.recursive(
        scalar,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names(), inner, max_size=4),
        max_leaves=12,
    )


def tool_names() -> st.SearchStrategy[str]:
    name = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,9}(?:[./:][A-Za-z0-9_-]{1,9}){0,2}", fullmatch=True)
    return name.filter(lambda text: text.partition(".")[0] not in FAMILIES)


REASONS = st.just("") | texts(20)


def http_requests() -> st.SearchStrategy[HttpRequest]:
    common = {
        "scheme": st.sampled_from(["https", "http"]),
        "host": hosts(),
        "port": st.sampled_from([80, 443, 8443]) | st.integers(1, 65535),
        "path": url_paths(),
        "query": queries(),
        "headers": headers(),
        "max_bytes_in": caps(),
        "reason": REASONS,
    }
    read = st.builds(HttpRequest, method=st.sampled_from(["GET", "HEAD"]), **common)
    send = st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    return read | st.builds(HttpRequest, method=send, body=texts(), **common)


def file_actions() -> st.SearchStrategy[Action]:
    capped = [st.builds(kind, path=paths(), max_bytes=caps(), reason=REASONS) for kind in (FileRead, FileDelete)]
    filled = [st.builds(kind, path=paths(), content=texts(), reason=REASONS) for kind in (FileWrite, FileAppend)]
    listed = [st.builds(kind, path=paths(), reason=REASONS) for kind in (DirList, DirMake)]
    ends = st.lists(paths(), min_size=2, max_size=2, unique=True)
    moved = st.builds(lambda pair, **rest: FileMove(source=pair[0], target=pair[1], **rest), ends, max_bytes=caps())
    return st.one_of(*capped, *filled, *listed, moved)


def sql_actions() -> st.SearchStrategy[Action]:
    value = st.none() | st.integers(-(2**63), 2**63 - 1) | texts(12)
    parameters = st.lists(value, max_size=3) | st.dictionaries(identifiers(), value, max_size=3)
    return st.one_of(
        [
            st.builds(
                kind,
                database=identifiers(),
                statement=texts().map(lambda text: f"select 1 -- {text}"),
                parameters=parameters,
                max_rows=st.integers(0, 1_000_000),
                reason=REASONS,
            )
            for kind in (SqlQuery, SqlChange, SqlSchema)
        ]
    )


def payments() -> st.SearchStrategy[Payment]:
    return st.builds(
        Payment,
        account=names(),
        payee=names(),
        amount=amounts(),
        idempotency_key=keys(),
        memo=texts(),
        reason=REASONS,
    )


def transfers() -> st.SearchStrategy[Transfer]:
    ends = st.lists(names(), min_size=2, max_size=2, unique=True)
    return st.builds(
        lambda pair, **rest: Transfer(account=pair[0], payee=pair[1], **rest),
        ends,
        amount=amounts(),
        idempotency_key=keys(),
        memo=texts(),
        reason=REASONS,
    )


def refunds() -> st.SearchStrategy[Refund]:
    return st.builds(
        Refund,
        account=names(),
        payee=names(),
        amount=amounts(),
        original=names(),
        idempotency_key=keys(),
        memo=texts(),
        reason=REASONS,
    )


def emails() -> st.SearchStrategy[str]:
    local = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,8}(?:\.[a-z0-9+-]{1,8})?", fullmatch=True)
    label = st.from_regex(r"[a-z](?:[a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
    return st.builds(lambda who, where: f"{who}@{'.'.join(where)}", local, st.lists(label, min_size=1, max_size=3))


def bodies() -> st.SearchStrategy[str]:
    """Texts with the one line end that messages have."""
    return texts().map(lambda text: text.replace("\r", "\n"))


def messages() -> st.SearchStrategy[Send]:
    return st.builds(
        Send,
        channel=names(),
        recipients=st.lists(emails(), min_size=1, max_size=4, unique=True),
        subject=st.just("") | names(),
        body=bodies(),
        reason=REASONS,
    )


def connections() -> st.SearchStrategy[Connect]:
    return st.builds(
        Connect, host=hosts(), port=st.integers(1, 65535), max_bytes_out=caps(), max_bytes_in=caps(), reason=REASONS
    )


def agent_actions() -> st.SearchStrategy[Action]:
    share = st.integers(0, 10**15 - 1) | amounts()
    groups = st.none() | st.lists(names(), max_size=3, unique=True)
    shares = st.dictionaries(names(), share, max_size=3)
    spawn = st.builds(
        Spawn, agent=names(), objective=texts(), uses=groups, delegates=groups, share=shares, reason=REASONS
    )
    handoff = st.builds(Handoff, agent=names(), message=texts(), reason=REASONS)
    report = st.builds(Report, fields=st.dictionaries(names(), json_values(), max_size=4), reason=REASONS)
    return spawn | handoff | report


def trade_orders() -> st.SearchStrategy[TradeOrder]:
    return st.builds(
        TradeOrder,
        account=names(),
        side=st.sampled_from(["buy", "sell"]),
        symbol=names(),
        quantity=st.integers(1, 10**15 - 1),
        amount=amounts(),
        idempotency_key=keys(),
        venue=st.just("") | names(),
        reason=REASONS,
    )


def model_calls() -> st.SearchStrategy[ModelCall]:
    message = st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "developer", "user", "assistant"]), "content": texts()}
    )
    return st.builds(
        ModelCall,
        model=names(),
        messages=st.lists(message, min_size=1, max_size=3),
        max_tokens=st.integers(1, 10**7),
        max_cost=st.none() | st.integers(0, 10**15 - 1),
        reason=REASONS,
    )


def tool_calls() -> st.SearchStrategy[ToolCall]:
    arguments = st.dictionaries(names(), json_values(), max_size=4)
    return st.builds(ToolCall, tool=tool_names(), arguments=arguments, reason=REASONS)


def actions() -> st.SearchStrategy[Action]:
    """Any valid action of any variant."""
    return st.one_of(
        http_requests(),
        connections(),
        file_actions(),
        sql_actions(),
        payments(),
        transfers(),
        refunds(),
        trade_orders(),
        messages(),
        model_calls(),
        agent_actions(),
        tool_calls(),
    )


__all__ = [
    "actions",
    "agent_actions",
    "amounts",
    "bodies",
    "caps",
    "connections",
    "decimals",
    "emails",
    "file_actions",
    "headers",
    "hosts",
    "http_requests",
    "identifiers",
    "json_values",
    "keys",
    "messages",
    "model_calls",
    "names",
    "paths",
    "payments",
    "queries",
    "refunds",
    "sql_actions",
    "texts",
    "tool_calls",
    "tool_names",
    "trade_orders",
    "transfers",
    "url_paths",
]
