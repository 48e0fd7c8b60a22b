"""Programs at the gate: decided, counted and refused, since no port starts one; and no function passes for one."""

from __future__ import annotations

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Denied, Gate, Pending
from havocproof.policy import loads_policy
from havocproof.ports import ToolPort

POLICY = f"""\
havocproof: 1
policy: p
programs:
  build: {{exe: /bin/build, sha256: "{"0" * 64}", argv: ["{{target}}"], args: {{target: name}}, box: {{net: none}}}}
  ship: {{exe: /bin/ship, sha256: "{"0" * 64}", effect: send, box: {{net: policy}}}}
tools: {{look: {{effect: read}}}}
approvals: {{boss: {{role: boss, people: 1, within: 1d}}}}
rules:
  g:
    - {{permit: build, where: {{target: all}}}}
    - {{ask: ship, needs: boss, why: It leaves.}}
    - {{permit: look}}
budgets: {{starts: {{count: 1, of: process.run, per: [run]}}}}
"""


def test_a_start_that_the_policy_permits_is_refused_and_nothing_is_counted() -> None:
    with Gate.open(loads_policy(POLICY), ports=[]) as gate:
        session = gate.session(user="ada")
        for _ in range(2):
            outcome = session.perform({"action": "build", "args": {"target": "all"}})
            assert isinstance(outcome, Denied)
            assert (outcome.denial.kind, outcome.denial.why) == (
                "unpermitted",
                "No port starts programs, so build cannot run.",
            )
            assert outcome.denial.remedy


def test_what_the_policy_refuses_is_told_first() -> None:
    with Gate.open(loads_policy(POLICY), ports=[]) as gate:
        outcome = gate.session(user="ada").perform({"action": "build", "args": {"target": "one"}})
        assert isinstance(outcome, Denied)
        assert (outcome.denial.kind, outcome.denial.facts["expected"]) == ("fix", "all")


def test_an_approved_start_is_refused_as_well() -> None:
    with Gate.open(loads_policy(POLICY), ports=[], people={"bob": "boss"}) as gate:
        asked = gate.session(user="ada").perform({"action": "ship", "args": {}})
        assert isinstance(asked, Pending)
        gate.approve(asked.request_id, "bob", "boss")
        outcome = gate.resume(asked.request_id)
        assert isinstance(outcome, Denied)
        assert "No port starts programs" in outcome.denial.why


def test_no_function_passes_for_a_program() -> None:
    with pytest.raises(ConfigError, match="build is a program of the policy"):
        Gate.open(loads_policy(POLICY), ports=[ToolPort({"look": dict, "build": dict})])
    Gate.open(loads_policy(POLICY), ports=[ToolPort({"look": dict})]).close()
