"""Data goes down the list of rooms and imports go up it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = (
    "errors",
    "settings",
    "prompt",
    "catalog",
    "request",
    "check",
    "policy",
    "plan",
    "guidance",
    "backends",
    "lab",
    "feedback",
    "report",
    "api",
    "hooks",
)
"""From top to bottom; a module imports only from its own room and from those before it."""

FACES = ("cli", "gateway", "studio", "mcp")
"""Side by side below the rooms: they never import one another."""

FACES_IMPORT = {"api", "errors", "hooks", "settings"}

FRONT_DOOR = ""
"""The room of `eschew/__init__.py`, which hands out the public verbs on demand."""


def allowed(room: str) -> set[str]:
    """The rooms that a module in `room` may import from; KeyError for a room that is not on the list."""
    if room == FRONT_DOOR:
        return {"api", "errors"}
    if room == "__main__":
        return {"cli"}
    if room in FACES:
        return {room} | FACES_IMPORT
    if room not in ROOMS:
        raise KeyError(room)
    return set(ROOMS[: ROOMS.index(room) + 1])


def room_of(module: str) -> str:
    """`eschew.check.rules.clauses` lives in `check`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else FRONT_DOOR


def imported(source: str, module: str, *, package: bool) -> Iterator[tuple[int, str]]:
    """Line and room of each import from eschew, at any depth, absolute, relative, or through import_module("…")."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "eschew":
                    yield from _from_eschew(node.lineno, alias.name, [])
        elif isinstance(node, ast.ImportFrom):
            target = _absolute(node, module, package=package)
            if target.split(".")[0] == "eschew":
                yield from _from_eschew(node.lineno, target, [alias.name for alias in node.names])
        elif (
            isinstance(node, ast.Call) and node.args and _called(node.func) in {"import_module", "__import__"}
        ):
            name = node.args[0]
            if isinstance(name, ast.Constant) and str(name.value).split(".")[0] == "eschew":
                yield from _from_eschew(node.lineno, str(name.value), [])


def _absolute(node: ast.ImportFrom, module: str, *, package: bool) -> str:
    """The module an import statement names, dots resolved as Python resolves them."""
    if node.level == 0:
        return node.module or ""
    parts = module.split(".")
    here = parts if package else parts[:-1]
    base = here[: len(here) - (node.level - 1)]
    return ".".join([*base, node.module] if node.module else base)


def _called(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _from_eschew(line: int, target: str, names: list[str]) -> Iterator[tuple[int, str]]:
    """What an import of `target` (and `names` out of it) reaches. A public verb from the front door is the api."""
    if target != "eschew":
        yield line, room_of(target)
        return
    known = {*ROOMS, *FACES}
    for name in names or [""]:
        if name != "__version__":
            yield line, name if name in known else "api"


def violations(source: str, module: str, *, package: bool = False) -> list[str]:
    """Each import that goes down or sideways, as a sentence."""
    room = room_of(module)
    try:
        may = allowed(room)
    except KeyError:
        return [f"{module}: '{room}' is not on the list of rooms"]
    return [
        f"{module}, line {line}: {room or 'the front door'} may not import {target}"
        for line, target in imported(source, module, package=package)
        if target not in may
    ]


def module_name(path: Path, src: Path) -> str:
    """`src/eschew/check/__init__.py` is `eschew.check`."""
    parts = path.relative_to(src).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_import_goes_up(root: Path) -> None:
    src = root / "src"
    files = sorted((src / "eschew").rglob("*.py"))
    found = [
        line
        for path in files
        for line in violations(
            path.read_text(encoding="utf-8"), module_name(path, src), package=path.name == "__init__.py"
        )
    ]

    assert len(files) > 1
    assert found == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("eschew.prompt.parse", "from eschew.errors import PromptError"),
        ("eschew.prompt.parse", "from eschew.prompt.tree import Phrase"),
        ("eschew.prompt.parse", "from .tree import Phrase"),
        ("eschew.prompt.parse", "from ..errors import PromptError"),
        ("eschew.plan.draft", "import eschew.check"),
        ("eschew.plan.draft", "from eschew import __version__"),
        ("eschew.cli.app", "from eschew import api, errors\nfrom eschew.cli.look import table"),
        ("eschew.cli.app", "from eschew import generate"),
        ("eschew", "def __getattr__(name):\n    from eschew import api\n    return getattr(api, name)"),
        ("eschew.__main__", "from eschew.cli import main"),
        ("eschew.errors", "import json, numpy"),
    ],
)
def test_upward_imports_pass(module: str, source: str) -> None:
    assert violations(source, module) == []


@pytest.mark.parametrize(
    ("module", "source", "target"),
    [
        ("eschew.errors", "from eschew.settings import load", "settings"),
        ("eschew.prompt.parse", "from eschew.check import rules", "check"),
        ("eschew.prompt.parse", "from ..check import rules", "check"),
        ("eschew.prompt.parse", "from .. import check", "check"),
        ("eschew.prompt.parse", "import eschew.lab.experiments.design", "lab"),
        ("eschew.prompt.parse", "from eschew import generate", "api"),
        ("eschew.plan.draft", "def later():\n    from eschew.backends import nano", "backends"),
        ("eschew.plan.draft", "if TYPE_CHECKING:\n    from eschew.lab import Verdict", "lab"),
        ("eschew.plan.draft", "importlib.import_module('eschew.backends.nano')", "backends"),
        ("eschew.api", "from eschew import hooks", "hooks"),
        ("eschew.cli.app", "from eschew.plan import Plan", "plan"),
        ("eschew.gateway.app", "from eschew.cli import main", "cli"),
        ("eschew", "from eschew.lab import compare", "lab"),
    ],
)
def test_downward_and_sideways_imports_are_found(module: str, source: str, target: str) -> None:
    found = violations(source, module)

    assert len(found) == 1
    assert found[0].endswith(f"may not import {target}")


def test_relative_imports_of_a_package_start_at_the_package() -> None:
    assert violations("from . import tree", "eschew.prompt", package=True) == []
    assert violations("from .. import lab", "eschew.prompt", package=True) != []


def test_an_unknown_room_fails() -> None:
    assert violations("", "eschew.utils") == ["eschew.utils: 'utils' is not on the list of rooms"]
    assert violations("from eschew.helpers import x", "eschew.api") != []
