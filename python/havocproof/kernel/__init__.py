"""The kernel: code generated from the Dafny sources that were proved, and the bridge to it.

Importing this package checks the generated files against the certificate; see `havocproof.attest.loading`.
"""

from __future__ import annotations

from havocproof.attest.loading import guard, reader

guard(reader(__spec__.loader))
