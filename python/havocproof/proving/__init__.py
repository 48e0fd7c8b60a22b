"""Proofs about a policy: its `prove` section, and what is checked without being written.

    from havocproof.proving.prove import prove
    from havocproof.proving.mutants import mutants
    from havocproof.proving.narrowing import difference

    report = prove(load_policy("desk.yaml"))          # each claim holds, is broken by an example, or is not decided
    report = mutants(load_policy("desk.yaml"))        # widenings of the rules that no claim notices
    found = difference(old, new)                      # what a new policy permits and the old one did not

All of them ask `havocproof.analysis`, whose search is proved; what comes back are the values of `results`.
"""
