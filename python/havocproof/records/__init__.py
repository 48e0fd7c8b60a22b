"""Takes the values that a policy declares trusted: out of a tool's result, a person's words, what the host says.

Pure functions: no I/O, no clock, nothing kept. What they give is put into the state by the gate.

    told = from_result(policy.records, "get_order", arguments, result, now)    after the call has settled with success
    told = from_prompt(policy.records, text, now)                    in session.prompt(text)
    told = from_host(policy.records, "invoice", "INV-7", {"payee": "acct:a"}, now)     in session.record(...)

    for each in told.records:
        key = record_key(each.record, run, each.key)
        if each.new is None:             forget it: records=[(key, None)]
        else:
            record = kernel.learn(view.records.get(key), each.new, each.mode)
            if fault := fits(policy.records, each.record, record): journal it and store nothing
            else: records=[(key, record)]
    for fault in told.faults: journal fault.form()

`Learned.new` is None where a tool has answered, and not with what the record declares: what it said before is old, so
the gate forgets it (a status that the policy does not list must not leave the last one standing). A record that
collects, and one that keeps its first value, are left as they are.

`fetches(policy, parts, scopes, groups, now, view)` names the reads that a decision needs and the policy lets the gate
perform by itself: each is a tool call of its own, decided, counted and journaled as any other. The gate asks again
after a round of reads, until nothing is wanted that it has not read for this decision; a read whose own decision wants
others counts them to the same decision, so that reads which need each other end.

Parts that do not come from `policy.parts(action)`, but from a port, go through `policy.worded(parts)` before they are
decided: it adds the texts by which rules compare integers with what was recorded.
"""

from havocproof.policy.recorded import record_key
from havocproof.policy.recordspec import MAX_KEYS, MAX_PHRASES, MAX_VALUES, RecordSpec
from havocproof.records.extract import from_host, from_result
from havocproof.records.fetching import Wanted, fetches
from havocproof.records.finders import from_prompt
from havocproof.records.told import Fault, Learned, Told, fits

__all__ = [
    "MAX_KEYS",
    "MAX_PHRASES",
    "MAX_VALUES",
    "Fault",
    "Learned",
    "RecordSpec",
    "Told",
    "Wanted",
    "fetches",
    "fits",
    "from_host",
    "from_prompt",
    "from_result",
    "record_key",
]
