"""Is the installed kernel the one that was proved? What `havocproof attest` and the import of the kernel ask.

`certificate.json` here is a copy of `proofs/certificate.json`. `loading` lets nothing but the files that it names
become the kernel; `checking` compares everything that can be compared. Only the standard library is needed.
"""
