"""How weights are read: the layers of a negative, and the words of a prompt."""

from __future__ import annotations

import numpy as np
import pytest

from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.conditions import read_negative, read_prompt

RUNTIME = NanoBackend("nano-music", threads=1).runtime


def test_a_layer_of_a_negative_is_the_conditions_of_its_text() -> None:
    (both, one), (crackle, rest) = read_negative(RUNTIME, "(vinyl crackle:1.5), tape hiss")

    np.testing.assert_array_equal(both, RUNTIME.encode("vinyl crackle, tape hiss"))
    np.testing.assert_array_equal(crackle, RUNTIME.encode("vinyl crackle"))
    assert (one, rest) == (1.0, 0.5)


@pytest.mark.parametrize("text", ["", "   ", "(crackle:0)", "(crackle:-1), (hiss:0)"])
def test_nothing_above_zero_is_no_negative(text: str) -> None:
    assert read_negative(RUNTIME, text) == ()


@pytest.mark.parametrize("text", ["lo-fi hip-hop, drums", "Lo-fi hip-hop with drums at 88 BPM"])
def test_a_prompt_without_weights_reaches_the_model_as_it_stands(text: str) -> None:
    np.testing.assert_array_equal(read_prompt(RUNTIME, text), RUNTIME.encode(text))
    np.testing.assert_array_equal(read_prompt(RUNTIME, f"({text}:1.0)"), RUNTIME.encode(text))


def test_a_weight_in_the_prompt_moves_the_conditions_of_its_words_alone() -> None:
    plain, weighted = (
        RUNTIME.encode("lo-fi hip-hop, drums"),
        read_prompt(RUNTIME, "lo-fi hip-hop, (drums:1.5)"),
    )

    assert weighted.shape == plain.shape
    np.testing.assert_array_equal(weighted[:, :-1], plain[:, :-1])
    assert np.abs(weighted[:, -1] - plain[:, -1]).mean() > 0.01


def test_at_a_weight_of_zero_words_are_unknown_ones() -> None:
    np.testing.assert_allclose(read_prompt(RUNTIME, "(drums:0)"), RUNTIME.encode("[UNK]"), atol=1e-6)
    np.testing.assert_array_equal(read_prompt(RUNTIME, "(drums:-1)"), read_prompt(RUNTIME, "(drums:0)"))
