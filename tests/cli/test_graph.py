"""`havocproof graph`: what is drawn is the flow that is there, and what the policy says of each node."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from havocproof.cli.main import main
from havocproof.errors import ConfigError
from havocproof.pocketflow.mermaid import mermaid
from havocproof.pocketflow.picture import Box, Picture, picture
from havocproof.pocketflow.reach import acts, may
from havocproof.pocketflow.svg import svg
from havocproof.policy import loads_policy

APP = """
import pocketflow
from havocproof.actions import FileMove, FileWrite
from havocproof.pocketflow import Act, Delegate, perform, named

def save(path):
    return perform(FileWrite(path=path, content="x"))

class Save(pocketflow.Node):
    def exec(self, prep_res):
        return self.again()
    def again(self):
        return save("/desk/a")

class Pay(pocketflow.Node):
    def exec(self, prep_res):
        return perform({"action": "money.payment", "args": prep_res})

class Drop(pocketflow.Node):
    def post(self, shared, prep_res, exec_res):
        return [perform({"action": name, "args": {}}) for name in ("file.delete", "publish")]

class Quiet(pocketflow.Node):
    pass

def make():
    act = Act()
    save, pay, drop = Save(max_retries=3), Pay(), Drop()
    inner = pocketflow.Flow(start=pay)
    pay >> drop
    act - "performed" >> save
    act - "denied" >> act
    act - "failed" >> act
    save >> inner >> Delegate("reader", pocketflow.Flow(start=named(Save(), "read")))
    return pocketflow.Flow(start=act)

flow = make()
other = pocketflow.Flow(start=Quiet())
not_a_flow = 7
"""
POLICY = """
havocproof: 1
policy: drawn
approvals: {lead: {role: lead, people: 1, within: 1h}}
tools: {publish: {effect: send, args: {page: name}}}
agents:
  lead: {uses: [notes, vendors], delegates: [pages], starts: [reader]}
  reader: {uses: [pages]}
rules:
  notes:
    - {id: notes, permit: file.write, where: {path: /desk/**}}
    - {id: keys, forbid: file.write, where: {name: key}, why: Keys stay.}
    - {id: no-pages, forbid: publish, why: Nothing is published.}
  vendors: [{id: pay, ask: money.payment, where: {account: costs, payee: any, amount: any}, needs: lead, why: w}]
  pages: [{id: pages, permit: [file.read, dir.list], where: {path: /desk/**}}]
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path / "app.py"


def boxes(text: str) -> dict[str, str]:
    """From a node's title to what stands in its box."""
    found = re.findall(r'n\d+\["<b>(.*?)</b>(.*?)"\]', text)
    return {title: lines.replace("<br/>", "|") for title, lines in found}


def test_the_chart_shows_nodes_edges_and_what_each_may_do(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", f"{app}:flow", "--policy", str(app.with_name("policy.yaml"))]) == 0
    text = capsys.readouterr().out
    assert text.startswith("flowchart TD\n")
    assert boxes(text) == {
        "Act": "|anything that lead may:|agent.spawn: permit by agents:lead.starts"
        "|file.write: permit by notes unless keys"
        "|money.payment: ask of lead by pay",
        "Save (3 attempts)": "|file.write: permit by notes unless keys",
        "Pay": "|money.payment: ask of lead by pay",
        "Drop": "|file.delete: deny|publish: deny",
        "Delegate": "|agent.spawn: permit by agents:lead.starts",
        "read": "|file.write: deny",
    }
    assert len(re.findall(r"subgraph ", text)) == 3
    assert "agent reader" in text
    assert '-->|"denied, failed"|' in text
    assert "-. starts .->" in text
    ids = set(re.findall(r"\bn\d+\b", text))
    assert len(ids) == len(re.findall(r'^ *(?:subgraph )?n\d+\["', text, re.MULTILINE)) == 9


def test_without_a_policy_only_the_flow_is_drawn(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", f"{app}:make"]) == 0
    assert set(boxes(capsys.readouterr().out).values()) == {""}


def test_the_image_holds_the_same_and_boxes_do_not_overlap(app: Path, tmp_path: Path) -> None:
    image = tmp_path / "flow.svg"
    assert main(["graph", f"{app}:flow", "--policy", str(app.with_name("policy.yaml")), "--image", str(image)]) == 0
    root = ET.fromstring(image.read_text(encoding="utf-8"))
    tag = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in root.iter(f"{tag}text")]
    assert {"Act", "Save (3 attempts)", "Pay", "read", "publish: deny", "denied, failed"} <= set(texts)
    rects = [
        tuple(float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        for rect in root.iter(f"{tag}rect")
        if "x" in rect.attrib
    ]
    assert len(rects) == 9
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for x, y, wide, high in rects:
        assert x >= 0
        assert y >= 0
        assert x + wide <= width
        assert y + high <= height
    for at, one in enumerate(rects):
        for other in rects[at + 1 :]:
            assert apart(one, other) or within(one, other) or within(other, one)
    assert len(list(root.iter(f"{tag}path"))) == 1 + 6  # the tip, and the edges


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[0] + one[2] <= other[0]
        or other[0] + other[2] <= one[0]
        or one[1] + one[3] <= other[1]
        or other[1] + other[3] <= one[1]
    )


def within(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        other[0] < one[0]
        and other[1] < one[1]
        and one[0] + one[2] < other[0] + other[2]
        and one[1] + one[3] < other[1] + other[3]
    )


def test_text_of_the_flow_says_nothing_to_the_drawing() -> None:
    box = Box("n1", 'x"]; click n1 "javascript:alert(1)" <script>|`\n', False)
    shown = Picture([box], [])
    text = mermaid(shown)
    assert "<script>" not in text
    assert text.count('"') == 2
    assert len(text.splitlines()) == 4
    root = ET.fromstring(svg(shown))
    assert [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")] == [box.name.replace("\n", " ")]


def test_findings_are_told_and_change_the_exit_code(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", f"{app}:other", "--findings"]) == 0
    assert main(["graph", f"{app}:flow", "--policy", str(app.with_name("policy.yaml")), "--findings"]) == 1
    told = capsys.readouterr().err
    assert "warning: PF-LOOP Flow/Act" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{app}"], "has the flows flow, other"),
        (["{app}:nothing"], "has no nothing"),
        (["{app}:not_a_flow"], "is no flow"),
        (["{app}:Pay.exec"], "has no Pay.exec"),
        (["{app}x:flow"], "is no file"),
        (["{app}:flow", "--agent", "lead"], "there is no policy"),
        (["{app}:flow", "--policy", "{policy}", "--agent", "boss"], "no agent boss"),
        (["{app}:flow", "--image", "a.png"], "is no .svg file"),
        (["{app}:flow", "--image", "/nowhere/a.svg"], "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    app: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graph", *(each.format(app=app, policy=app.with_name("policy.yaml")) for each in arguments)]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_fails_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.py").write_text("raise ValueError('no')", encoding="utf-8")
    assert main(["graph", str(tmp_path / "bad.py")]) == 2
    assert "cannot be imported: ValueError: no" in capsys.readouterr().err


# ---- what a node's code names ----


def test_what_cannot_be_read_counts_as_anything() -> None:
    import pocketflow

    from havocproof.pocketflow import perform

    class Hidden(pocketflow.Node):
        def exec(self, prep_res: object) -> object:
            return perform(prep_res)  # type: ignore[arg-type]

    class Nothing(pocketflow.Node):
        def exec(self, prep_res: object) -> object:
            return prep_res

    policy = loads_policy(POLICY)
    assert acts(Hidden(), policy.tools) is None
    assert acts(Nothing(), policy.tools) == frozenset()
    assert [box.tone for box in picture(pocketflow.Flow(start=Hidden()), policy).every()] == ["nothing", "model"]


def test_what_is_said_of_an_action_holds_for_the_gate() -> None:
    """What is shown as denied is denied for any arguments: nothing grants it, or a forbid without a condition."""
    policy = loads_policy(POLICY)
    shown = {(agent, each.action): each.verdict for agent in ("lead", "reader") for each in may(policy, agent, ACTIONS)}
    assert shown == {
        ("lead", "dir.list"): "deny",
        ("lead", "file.move"): "deny",
        ("lead", "file.write"): "permit",
        ("lead", "money.payment"): "ask",
        ("lead", "publish"): "deny",
        ("reader", "dir.list"): "permit",
        ("reader", "file.move"): "deny",
        ("reader", "file.write"): "deny",
        ("reader", "money.payment"): "deny",
        ("reader", "publish"): "deny",
    }
    with pytest.raises(ConfigError):
        picture(__import__("pocketflow").Flow(), policy, "boss")


ACTIONS = ("dir.list", "file.move", "file.write", "money.payment", "publish")
