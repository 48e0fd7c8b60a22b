"""`then` of a permit or ask: what has to be done with what was permitted (POLICY.md 2.13).

    then: {journal: flush, notify: ops, max_result: 1 MiB, timeout: 30s, mask: empty}

Each is a mark of the kernel that holds nothing and only stands in the verdict: DUTY `max_result:1048576`. All that the
rules say which match, surely or perhaps, are united. Who performs the action fulfils them, or the action is refused.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from havocproof.actions.scalars import GrammarError, parse_size
from havocproof.kernel.source import DUTY, Mark
from havocproof.policy import fields
from havocproof.policy.literals import parse_duration
from havocproof.policy.problems import Problems, listed
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.words import Face

FLUSH, NOTIFY, MAX_RESULT, TIMEOUT, MASK = "journal", "notify", "max_result", "timeout", "mask"
KEYS = (FLUSH, NOTIFY, MAX_RESULT, TIMEOUT, MASK)
MASKS = ("empty", "last4", "hash")
_FORM = "then: {max_result: 1 MiB, notify: ops}"


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation, as a verdict names it. `value`: bytes of `max_result`, ms of `timeout`, else the word."""

    kind: str
    value: str | int

    @property
    def mark(self) -> Mark:
        return Mark(DUTY, f"{self.kind}:{self.value}", ())

    @classmethod
    def read(cls, name: str) -> Duty:
        """From its name in a verdict."""
        kind, _, value = name.partition(":")
        return cls(kind, int(value) if kind in (MAX_RESULT, TIMEOUT) else value)


def read_then(node: Node, faces: Collection[Face], problems: Problems) -> tuple[Duty, ...] | None:
    """What stands under `then`, or None with the problem noted. `faces`: what the rule speaks about."""
    before = len(problems.found)
    root = fields.mapping(node, "`then`", _FORM, problems)
    if root is None:
        return None
    fields.known_keys(root, KEYS, "`then`", problems)
    found: list[Duty] = []
    for key in (MAX_RESULT, TIMEOUT):
        value = fields.number(root, key, parse_size if key == MAX_RESULT else _duration, problems)
        if value is not None:
            found.append(Duty(key, value))
    if FLUSH in root.fields:
        found += _word(root, FLUSH, ("flush",), problems)
    if MASK in root.fields:
        found += _word(root, MASK, MASKS, problems)
        if not all(face.word == "sql.read" for face in faces):
            remedy = "Masks are about columns that are read: write them in a permit of sql.read."
            problems.add("E-KEY", root.keys[MASK], "nothing but `sql.read` has columns to mask", remedy)
    if NOTIFY in root.fields:
        channel = fields.text(root, NOTIFY, problems)
        if channel is not None and not IDENTIFIER.fullmatch(channel):
            remedy = "Use letters, digits, _ and -; the gate is opened with a function for each channel."
            problems.add("E-KEY", root.fields[NOTIFY], f"`{channel}` is no name of a channel", remedy)
        elif channel is not None:
            found.append(Duty(NOTIFY, channel))
    return tuple(found) if len(problems.found) == before else None


def _duration(text: str) -> int:
    found = parse_duration(text)
    if found <= 0:
        raise GrammarError("is no time", "Write a duration, as 30s")
    return found


def _word(root: Mapping, key: str, words: Collection[str], problems: Problems) -> list[Duty]:
    said = fields.text(root, key, problems)
    if said is None:
        return []
    if said not in words:
        place = root.fields[key]
        remedy = problems.near(said, words, f"Write one of {listed(words)}.")
        problems.add("E-KEY", place if isinstance(place, Text) else root, f"`{key}` knows no `{said}`", remedy)
        return []
    return [Duty(key, said)]
