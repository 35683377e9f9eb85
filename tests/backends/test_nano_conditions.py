"""How a weighted negative is read: its groups, their weights, and the weight of each token."""

from __future__ import annotations

import numpy as np
import pytest

from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.conditions import Negative, read_negative, read_prompt
from eschew.backends.nano.runtime import LEAD

RUNTIME = NanoBackend("nano-music", threads=1).runtime


def read(text: str) -> Negative:
    found = read_negative(RUNTIME, text)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["vinyl crackle, tape hiss", "vinyl crackle; tape hiss", "No drums!"])
def test_a_text_without_weights_reaches_the_model_as_it_stands(text: str) -> None:
    negative = read(text)

    assert (negative.text, negative.least, negative.mean) == (text, 1.0, 1.0)
    assert len(negative.layers) == 1
    np.testing.assert_array_equal(negative.whole, RUNTIME.encode(text))
    np.testing.assert_array_equal(negative.relative, 1.0)


def test_the_heavier_clauses_are_read_again_with_what_they_weigh_more() -> None:
    (all_three, one), (two, half), (cowbell, rest) = read(
        "(vinyl crackle:1.5), tape hiss, (cowbell:2)"
    ).layers

    np.testing.assert_array_equal(all_three, RUNTIME.encode("vinyl crackle, tape hiss, cowbell"))
    np.testing.assert_array_equal(two, RUNTIME.encode("vinyl crackle, cowbell"))
    np.testing.assert_array_equal(cowbell, RUNTIME.encode("cowbell"))
    assert (one, half, rest) == (1.0, 0.5, 0.5)


def test_every_token_of_a_clause_has_its_weight_and_those_before_the_words_have_none() -> None:
    negative = read("(vinyl crackle:2), tape hiss")

    np.testing.assert_allclose(negative.relative[:LEAD], 1.0)
    np.testing.assert_allclose(negative.relative[LEAD:] * negative.mean, [2, 2, 1, 1])
    np.testing.assert_array_equal(negative.whole, RUNTIME.encode("vinyl crackle, tape hiss"))


def test_one_weight_for_all_is_one_layer() -> None:
    negative = read("((vinyl crackle, tape hiss))")

    assert len(negative.layers) == 1
    assert negative.least == negative.mean == pytest.approx(1.21)
    np.testing.assert_array_equal(negative.relative, 1.0)


@pytest.mark.parametrize("text", ["", "   ", "(crackle:0)", "(crackle:-1), (hiss:0)"])
def test_nothing_above_zero_is_no_negative(text: str) -> None:
    assert read_negative(RUNTIME, text) is None


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
