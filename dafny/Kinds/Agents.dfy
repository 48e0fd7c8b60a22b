include "../Policy/Spec.dfy"
// Agents: what one that is started may use and pass on.
module AgentCode {
  import opened Names
  import opened Scenes
  import opened Policies

  function Rooted(kind: Name, k: AgentKind): Agent { Agent(kind, k.uses, k.passes) }
  // A parent may start a child of this kind with these groups: never more than the kind has, nor than the parent has.
  function MayStart(p: map<Name, AgentKind>, parent: Agent, kind: Name, uses: set<Name>, passes: set<Name>): bool {
    && parent.kind in p && kind in p && kind in p[parent.kind].starts
    && uses <= p[kind].uses && passes <= p[kind].passes
    && uses <= parent.uses + parent.passes && passes <= parent.uses + parent.passes
  }
}
