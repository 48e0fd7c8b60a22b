include "Agents.dfy"
include "Approval.dfy"
include "Records.dfy"
// Approvals, agents and records by example: the boundary's specification and the code share these functions, so that no
// comparison of the two would notice that one of them says something else.
module KindWitnesses {
  import opened Names
  import opened Scenes
  import opened Policies
  import opened ApprovalCode
  import opened AgentCode
  import opened RecordCode

  // ---- approvals: the asker's own grant, open until 5 ----
  lemma W_Live(asker: Name)
    ensures var g := Opened(5, asker); g.until == 5 && g.asker == asker && g.votes == map[] && Live(g, 4) && !Live(g, 5) && !Live(Closed(g), 4)
  {}
  // The asker votes in the role of the session's user alone, and in it nobody else; nobody votes twice, or when it is over.
  lemma W_MayVote(asker: Name, other: Name, self: Name, role: Name)
    requires asker != other && self != role
    ensures var g := Opened(5, asker);
            && MayVote(g, asker, self, self, 4) && !MayVote(g, asker, role, self, 4)
            && MayVote(g, other, role, self, 4) && !MayVote(g, other, self, self, 4)
            && !MayVote(g, other, role, self, 5) && !MayVote(Voted(g, other, role), other, role, self, 4)
  {}
  lemma W_Voted(asker: Name, other: Name, role: Name, g: Grant)
    ensures Voted(g, other, role) == g.(votes := g.votes[other := role]) && other in Voted(g, other, role).votes && Voted(g, other, role).votes[other] == role
    ensures Closed(g) == g.(open := false) && !Closed(g).open
  {}

  // ---- agents: a lead may start helpers, who may use what a helper may, and no more than the lead has ----
  ghost function Kinds(lead: Name, helper: Name, a: Name, b: Name, c: Name): map<Name, AgentKind> {
    map[lead := AgentKind({a}, {b}, {helper}), helper := AgentKind({a, b, c}, {a, b, c}, {})]
  }
  lemma W_MayStart(lead: Name, helper: Name, a: Name, b: Name, c: Name)
    requires lead != helper && a != b && a != c && b != c
    ensures var p, l := Kinds(lead, helper, a, b, c), Agent(lead, {a}, {b});
            && MayStart(p, l, helper, {a, b}, {a, b}) && MayStart(p, l, helper, {}, {})
            && !MayStart(p, l, helper, {c}, {}) && !MayStart(p, l, helper, {}, {c})
  {
    var p, l := Kinds(lead, helper, a, b, c), Agent(lead, {a}, {b});
    assert c in {c} && c !in l.uses + l.passes;
  }
  // Nor what the kind does not have, whatever the lead has; nor a kind that is unknown, or that the lead's own may not start.
  lemma W_KindHasLess(lead: Name, helper: Name, a: Name, b: Name)
    requires lead != helper && a != b
    ensures var p := map[lead := AgentKind({a, b}, {}, {helper}), helper := AgentKind({a}, {a}, {})];
            var l := Agent(lead, {a, b}, {});
            && MayStart(p, l, helper, {a}, {a}) && !MayStart(p, l, helper, {b}, {}) && !MayStart(p, l, helper, {}, {b})
            && !MayStart(p, l, lead, {}, {}) && !MayStart(p, Agent(helper, {a}, {}), helper, {}, {})
            && !MayStart(map[lead := AgentKind({}, {}, {helper})], l, helper, {}, {}) && !MayStart(map[], l, helper, {}, {})
  { assert b in {b} && b !in {a}; }

  // ---- records: what is known of names and integers, then something new ----
  ghost function Knows(at: int, f: Name, n: Name, i: int): Record { Record(at, map[f := {n}], map[f := n], map[f := i]) }
  lemma W_Learned(f: Name, n: Name, m: Name)
    requires n != m
    ensures var a, b := Knows(1, f, n, 3), Knows(2, f, m, 4);
            && Learned(false, a, b, 0) == b == Learned(false, a, b, 1) && Learned(false, a, b, 2) == b
            && Learned(true, a, b, 0) == b && Learned(true, a, b, 1) == a
            && Learned(true, a, b, 2) == Record(2, map[f := {n, m}], map[f := m], map[f := 4])
  {
    assert Both(map[f := {n}], map[f := {m}])[f] == {n, m};
    assert map[f := n] + map[f := m] == map[f := m] && map[f := 3] + map[f := 4] == map[f := 4];
  }
}
