"""What holds, in words: the claim, the theorems by their ids, and what is trusted. `docs/proofs.md` tells more."""

from __future__ import annotations

CLAIM = (
    "For every sequence of typed actions that any program can send to the gate, the gate, which is the code that was "
    "proved, lets through exactly the effects that policy P permits (machine-checked; assumptions listed in "
    "proofs/TRUSTED.md). In confined mode the agent's process is given no other way to act (enforced by the operating "
    "system, tested by escape probes, not proved)."
)
"""The claim, word for word. Everything that is published about havocproof stays inside of it."""

NOT_YET = "This version has no confined mode: the second sentence of the claim is not made for it."

WORDS = {
    "A1": 'the analyzer\'s "holds" is true of every moment of the kind that is asked about, and of whole requests',
    "A2": "the analyzer's example and all of the box shown with it are excluded by the claim; the kernel permits it",
    "A3": "with a budget of as many boxes as a question has, the analyzer comes to an end",
    "A4": "each shown region of a difference is newly permitted somewhere; said to be all, no moment is left out",
    "A5": "without a rule that the analyzer calls dead, the policy says the same of every moment",
    "B1": "the code permits if and only if the policy and the history permit; it asks, writes and settles as specified",
    "B2": "every effect was permitted when it was decided, by the policy then in force, and a permit is good for one",
    "B3": "default deny; forbid beats ask beats permit; order is irrelevant; more restrictions never permit more; "
    "unknown never helps",
    "B4": "settled and reserved spending together never exceed the limit of a budget, at every prefix of every run",
    "B5": "any interval admits at most a rate's burst and what the interval is good for",
    "B6": "labels only grow; every effect is cleared of each label that its session carried",
    "B7": "what had to be approved ran under a request for exactly it, in time, by enough people, once",
    "B8": "an agent has no more than those above it; a subtree's spending is bounded by every ancestor's account",
    "B9": "the indexed decision equals the specified one; what a verdict names is so; the well-formed policies load",
    "B11": "a permit of before a replacement of the policy performs nothing",
    "P1": "PocketFlow, as modelled: all that a contained flow does is what the boundary permitted, each permit once",
    "P2": "PocketFlow, as modelled: a contained run of which everything is permitted goes as it would uncontained",
    "P3": "PocketFlow, as modelled: within its limits every contained run ends, however it loops, retries or insists",
    "P4": "PocketFlow, as modelled: a strict flow moves by drawn, exact labels alone, and no label escapes its flow",
    "Records": "whatever a record holds, a tool or the host said under its very key",
    "S1": "egress: under policies of the pattern, effects go to the listed hosts alone",
    "S2": "exfiltration: after a guarded asset was read, what is sent is cleared of its label",
    "S3": "payment: each payment is within the limit, or was approved",
    "S4": "filesystem: changes stay inside of the listed places",
    "S5": "database: the named changes do not happen",
}
"""What each theorem says, by its id. The statements themselves are lemmas in dafny/."""

TRUSTED = (
    "Dafny 4.11.0, Boogie and Z3 4.12.1: that what verifies is true; Dafny's Python back end: that the code means it",
    "DafnyRuntimePython 4.11.0, CPython and its standard library",
    "the Python around the kernel: reading policies, claims and actions, the bridges, the gate, the stores, the ports",
    "the operating system's kernel, file system and clock; who people are",
    "this command, which stands in the installation that it checks: compare with a certificate from elsewhere",
)
