include "Values.dfy"
// PocketFlow's objects: classes and edges, which copies share, and what each object has for itself.
module FlowGraph {
  import opened PyValues

  datatype Kind =
    | KBase | KNode | KBatchNode | KFlow | KBatchFlow
    | KAsyncNode | KAsyncBatchNode | KAsyncParBatchNode
    | KAsyncFlow | KAsyncBatchFlow | KAsyncParBatchFlow

  predicate IsFlow(k: Kind) { k.KFlow? || k.KBatchFlow? || k.KAsyncFlow? || k.KAsyncBatchFlow? || k.KAsyncParBatchFlow? }
  predicate IsBatchFlow(k: Kind) { k.KBatchFlow? || k.KAsyncBatchFlow? || k.KAsyncParBatchFlow? }
  predicate IsBatchNode(k: Kind) { k.KBatchNode? || k.KAsyncBatchNode? || k.KAsyncParBatchNode? }
  predicate IsAsync(k: Kind) { !(k.KBase? || k.KNode? || k.KBatchNode? || k.KFlow? || k.KBatchFlow?) }

  // Which hooks the class defines; the others are PocketFlow's own.
  datatype Hooks = Hooks(prep: bool, exec: bool, fallback: bool, post: bool)

  // What an original and its copies share. exits: in strict mode, the labels of its nodes that a nested flow says, too.
  datatype NodeDef = NodeDef(kind: Kind, hooks: Hooks, succ: seq<(Val, Option<nat>)>, truthy: bool, exits: seq<string>)
  // What each has for itself; copying copies it. cell: its dictionary of params, which others may hold too.
  datatype Obj = Obj(cell: nat, retries: int, wait: int, start: Option<nat>, tries: int)

  function Def(g: seq<NodeDef>, n: nat): NodeDef {
    if n < |g| then g[n] else NodeDef(KBase, Hooks(true, true, true, true), [], true, [])
  }

  function Default(): Val { VStr("default") }
  function Keys(succ: seq<(Val, Option<nat>)>): seq<Val> { seq(|succ|, i requires 0 <= i < |succ| => succ[i].0) }

  // Strict mode: the label is none, or exactly a str that is not empty; and a node that has edges, all named by exactly a str,
  // has one for it.
  predicate Drawn(a: Val, edges: seq<Val>) {
    && (a.VNone? || (a.VStr? && |a.s| > 0))
    && (|edges| > 0 ==> (if a.VNone? then Default() else a) in edges && forall k | k in edges :: k.VStr?)
  }
  // Strict mode: the label may leave the flow.
  predicate Leaves(g: seq<NodeDef>, flow: nat, a: Val) { a.VNone? || (a.VStr? && a.s in Def(g, flow).exits) }
}
