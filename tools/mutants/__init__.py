"""Mutants of the Dafny sources: what is changed, and whether any proof notices."""
