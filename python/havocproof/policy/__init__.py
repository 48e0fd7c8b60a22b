"""Policies: the file people write, read strictly and lowered to the kernel's small core.

policy = load_policy("desk.yaml")        # PolicyError: everything that is wrong, with lines and remedies
policy.parts(action)                     # what the kernel decides on
explain(policy, parts, verdict)          # why, in words of the policy
"""

from havocproof.policy.approvals import Approval, Quorum
from havocproof.policy.budgets import BudgetText, Soft
from havocproof.policy.examples import Example, ExampleResult, run_examples
from havocproof.policy.explain import Explanation, explain
from havocproof.policy.facts import FactText
from havocproof.policy.invariants import Invariant
from havocproof.policy.labels import LabelText
from havocproof.policy.policy import Policy, load_policy, loads_policy
from havocproof.policy.programs import Program
from havocproof.policy.rules import RuleText
from havocproof.policy.servers import Server
from havocproof.policy.tools import ToolSpec
from havocproof.policy.widening import Widening

__all__ = [
    "Approval",
    "BudgetText",
    "Example",
    "ExampleResult",
    "Explanation",
    "FactText",
    "Invariant",
    "LabelText",
    "Policy",
    "Program",
    "Quorum",
    "RuleText",
    "Server",
    "Soft",
    "ToolSpec",
    "Widening",
    "explain",
    "load_policy",
    "loads_policy",
    "run_examples",
]
