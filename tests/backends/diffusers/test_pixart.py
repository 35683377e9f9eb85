"""PixArt: a learned variance beside the prediction, and padding that no attention sees."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch
from tests.backends.diffusers.cases import CASES

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.pixart import PIXART, visible

CASE = CASES["pixart-alpha"]


@functools.cache
def pipeline() -> Any:
    return CASE.make()


def test_half_of_the_channels_are_a_learned_variance() -> None:
    assert PIXART.guided_channels(pipeline().transformer) == 4
    assert pipeline().transformer.config.out_channels == 8


@pytest.mark.parametrize("method", ["apg", "perp-neg", "cfg-zero"])
def test_methods_that_project_do_not_look_at_the_variance(method: str) -> None:
    """Other variance weights, the same picture: the pipeline throws the variance away, and so must a projection."""
    pipe = CASE.make()
    before = CASE.run(attach(pipe, "a dog", method=method))
    with torch.no_grad():
        # The last layer gives patches of 2 × 2 with the channels innermost: 4 of the prediction, 4 of the variance.
        rows = torch.arange(pipe.transformer.proj_out.out_features) % 8 >= 4
        pipe.transformer.proj_out.weight[rows] *= 3.0
    assert torch.allclose(CASE.run(attach(pipe, "a dog", method=method)), before, rtol=1e-4, atol=1e-4)


def test_an_attention_gets_the_negative_without_padding() -> None:
    with torch.no_grad():
        negative = PIXART.encode(pipeline(), "a dog", CASE.call)
        states = PIXART.states(pipeline().transformer, negative)
    tokens = len(pipeline().tokenizer("a dog").input_ids)
    assert negative["encoder_hidden_states"].shape[1] == CASE.call["max_sequence_length"]
    assert visible(negative).shape[1] == states.shape[1] == tokens


def test_nag_is_the_same_whatever_the_padding() -> None:
    short = CASE.run(attach(pipeline(), "a dog", method="nag"), max_sequence_length=16)
    wide = CASE.run(attach(pipeline(), "a dog", method="nag"), max_sequence_length=30)
    assert torch.allclose(short, wide, rtol=1e-4, atol=1e-3)
