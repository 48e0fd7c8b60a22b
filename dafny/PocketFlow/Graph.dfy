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

  // What an original and its copies share. labels: what its post may say in strict mode; exits: which of its nodes' labels a
  // flow may end with in strict mode.
  datatype NodeDef = NodeDef(kind: Kind, hooks: Hooks, succ: seq<(Val, Option<nat>)>, truthy: bool,
                             labels: seq<string>, exits: seq<string>)
  // What each has for itself; copying copies it. cell: its dictionary of params, which others may hold too.
  datatype Obj = Obj(cell: nat, retries: int, wait: int, start: Option<nat>, tries: int)

  function Def(g: seq<NodeDef>, n: nat): NodeDef {
    if n < |g| then g[n] else NodeDef(KBase, Hooks(true, true, true, true), [], true, [], [])
  }

  // Strict mode: the label is exactly a str that the node declares, or there is none.
  predicate Declared(g: seq<NodeDef>, n: nat, a: Val) { a.VNone? || (a.VStr? && a.s in Def(g, n).labels) }
  // Strict mode: the flow may end with it.
  predicate Leaves(g: seq<NodeDef>, flow: nat, a: Val) { a.VNone? || (a.VStr? && a.s in Def(g, flow).exits) }
}
