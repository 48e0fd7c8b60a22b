"""The codes that reports give to what they find, beside those that the loader gives to problems of a file."""

from __future__ import annotations

from typing import NamedTuple

FALSE, OPEN, WIDER, UNNOTICED = "F-PROVE", "F-OPEN", "F-WIDER", "W-MUTANT"


class Code(NamedTuple):
    """`level`: error or warning."""

    title: str
    help: str
    level: str


CODES = {
    FALSE: Code(
        "An invariant of the policy is false",
        "The policy permits what its `prove` section says it never does, or denies what it says it always permits. The"
        " message has an action and a state, decided by the kernel; the smallest edit that makes the invariant true is"
        " given where one was found.",
        "error",
    ),
    OPEN: Code(
        "An invariant is not decided",
        "Neither a proof nor a counterexample was found within the budget. Do not rely on the invariant: raise"
        " --budget, or simplify the rules that meet there.",
        "error",
    ),
    WIDER: Code(
        "The change permits more",
        "The new version of the policy permits what the old one did not, or declares what lets more happen. If that is"
        " meant, accept it in review.",
        "error",
    ),
    UNNOTICED: Code(
        "A widening that no invariant notices",
        "If somebody widened this rule so, every invariant would still hold. Write an invariant that says why the rule"
        " is as narrow as it is.",
        "warning",
    ),
}


def described(code: str) -> Code:
    """What a code means. Codes of the loader explain themselves in each message."""
    warns = code.startswith("W-")
    title = "Something in the policy file may not be meant" if warns else "The policy does not load"
    return CODES.get(code) or Code(
        title, "docs/errors.md has each code with an example.", "warning" if warns else "error"
    )
