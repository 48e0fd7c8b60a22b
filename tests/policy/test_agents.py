"""The section `agents`: the tree, who may start and hand over to whom, labels that travel."""

from __future__ import annotations

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.errors import ActionError
from havocproof.kernel.source import AgentKind
from havocproof.policy import Policy, run_examples
from havocproof.policy.agentspec import Who
from tests.policy.family import DESK, GOOD, PAYMENT, Worker
from tests.policy.support import load, only, problem, rules

# ---- what it comes to ----


def test_what_the_section_comes_to(desk: Policy) -> None:
    assert desk.agents.root == "lead"
    assert desk.agents.depth == 3
    researcher = desk.agents.specs["researcher"]
    assert (researcher.parent, researcher.depth, desk.agents.specs["payer"].depth) == ("lead", 1, 2)
    assert researcher.objective == "Find filings."
    assert researcher.boundaries == "No message to anyone."
    # The group of the section's own rules is everybody's.
    assert desk.source.agents["lead"] == AgentKind(
        frozenset({"notes", "pay", ""}), frozenset({"sources"}), frozenset({"researcher", "clerk"})
    )
    assert desk.source.agents["clerk"].starts == {"payer"}
    assert only(desk, "agents:lead.starts").verbs == {"agent.spawn"}
    assert only(desk, "agents:clerk.hands_to").verbs == {"agent.handoff"}
    assert rules(desk, "agents:lead.returns") == []


def test_without_the_section_there_is_one_agent_with_every_group() -> None:
    policy = load("rules: {a: [{permit: file.read, where: {path: /a}}], b: [{permit: file.read, where: {path: /b}}]}\n")
    assert policy.agents.root == "main"
    assert policy.agents.depth == 1
    main = Worker(policy)
    assert (main.do("file.read", path="/a"), main.do("file.read", path="/b")) == ("permit", "permit")
    assert main.report() == "unpermitted"
    with pytest.raises(ActionError, match=r"args\.agent: is no agent of the policy"):
        main.cut("agent.spawn", agent="helper")


# ---- who may do what ----


def test_groups_are_what_an_agent_may_use(lead: Worker) -> None:
    assert lead.do("file.read", path="/a") == "permit"
    assert lead.do("http.request", host="a.example") == "unpermitted"  # it may only pass this on
    researcher = lead.start("researcher")
    assert researcher.do("http.request", host="a.example") == "permit"
    assert researcher.do("money.payment", **PAYMENT) == "unpermitted"
    assert lead.start("clerk").do("money.payment", **PAYMENT) == "unpermitted"


def test_a_forbid_holds_wherever_it_stands() -> None:
    policy = load(
        DESK.replace("  pay: [", "  pay:\n    - {forbid: file.read, where: {path: /x}, why: No.}\n    - ").replace(
            "amount: any}}]", "amount: any}}"
        )
    )
    assert Worker(policy).start("researcher").do("file.read", path="/x") == "never pay.1"


@pytest.mark.parametrize(
    ("who", "verb", "kind"),
    [
        ("lead", "agent.spawn", "payer"),  # no edge of its own
        ("lead", "agent.spawn", "lead"),
        ("lead", "agent.handoff", "researcher"),  # an edge of the other kind
        ("lead", "agent.handoff", "clerk"),
        ("researcher", "agent.spawn", "researcher"),
        ("researcher", "agent.spawn", "clerk"),
        ("researcher", "agent.spawn", "lead"),
        ("clerk", "agent.spawn", "payer"),
        ("clerk", "agent.handoff", "researcher"),
        ("payer", "agent.handoff", "clerk"),
    ],
)
def test_only_the_edges_of_the_tree_are_permitted(lead: Worker, who: str, verb: str, kind: str) -> None:
    worker = lead if who == "lead" else lead.start("clerk" if who == "payer" else who)
    worker = worker.hand_to("payer") if who == "payer" else worker
    assert worker.who.agent.kind == who
    assert worker.tries(verb, kind) in ("unpermitted", "fix")


def test_the_kernel_keeps_the_edges_and_the_groups(desk: Policy) -> None:
    kernel = desk.kernel
    lead = kernel.root("lead")
    everyone = frozenset({""})
    assert kernel.spawn(lead, "researcher", frozenset({"sources", "notes", ""}), frozenset()) is not None
    assert kernel.spawn(lead, "researcher", everyone, frozenset()) is not None
    assert kernel.spawn(lead, "payer", everyone, frozenset()) is None
    assert kernel.spawn(lead, "researcher", frozenset({"pay"}), frozenset()) is None
    assert kernel.spawn(lead, "researcher", everyone, frozenset({"notes"})) is None
    narrow = lead._replace(uses=frozenset({"notes", ""}), passes=frozenset())
    assert kernel.spawn(narrow, "researcher", frozenset({"sources", ""}), frozenset()) is None
    assert kernel.spawn(narrow, "researcher", frozenset({"notes", ""}), frozenset()) is not None


def test_a_spawn_may_pass_fewer_groups_and_never_more(lead: Worker) -> None:
    researcher = lead.start("researcher", uses=["notes"])
    assert researcher.do("file.read", path="/a") == "permit"
    assert researcher.do("http.request", host="a.example") == "unpermitted"
    nobody = lead.start("researcher", uses=[])
    assert nobody.do("file.read", path="/a") == "unpermitted"
    assert nobody.report(**GOOD) == "permit"
    for args, field in (
        ({"uses": ["pay"]}, "args.uses.0"),
        ({"uses": ["notes", "nothing"]}, "args.uses.1"),
        ({"uses": [""]}, "args.uses.0"),
        ({"delegates": ["notes"]}, "args.delegates.0"),
    ):
        with pytest.raises(ActionError) as caught:
            lead.cut("agent.spawn", agent="researcher", **args)
        assert caught.value.field == field


def test_what_an_agent_was_not_given_it_cannot_give(lead: Worker) -> None:
    """One group was kept from the clerk, so it is not there to be handed over."""
    clerk = lead.start("clerk", delegates=[])
    assert clerk.who.agent.passes == frozenset()
    payer = clerk.hand_to("payer")
    assert payer.do("money.payment", **PAYMENT) == "unpermitted"
    assert lead.start("clerk").hand_to("payer").do("money.payment", **PAYMENT) == "permit"


def test_a_narrowed_parent_says_which_groups_it_gives(desk: Policy) -> None:
    agent = desk.kernel.root("lead")._replace(passes=frozenset())
    narrow = Worker(desk, who=Who(agent, ("s",)))
    with pytest.raises(ActionError, match="would hold `sources`, which this agent has not itself"):
        narrow.start("researcher")
    assert narrow.start("researcher", uses=["notes"]).do("file.read", path="/a") == "permit"


def test_rules_may_forbid_what_the_section_permits() -> None:
    policy = load(
        DESK
        + "  guard:\n    - {forbid: agent.spawn, where: {agent: clerk}, needs: boss, why: People start clerks.}\n"
        + "    - {forbid: all.agent, when: {carries: secret}, why: Secrets stay.}\n"
    )
    lead = Worker(policy)
    assert lead.tries("agent.spawn", "clerk") == "ask"
    researcher = lead.start("researcher")
    assert lead.do("file.read", path="/secret/a") == "permit"
    assert lead.tries("agent.spawn", "researcher") == "never"
    assert researcher.report(**GOOD) == "permit"


# ---- labels ----


def test_labels_travel_down_up_and_on_but_for_what_is_dropped(lead: Worker) -> None:
    researcher = lead.start("researcher")
    assert researcher.do("http.request", host="x.news.example") == "permit"
    assert researcher.do("file.read", path="/secret/a") == "permit"
    assert (researcher.carries("web"), lead.carries("web"), lead.carries("secret")) == (True, False, False)
    assert researcher.report(**GOOD) == "permit"
    # Of the two that it carries, its kind drops one.
    assert (lead.carries("web"), lead.carries("secret")) == (False, True)
    child = lead.start("clerk")
    assert (child.carries("web"), child.carries("secret")) == (False, True)
    payer = child.hand_to("payer")
    assert payer.carries("secret")
    assert payer.do("money.payment", **PAYMENT) == "never label:secret"


def test_what_one_kind_drops_another_brings() -> None:
    policy = load(DESK.replace("uses: [notes]\n    delegates: [pay]", "uses: [notes, sources]\n    delegates: [pay]"))
    lead = Worker(policy)
    clerk = lead.start("clerk")
    assert clerk.do("http.request", host="x.news.example") == "permit"
    assert clerk.report(summary="as it said", count=1) == "permit"
    assert lead.carries("web")
    assert lead.do("money.payment", **PAYMENT) == "never label:web"


def test_a_handoff_drops_nothing() -> None:
    policy = load(
        """\
        labels: {web: {from: http.request, guards: [all.pay]}}
        agents:
          a: {uses: [g], starts: [b]}
          b: {uses: [g], hands_to: [c], drops: [web], returns: {ok: bool}}
          c: {uses: [g]}
        rules: {g: [{permit: http.request, where: {host: any, path: any, method: any}}]}
        """
    )
    child = Worker(policy).start("b")
    assert child.do("http.request", host="x.example") == "permit"
    assert child.hand_to("c").carries("web")


# ---- beside the tree ----


def test_an_argument_called_agent_or_self_is_not_who_acts() -> None:
    """Else a call could name the agent whose budget it spends."""
    policy = load(
        """\
        tools: {t: {effect: read, args: {agent: name, self: name}}}
        rules: {g: [{permit: t, where: {agent: x}}]}
        budgets: {b: {count: 1, of: t, per: [agent]}}
        """
    )
    main = Worker(policy)
    calls = [{"agent": "x", "self": "y"}, {"agent": "x", "self": "z"}, {"agent": "main", "self": "s"}]
    said = [main.parts(policy.parts(action_from_wire({"action": "t", "args": each}))) for each in calls]
    assert said == ["permit", "later", "fix"]


def test_examples_say_who_acts() -> None:
    policy = load(
        DESK
        + """\
examples:
  - {do: {agent.spawn: {agent: researcher, uses: [notes]}}, expect: permit}
  - {do: {agent.spawn: {agent: payer}}, expect: deny}
  - {do: {agent.handoff: {agent: payer, message: go on}}, given: {agent: clerk}, expect: permit}
  - {do: {agent.handoff: {agent: payer}}, expect: deny}
  - do: {agent.report: {fields: {ticker: AAA, figure: 3, period: q1, agrees: true}}}
    given: {agent: researcher}
    expect: permit
  - do: {agent.report: {fields: {ticker: ZZZ, figure: 3, period: q1, agrees: true}}}
    given: {agent: researcher}
    expect: deny fix
  - {do: agent.report, expect: deny}
  - {do: {http.request: {host: a.example}}, expect: deny}
  - {do: {http.request: {host: a.example}}, given: {agent: researcher}, expect: permit}
"""
    )
    assert [each.got for each in run_examples(policy) if not each.passed] == []
    assert len(run_examples(policy)) == 9
    found = problem(DESK + "examples: [{do: {agent.spawn: {agent: nobody}}, expect: deny}]\n")
    assert (found.code, "is no agent of the policy" in found.message) == ("E-AXIS", True)


def test_an_action_that_is_none_of_them_has_no_parts_here(desk: Policy) -> None:
    with pytest.raises(ActionError, match="nothing among agents"):
        desk.agents.parts(action_from_wire({"action": "file.read", "args": {"path": "/a"}}), Worker(desk).who)
