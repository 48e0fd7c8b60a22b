"""`havocproof graph`: draws a PocketFlow flow, with what each node may do under a policy."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from havocproof.errors import ConfigError

Commands = Any  # argparse does not name the type of its subparsers publicly


def add(commands: Commands) -> None:
    """Adds the command to the command line."""
    text = "draw a PocketFlow flow as Mermaid, with what each node may do"
    made = commands.add_parser("graph", help=text, description=f"{text[0].upper()}{text[1:]}. The file is imported.")
    made.add_argument(
        "app", metavar="APP[:NAME]", help="Python file; the name of a flow, or of a function that makes it"
    )
    made.add_argument("--policy", type=Path, help="policy file: what each node may do under it")
    made.add_argument("--agent", default="", help="the kind of agent that runs it (default: the one nobody starts)")
    made.add_argument("--image", type=Path, metavar="FILE", help="write an SVG image there as well")
    made.add_argument("--findings", action="store_true", help="say on standard error what is odd about the flow")
    made.set_defaults(go=_graph)


def _graph(options: argparse.Namespace) -> int:
    try:
        import pocketflow  # noqa: F401  to say what is missing
    except ImportError:
        raise ConfigError("pocketflow is not installed", 'Install it: pip install "havocproof[pocketflow]"') from None
    from havocproof.pocketflow import diagnose
    from havocproof.pocketflow.mermaid import mermaid
    from havocproof.pocketflow.picture import picture
    from havocproof.pocketflow.svg import svg
    from havocproof.policy import load_policy

    policy = None if options.policy is None else load_policy(options.policy)
    if policy is None and options.agent:
        raise ConfigError("--agent says whose rights are shown, and there is no policy", "Give --policy as well.")
    if options.image is not None and options.image.suffix.lower() != ".svg":
        raise ConfigError(f"{options.image} is no .svg file", "Images are drawn as SVG: name it so.")
    path, _, name = options.app.partition(":")
    flow = _flow(_imported(Path(path)), name, path)
    shown = picture(flow, policy, options.agent)
    print(mermaid(shown), end="")
    if options.image is not None:
        try:
            options.image.write_text(svg(shown), encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{options.image} cannot be written: {error.strerror}", "Name another file.") from None
    found = diagnose(flow, policy) if options.findings else ()
    for finding in found:
        print(f"{finding.level}: {finding}\n    {finding.remedy}", file=sys.stderr)
    return int(bool(found))


def _imported(path: Path) -> ModuleType:
    """The file as a module, as if it were imported by its name; what stands under `if __name__` does not run."""
    if not path.is_file():
        raise ConfigError(f"{path} is no file", "Give the Python file that has the flow.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path} is no Python file", "Give the Python file that has the flow.")
    module = importlib.util.module_from_spec(spec)
    before, sys.modules[path.stem] = sys.modules.get(path.stem), module
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigError(f"{path} cannot be imported: {type(error).__name__}: {error}", "Run it by itself.") from error
    finally:
        sys.path.remove(str(path.resolve().parent))
        if before is None:
            del sys.modules[path.stem]
        else:
            sys.modules[path.stem] = before
    return module


def _flow(module: ModuleType, name: str, path: str) -> Any:
    """The flow of that name, made if it is a function; without a name the one flow that the module holds."""
    import pocketflow

    if not name:
        flows = {each: value for each, value in vars(module).items() if isinstance(value, pocketflow.Flow)}
        if len({id(flow) for flow in flows.values()}) != 1:
            held = f"has the flows {', '.join(sorted(flows))}" if flows else "holds no flow"
            raise ConfigError(f"{path} {held}", "Name a flow, or a function that makes one: app.py:name")
        return next(iter(flows.values()))
    found = getattr(module, name, None)
    if found is None:
        raise ConfigError(f"{path} has no {name}", "Name a flow of the file, or a function that makes one.")
    if callable(found) and not isinstance(found, pocketflow.BaseNode):
        try:
            found = found()
        except Exception as error:
            raise ConfigError(
                f"{name}() of {path} failed: {type(error).__name__}: {error}", "It takes no arguments."
            ) from error
    if not isinstance(found, pocketflow.BaseNode):
        raise ConfigError(f"{name} of {path} is no flow", "Name a flow, or a function that makes one.")
    return found
