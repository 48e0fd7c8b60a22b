"""Who acts: an agent at work, for whom, and which agents are above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from havocproof.kernel.source import Agent
from havocproof.stores.contents import agent_form, agent_of

MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Who:
    """One agent at work.

    agent:   its kind, the groups of rules that it uses, and those that it may pass on
    session: the id of the session that the host opened; all agents below its first one belong to it
    run, user, tenant: whom the work is counted for; user "" if nobody is known
    chain:   names of the agents from the first one down to this one; the first one's name is the session's id
    above:   the name of the agent that this one reports to; "" if it reports to the host
    """

    agent: Agent
    session: str
    run: str
    user: str
    tenant: str
    chain: tuple[str, ...]
    above: str = ""

    @property
    def name(self) -> str:
        return self.chain[-1]

    @property
    def kind(self) -> str:
        return self.agent.kind

    @property
    def is_first(self) -> bool:
        """The host opened it: nobody started it."""
        return len(self.chain) == 1

    def scopes(self) -> dict[str, str]:
        """What cells are kept by, as the kernel takes it. `agent.0` is the first agent of the chain."""
        scopes = {
            "": "",
            "tenant": self.tenant,
            "session": self.session,
            "run": self.run,
            "agent": self.agent.kind,
            "self": self.name,
        }
        if self.user:
            scopes["user"] = self.user
        scopes.update((f"agent.{depth}", name) for depth, name in enumerate(self.chain))
        return scopes

    def below(self, agent: Agent, name: str, above: str) -> Who:
        """An agent below this one."""
        return Who(agent, self.session, self.run, self.user, self.tenant, (*self.chain, name), above)

    def form(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "agent": agent_form(self.agent),
            "session": self.session,
            "run": self.run,
            "user": self.user,
            "tenant": self.tenant,
            "chain": list(self.chain),
            "above": self.above,
        }

    @classmethod
    def read(cls, form: dict[str, Any]) -> Who:
        """The inverse of `form`."""
        return cls(
            agent_of(form["agent"]),
            form["session"],
            form["run"],
            form["user"],
            form["tenant"],
            tuple(form["chain"]),
            form["above"],
        )
