"""A negative with weights as texts of one weight each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eschew.backends.layers import Layer, beside, layers_of


@pytest.mark.parametrize(
    "text", ["vinyl crackle, tape hiss", "vinyl crackle; tape hiss", "No drums!", "smile :)"]
)
def test_a_text_without_weights_is_one_layer_as_it_stands(text: str) -> None:
    assert layers_of(text) == (Layer(text, 1.0),)


def test_the_heavier_clauses_are_read_again_with_what_they_weigh_more() -> None:
    assert layers_of("(vinyl crackle:1.5), tape hiss, (cowbell:2)") == (
        Layer("vinyl crackle, tape hiss, cowbell", 1.0),
        Layer("vinyl crackle, cowbell", 0.5),
        Layer("cowbell", 0.5),
    )


@pytest.mark.parametrize("text", ["((vinyl crackle, tape hiss))", "(vinyl crackle:1.21), (tape hiss:1.21)"])
def test_one_weight_for_all_is_one_layer(text: str) -> None:
    (layer,) = layers_of(text)

    assert layer.text == "vinyl crackle, tape hiss"
    assert layer.weight == pytest.approx(1.21)


def test_other_dialects_are_read_as_well() -> None:
    (layer,) = layers_of("(vinyl crackle)++")

    assert layer.text == "vinyl crackle"
    assert layer.weight == pytest.approx(1.21)


@pytest.mark.parametrize("text", ["", "  ", "(crackle:0)", "(crackle:-1), (hiss:0)"])
def test_nothing_above_zero_is_no_layer(text: str) -> None:
    assert layers_of(text) == ()


def test_a_clause_of_no_weight_is_left_out() -> None:
    assert layers_of("(vinyl crackle:0), tape hiss") == (Layer("tape hiss", 1.0),)


WEIGHTS = st.lists(st.integers(0, 300).map(lambda n: n / 100), min_size=1, max_size=5)


@given(WEIGHTS)
def test_the_layers_that_hold_a_clause_sum_to_its_weight(weights: list[float]) -> None:
    """Clauses are single letters, so that a text says which it holds."""
    layers = layers_of(", ".join(f"({letter}:{w})" for letter, w in zip("abcde", weights, strict=False)))

    for letter, weight in zip("abcde", weights, strict=False):
        held = [layer.weight for layer in layers if letter in layer.text.split(", ")]
        assert sum(held) == pytest.approx(weight)
    assert all(layer.weight > 0 for layer in layers)


@pytest.mark.parametrize("prompt", ["a cat", "a cat.", "a cat, ", "a cat;"])
def test_behind_the_prompt_a_negative_is_one_more_clause_of_it(prompt: str) -> None:
    assert beside(prompt, "text, logo") == "a cat, text, logo"
