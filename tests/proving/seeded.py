"""Policies with one mistake each that people make, and the claim that tells it."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 'havocproof: 1\npolicy: p\nversion: "1"\n'
NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class Seeded:
    """`policy` has the mistake, `right` has not. `claim`: the id of the claim that says so."""

    policy: str
    mistake: str
    remedy: str
    claim: str = "told"

    @property
    def right(self) -> str:
        assert self.mistake in self.policy
        return self.policy.replace(self.mistake, self.remedy)


RESET = Seeded(
    HEAD
    + """\
tools: {recompute: {effect: change, args: {figures: name}}}
facts:
  recomputed: {by: recompute, until: {any: [file.write], where: {path: /desk/figures/**}}}
rules:
  desk:
    - {id: figures, permit: [file.write, file.append], where: {path: /desk/figures/**}}
    - {id: compute, permit: recompute, where: {figures: any}}
    - {id: report, permit: file.write, where: {path: /desk/report/**}, when: {after: recomputed}}
prove:
  - id: told
    never: file.write
    where: {path: /desk/report/**}
    after: {any: [file.write, file.append], where: {path: /desk/figures/**}}
    until: recompute
""",
    "until: {any: [file.write], where",
    "until: {any: [file.write, file.append], where",
)
"""The fact is undone by a write and not by an append."""

AXIS = Seeded(
    HEAD
    + """\
tools:
  pay_bill:
    is: money.payment
    args: {to: name, sum: {decimal: USD}, discount: {decimal: USD}}
    map: {account: {const: main}, payee: to, amount: sum}
rules:
  pay:
    - {id: bill, permit: pay_bill, where: {account: any, to: any, sum: any, discount: {max: 500.00 USD}}}
prove:
  - {id: told, never: money.payment, where: {amount: {above: 500.00 USD}}}
""",
    "sum: any, discount: {max: 500.00 USD}",
    "discount: any, sum: {max: 500.00 USD}",
)
"""The bound stands on another argument."""

ANY = Seeded(
    HEAD
    + """\
sets: {registries: {host: [index.packages.example, files.packages.example]}}
rules:
  net:
    - {id: packages, permit: http.request, where: {host: $registries, path: any, method: [GET, HEAD]}}
    - {id: manuals, permit: http.request, where: {host: any, path: /manual/**, method: GET}}
prove:
  - {id: told, never: http.request, unless: {host: [$registries, docs.example]}}
""",
    "host: any, path: /manual/**",
    "host: docs.example, path: /manual/**",
)
"""One `any` too many."""

VIA = Seeded(
    HEAD
    + f"""\
programs:
  install:
    {{exe: /bin/install, sha256: "{NO_DIGEST}", argv: ["{{package}}"], args: {{package: name}}, box: {{net: policy}}}}
rules:
  net:
    - {{id: start, permit: install, where: {{package: any}}}}
    - {{id: agent, permit: http.request, where: {{host: any, path: any, method: GET}}}}
    - {{id: packages, permit: http.request, where: {{host: any, path: any, method: GET, via: install}}}}
    - {{id: closed, forbid: http.request, where: {{host: "**.evil.example", via: none}}, why: Nobody goes there.}}
prove:
  - {{id: told, never: http.request, where: {{host: "**.evil.example"}}}}
""",
    ", via: none}, why",
    "}, why",
)
"""A forbid that programs get around."""

BOX = Seeded(
    HEAD
    + f"""\
programs:
  build: {{exe: /bin/build, sha256: "{NO_DIGEST}", box: {{read: [/repo/**], write: [/repo/**], net: none}}}}
rules:
  work:
    - {{id: start, permit: build}}
    - {{id: edit, permit: file.write, where: {{path: /repo/src/**}}}}
prove:
  - {{id: told, never: file.write, unless: {{path: [/repo/src/**, /repo/out/**]}}}}
""",
    "write: [/repo/**]",
    "write: [/repo/out/**]",
)
"""A program's box lets it do what no rule permits."""

ALL = {"a reset forgotten": RESET, "a bound on the wrong axis": AXIS, "an `any` too many": ANY, "bypassed by via": VIA}
