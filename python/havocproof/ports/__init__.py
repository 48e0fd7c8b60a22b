"""The ports: files, http, sql, payments, model. The only code of havocproof that performs effects."""

from __future__ import annotations

from havocproof.ports.base import Effect, Permit, Port, Prepared

__all__ = ["Effect", "Permit", "Port", "Prepared"]
