"""Names for what made a sample: equal for equal weights, another for any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.folder import model_folder
from eschew.catalog.model_facts import model
from eschew.errors import UnknownNameError
from eschew.lab.experiments import identity
from eschew.lab.experiments.identity import engine_identity

BASE = {"nano.json": "{}", "transformer.onnx": "graph", "transformer/w.safetensors": "weights"}
TURBO = {"nano.json": '{"base": "tiny", "part": "transformer"}', "difference.safetensors": "difference"}


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The identity of model `name`, after these files were written for a base and a difference to it."""
    tries = iter(range(100))

    def of(name: str, base: dict[str, str] = BASE, turbo: dict[str, str] = TURBO) -> str:
        root = tmp_path / f"weights-{next(tries)}"
        for folder, files in (("tiny", base), ("tiny-turbo", turbo)):
            for file, content in files.items():
                (root / folder / file).parent.mkdir(parents=True, exist_ok=True)
                (root / folder / file).write_text(content)
        monkeypatch.setattr(identity, "model_folder", lambda asked: model_folder(asked, root))
        return engine_identity(replace(model("nano-music"), id=name), NanoBackend(name))

    return of


def test_equal_weights_have_equal_names_wherever_they_lie(named) -> None:
    assert named("tiny") == named("tiny")
    assert named("tiny-turbo") == named("tiny-turbo")
    assert named("tiny").startswith("onnx/1/w1:")


def test_a_base_has_another_name_when_its_weights_change(named) -> None:
    assert named("tiny") != named("tiny", base=BASE | {"transformer/w.safetensors": "other"})


def test_what_is_added_to_a_base_is_not_part_of_the_base(named) -> None:
    assert named("tiny") == named("tiny", turbo=TURBO | {"difference.safetensors": "other"})


@pytest.mark.parametrize(
    "changed",
    [
        {"turbo": TURBO | {"difference.safetensors": "other"}},
        {"base": BASE | {"transformer/w.safetensors": "other"}},
        {"base": BASE | {"transformer.onnx": "another graph"}},
    ],
)
def test_a_difference_has_another_name_when_it_or_its_base_changes(named, changed) -> None:
    assert named("tiny-turbo") != named("tiny-turbo", **changed)


def test_a_difference_is_not_its_base(named) -> None:
    assert named("tiny-turbo") != named("tiny")


def test_a_difference_to_nothing_has_no_name(named) -> None:
    with pytest.raises(UnknownNameError, match="difference to tiny"):
        named("tiny-turbo", base={})
