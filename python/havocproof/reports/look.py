"""The page's style sheet: light and dark by what the reader's system says, and plain on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ground: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --box: #f6f8fa;
  --good: #116329; --bad: #a40e26; --open: #7d4e00; --permit: #e7f5e9; --ask: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --soft: #9da7b3; --line: #3d444d;
  --box: #161b22; --good: #56d364; --bad: #ff8f87; --open: #e3b341; --permit: #12261a; --ask: #2e2410; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1.05rem; }
code, pre, svg text { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875em; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 4px; padding: .6rem .8rem;
  overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
dd { min-width: 0; }
.scroll { overflow-x: auto; }
.quiet { color: var(--soft); }
.status { font-weight: 600; } span.status { white-space: nowrap; }
.holds { color: var(--good); } .broken { color: var(--bad); } .undecided { color: var(--open); }
article { border: 1px solid var(--line); border-left: 4px solid var(--open); border-radius: 4px;
  padding: .2rem 1rem .6rem; margin: 1rem 0; }
article.false { border-left-color: var(--bad); }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; grid-column: 2; } dd pre { margin: 0; }
td dl { grid-template-columns: 4rem 1fr; margin: 0; }
svg.reach { width: 100%; min-width: 44rem; height: auto;
  border: 1px solid var(--line); border-radius: 4px; background: var(--ground); }
svg text { fill: var(--text); font-size: 12px; } svg .head, svg .note, svg .edge, svg .place { fill: var(--soft); }
svg rect { fill: var(--box); stroke: var(--soft); } svg .permit rect { fill: var(--permit); stroke: var(--good); }
svg .ask rect { fill: var(--ask); stroke: var(--open); stroke-dasharray: 6 3; } svg .mark { font-weight: 700; }
svg path.edge { fill: none; stroke: var(--soft); } svg path.permit { stroke: var(--good); }
svg path.ask { stroke: var(--open); stroke-dasharray: 6 3; } svg path.passes { stroke-dasharray: 2 3; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--soft);
  font-size: .9rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { grid-column: 1; } dt { margin-top: .5rem; } }
@media print { :root { --ground: #fff; --text: #000; --soft: #444; --line: #999; --box: #fff; --good: #063; --bad: #900;
  --open: #630; --permit: #fff; --ask: #fff; } body { max-width: none; padding: 0; font-size: 11pt; }
  article, tr, svg { break-inside: avoid; } h2, h3, caption { break-after: avoid; } pre { white-space: pre-wrap; } }
"""
