"""What two policies declare differently: told for each kind, told as wider where it is, and silent where nothing changed."""

from __future__ import annotations

import pytest

from havocproof.policy import Policy, loads_policy
from havocproof.proving.changes import changes

BASE = """havocproof: 1
policy: desk
approvals:
  boss: {role: boss, people: 2, within: 1d, may_widen: {same: [payee], uses: 5, for: 1d}}
  both: {all_of: [{role: boss, people: 1}, {role: risk, people: 1}], within: 1h}
tools:
  order: {effect: read, args: {id: name}}
  ship: {effect: send, args: {to: name}}
records:
  orders: {from: {tools: [order]}, fields: {state: {one: name, at: /state}}}
facts:
  tested: {by: order, until: [file.write]}
labels:
  web: {from: http.request, guards: [all.pay]}
agents:
  lead: {uses: [files, work], delegates: [pay], starts: [clerk]}
  clerk: {uses: [pay], share: {month: 5.00 USD}}
rules:
  files:
    - {id: read, permit: [file.read, file.write], where: {path: /desk/**}}
    - {id: web, permit: http.request, where: {host: a.example, path: any, method: GET}}
  work:
    - {id: order, permit: order, where: {id: any}}
    - {id: ship, permit: ship, where: {to: any}, when: {after: tested}}
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: any, amount: {max: 5.00 USD}}}
    - {id: large, ask: money.payment, where: {account: costs, payee: any, amount: {above: 5.00 USD}}, needs: boss, why: L.}
    - {id: many, ask: money.refund, where: {account: costs, payee: any, amount: any}, needs: both, why: M.}
budgets:
  month: {amount: 90.00 USD, of: money.payment, per: [tenant, agent], every: month}
  calls: {count: 9, of: file.read, per: [session], soft: {above: 5, needs: both}}
rates:
  reads: {of: file.read, burst: 9, every: 3s, per: [session]}
redact:
  - {of: order, fields: [id], for: [journal], show: digest}
"""


def load(text: str) -> Policy:
    return loads_policy(text)
