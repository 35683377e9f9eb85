"""Asking what a negative prompt would do must be instant: the upper rooms load no heavy library."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

HEAVY = (
    "diffusers",
    "fastapi",
    "gradio",
    "matplotlib",
    "onnxruntime",
    "optuna",
    "pydantic",
    "ray",
    "scipy",
    "soundfile",
    "sqlalchemy",
    "tokenizers",
    "torch",
    "transformers",
)
"""What `import eschew` and `import eschew.cli` never load."""

HEAVY_FOR_TEXT = (*HEAVY, "numpy", "PIL")
"""What the rooms that only read text and tables never load."""

TEXT_ROOMS = ("errors", "settings", "prompt", "catalog", "request", "check", "policy", "plan")


def loaded_by(statement: str, candidates: tuple[str, ...]) -> list[str]:
    """Which of `candidates` are in memory after `statement`, in an interpreter of its own."""
    code = (
        f"{statement}\nimport json, sys\nprint(json.dumps([n for n in {candidates!r} if n in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    names: list[str] = json.loads(done.stdout)
    return names


def existing(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if find_spec(name) is not None]


CASES = [
    *(
        (module, HEAVY_FOR_TEXT)
        for module in existing(("eschew", *(f"eschew.{room}" for room in TEXT_ROOMS)))
    ),
    *((module, HEAVY) for module in existing(("eschew.api", "eschew.hooks", "eschew.cli"))),
]


@pytest.mark.parametrize(("module", "heavy"), CASES, ids=[module for module, _ in CASES])
def test_nothing_heavy_is_loaded(module: str, heavy: tuple[str, ...]) -> None:
    assert loaded_by(f"import {module}", heavy) == []


def test_a_heavy_import_would_be_noticed() -> None:
    assert loaded_by("import eschew, numpy", HEAVY_FOR_TEXT) == ["numpy"]


def test_a_module_that_does_not_import_is_an_error_and_not_light() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        loaded_by("import eschew.no_such_room", HEAVY)
