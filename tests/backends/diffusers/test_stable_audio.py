"""Stable Audio Open: the null is zeros, the seconds stay the prompt's, and keys have fewer heads than queries."""

from __future__ import annotations

import functools
from typing import Any

import torch
from tests.backends.diffusers.cases import CASES

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.stable_audio import STABLE_AUDIO

CASE = CASES["stable-audio-open"]
CALL: dict[str, Any] = {"audio_start_in_s": 0.0, "audio_end_in_s": 4.0}


@functools.cache
def pipeline() -> Any:
    return CASE.make()


def test_the_null_is_zeros_and_not_the_empty_text() -> None:
    with torch.no_grad():
        empty = STABLE_AUDIO.encode(pipeline(), "", CALL)
    null = STABLE_AUDIO.null(pipeline(), CALL, empty)
    assert not null["encoder_hidden_states"].any()
    assert empty["encoder_hidden_states"].any()
    with torch.no_grad():
        assert not torch.equal(CASE.run(pipeline(), negative_prompt=""), CASE.run(pipeline()))


def test_masked_tokens_of_the_negative_are_zeros_and_stay() -> None:
    tokens = len(pipeline().tokenizer("a dog").input_ids)
    with torch.no_grad():
        states = STABLE_AUDIO.encode(pipeline(), "a dog", CALL)["encoder_hidden_states"]
    assert states.shape[1] == pipeline().tokenizer.model_max_length + 2
    assert not states[:, tokens:-2].any()
    assert states[:, -2:].any()


def test_the_negative_has_the_seconds_of_the_prompt() -> None:
    with torch.no_grad():
        one, other = (
            STABLE_AUDIO.encode(pipeline(), text, CALL)["encoder_hidden_states"]
            for text in ("a dog", "a cat")
        )
        default = STABLE_AUDIO.encode(pipeline(), "a dog", {**CALL, "audio_end_in_s": None})
    assert torch.equal(one[:, -2:], other[:, -2:])
    assert torch.equal(default["encoder_hidden_states"], one)


def test_several_clips_of_one_prompt() -> None:
    steered = attach(pipeline(), "a dog", method="three-branch")
    assert len(CASE.run(steered, num_waveforms_per_prompt=2)) == 2
