"""Arguments of one good action of a kind, to be changed by tests."""

from __future__ import annotations

from typing import Any

PAYMENT: dict[str, Any] = {
    "account": "research-costs",
    "payee": "acct:prices-ltd",
    "amount": "120.50 USD",
    "idempotency_key": "inv-7",
}
MESSAGE: dict[str, Any] = {"channel": "email", "recipients": ["b@desk.example", "a@desk.example"], "body": "hé\n"}
SPAWN: dict[str, Any] = {"agent": "researcher"}
MESSAGES: Any = [{"role": "user", "content": "hé"}]
