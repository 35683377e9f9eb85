"""The claim itself, on the trained model: the words remove what they name, and other words do not.

Small here (12 pairs), so the bounds are wide; the figures with 48 pairs and their intervals are in the model card.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from eschew import api
from eschew.lab.values import Comparison

PAIRS = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("effect")


def compared(which: int, folder: Path, negative: str = "") -> Comparison:
    prompt, own = api.DEMO_PAIRS[which]
    return api.compare(api.Request(prompt, negative or own), folder, PAIRS, first_seed=500)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_the_negative_names_is_there_without_it_and_gone_with_it(folder: Path, which: int) -> None:
    result = compared(which, folder)
    first = result.targets[0]

    assert first.present_without >= 0.25
    assert first.removed is not None
    assert first.removed >= 0.75
    assert first.present_with <= 0.2


def test_an_unrelated_negative_leaves_the_crackle(folder: Path) -> None:
    result = compared(0, folder, "cowbell")
    (crackle,) = [k for k in result.kept if k.concept == "vinyl-crackle"]

    assert crackle.kept is not None
    assert crackle.kept >= 0.7


def test_the_two_arms_differ_and_neither_is_silent(folder: Path) -> None:
    result = compared(0, folder)

    assert result.identical_outputs == 0
    assert all(abs(m.mean) > 0 for m in result.moved)
    assert result.passes_per_step <= 2.5
