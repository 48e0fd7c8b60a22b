"""Proofs about a policy: its `prove` section, and what is checked without being written.

report = prove(policy)                  # each claim holds, is broken by an example, or is not decided
report = mutants("desk.yaml")           # widenings of the rules that no claim notices
"""
