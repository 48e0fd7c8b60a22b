"""What the kernel must know of approvals, and names of approvals that stand in other sections' texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from havocproof.kernel.source import SOFT, Budget, Quorum
from havocproof.policy.approvals import Approval, quorum_of
from havocproof.policy.budgets import BudgetText
from havocproof.policy.charges import written_name


def quorums(
    approvals: Mapping[str, Approval], budgets: Mapping[str, BudgetText], limits: Mapping[str, Budget]
) -> dict[str, Quorum]:
    """Who must agree, by what a verdict needs: an approval, or a soft budget that would be passed."""
    found = {name: quorum_of(approval) for name, approval in approvals.items()}
    for name, limit in limits.items():
        soft = budgets[written_name(name)].soft if limit.kind == SOFT else None
        if soft is not None:
            found[name] = found[soft.needs]
    return found


def needing(budgets: Mapping[str, BudgetText], name: Callable[[str], str]) -> dict[str, BudgetText]:
    """The texts of budgets with the approval that each soft limit needs by its full name."""
    return {
        label: replace(text, soft=replace(text.soft, needs=name(text.soft.needs))) if text.soft is not None else text
        for label, text in budgets.items()
    }
