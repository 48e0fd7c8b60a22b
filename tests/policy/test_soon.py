"""What is not built yet is refused with an error that says so, at every place that uses it."""

from __future__ import annotations

import pytest

from tests.policy.support import load, problems

# One excerpt of each of the language's example policies, and the lines of what is not built yet in it.
EXCERPTS = {
    "banking": (
        """\
        tools:
          send_money:
            is: money.payment
            args: {recipient: name, amount: {decimal: EUR}, subject: text, date: date}
            map: {account: {const: main}, payee: recipient, amount: amount}
          update_password: {effect: change, args: {password: name}}
        records:
          prompt: {from: prompt, fields: {phrases: {find: phrases}}}
        sets:
          known_payees: {name: [$prompt.phrases, $paid.payees]}
        approvals:
          account-holder: {role: session-user, people: 1, within: 10m}
        rules:
          pay:
            - id: known-payee
              permit: send_money
              where: {account: main, payee: $known_payees, amount: {max: 2500.00 EUR}}
            - permit: update_password
              where: {password: $prompt.phrases}
        redact:
          - {of: update_password, fields: [password], for: [journal, approver], show: digest}
        prove:
          - {id: some, some: send_money}
        examples:
          - do: {send_money: {recipient: X, amount: 12.00 EUR, subject: dinner, date: 2026-11-23}}
            given: {prompt.phrases: [X]}
            expect: permit by known-payee
        """,
        [9, 12, 12, 21, 22, 24, 28],
    ),
    "coding": (
        """\
        programs:
          pytest: {exe: /usr/bin/pytest, argv: [-q], box: {net: none}}
          git-push: {exe: /usr/bin/git, argv: [push], box: {net: policy}}
        facts:
          tests_passed: {by: pytest}
        rules:
          programs:
            - permit: pytest
              where: {targets: /repo/**}
            - permit: git-push
              when: {after: tests_passed}
          network:
            - permit: http.request
              where: {host: a.example, path: any, method: [GET, HEAD], via: [none, git-push]}
            - permit: net.connect
              where: {host: git.example.com, port: 443, via: git-push}
        budgets:
          at-once: {at_once: 4, of: process.run, per: [run]}
        """,
        [3, 6, 10, 12, 13, 16, 18, 20, 20],
    ),
    "guard": (
        """\
        kind: guard
        vocabulary: [firm-vocabulary.yaml]
        labels:
          restricted: {from: [{file.read: {path: /x}}], guards: [all.send]}
        rules:
          firm:
            - id: hosts
              forbid: http.request
              unless: {host: $firm_hosts}
              why: The firm's network list does not hold this host.
        """,
        [3, 4, 5, 11],
    ),
    "vocabulary": ("kind: vocabulary\nsets: {universe: {name: [AAA, BBB]}}\n", [3]),
    "proxy": (
        """\
        servers:
          code: {url: "https://mcp.code.example/", tools_lock: code.lock.json}
        tools:
          code/merge: {effect: change, args: {owner: name, number: int}}
        approvals:
          two: {role: engineer, people: 2, within: 1d}
        rules:
          write:
            - id: merge
              ask: code/merge
              where: {owner: acme}
              when: {after: proposed}
              needs: two
              why: A merge reaches production.
        rates:
          searches: {of: [code/merge], burst: 10, every: 3s, per: [session]}
        """,
        [3, 14, 17],
    ),
    "desk": (
        """\
        under: [firm-guard.yaml]
        approvals:
          controller: {role: controller, people: 1, within: 1d, may_widen: {same: [payee], uses: 3, for: 30d}}
        agents:
          lead: {uses: [think]}
        budgets:
          tokens: {tokens: 3000000, of: model.call, per: [agent]}
          helpers: {at_once: 3, of: agent.spawn, per: [run]}
          spend: {count: 5, of: model.call, per: [run], soft: {above: 3, needs: controller}}
        """,
        [3, 5, 6, 9, 10, 10, 11],
    ),
    "retail": (
        """\
        tools:
          get_order: {effect: read, args: {order_id: name}}
        sets:
          own_orders: {name: [{of: $profile.orders, by: $customer.id}]}
        approvals:
          yes: {role: session-user, people: 1, within: 15m}
        rules:
          look:
            - permit: get_order
              where: {order_id: $own_orders}
            - forbid: get_order
              where: {order_id: $order.paid_with}
              when: {order: {status: pending}}
              why: Paid.
        """,
        [6, 14, 15],
    ),
    "analyst": (
        """\
        rules:
          query:
            - permit: sql.read
              where: {table: shop.public.customers, column: [email, phone], rows: {max: 500}}
              then: {mask: empty}
            - permit: model.call
              where: {model: any, tokens: {max: $limits.tokens}}
        """,
        [7, 9],
    ),
}


@pytest.mark.parametrize("name", EXCERPTS)
def test_excerpts_of_the_example_policies_meet_nothing_but_e_soon(name: str) -> None:
    body, lines = EXCERPTS[name]
    found = problems(body)
    assert [each.code for each in found] == ["E-SOON"] * len(found), [str(each) for each in found]
    assert [each.line for each in found] == lines
    assert all("not built yet" in each.message and each.remedy for each in found)


@pytest.mark.parametrize(
    "declared",
    [
        "{list: int, max: 3}",
        "{list: {decimal: EUR}, max: 3}",
        "{list: text, max: 3}",
        "{list: url, max: 3}",
        "{object: {a: url}}",
    ],
)
def test_types_that_are_not_built_yet(declared: str) -> None:
    found = problems(f"tools: {{t: {{effect: read, args: {{x: {declared}}}}}}}\n")
    assert [each.code for each in found] == ["E-SOON"]


def test_a_name_that_only_a_vocabulary_could_have_is_not_called_unknown() -> None:
    found = problems("vocabulary: [v.yaml]\nrules: {g: [{permit: firm_tool}, {permit: file.reed}]}\n")
    assert [(each.line, each.code) for each in found] == [(3, "E-SOON"), (4, "E-SOON"), (4, "E-VERB")]


def test_via_none_and_any_are_read_and_bound_nothing() -> None:
    policy = load(
        "rules: {g: [{permit: dir.list, where: {path: /a, via: none}},"
        " {permit: dir.make, where: {path: /a, via: any}}]}\n"
    )
    assert [len(rule.tests) for rule in policy.source.rules] == [1, 1]
    found = problems("rules: {g: [{permit: dir.list, where: {path: /a, via: pytest}}]}\n")
    assert [each.code for each in found] == ["E-REF"]
