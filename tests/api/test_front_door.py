"""`eschew.attach` and its neighbours: there when asked for, light until then, and a sentence where PyTorch is missing."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib.machinery import ModuleSpec
from typing import Any

import pytest

import eschew
from eschew import api
from eschew.backends import engine
from eschew.errors import MissingExtraError, UsageError


def test_the_verbs_are_those_of_the_api() -> None:
    for name in set(eschew.__all__) - {"__version__"}:
        assert getattr(eschew, name) is getattr(api, name)
    assert set(dir(eschew)) >= {"attach", "generate"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'attatch'"):
        _ = eschew.attatch


def test_naming_attach_loads_neither_numpy_nor_pytorch() -> None:
    code = "import sys, eschew; eschew.attach; print([m for m in ('torch', 'numpy', 'diffusers') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("missing", engine.EXTRA)
def test_a_missing_package_is_one_sentence_with_the_command(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def found(name: str) -> Any:
        return None if name == missing else ModuleSpec(name, None)

    monkeypatch.setattr(engine, "find_spec", found)

    with pytest.raises(MissingExtraError, match=f"{missing} is not installed") as caught:
        eschew.attach(object(), "vinyl crackle")
    assert caught.value.hint == "pip install 'eschew[diffusers]'"
    assert caught.value.exit_code == 2


def test_something_that_is_no_pipeline_is_refused() -> None:
    with pytest.raises(UsageError, match="object is no pipeline"):
        eschew.attach(object(), "vinyl crackle")


def test_every_argument_of_attach_reaches_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with a value of its own, so that none can be left out or stand in for another."""
    from eschew.backends import diffusers

    given: dict[str, Any] = {name: f"<{name}>" for name in inspect.signature(diffusers.attach).parameters}
    passed: dict[str, Any] = {}

    def recorded(pipe: Any, negative_prompt: str, **rest: Any) -> None:
        passed.update(rest, pipe=pipe, negative_prompt=negative_prompt)

    monkeypatch.setattr(diffusers, "attach", recorded)
    eschew.attach(given.pop("pipe"), given.pop("negative_prompt"), **given)

    assert passed == {**given, "pipe": "<pipe>", "negative_prompt": "<negative_prompt>"}
