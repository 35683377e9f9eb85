"""Sana and Sana Sprint: one instruction before prompts, none before negatives; and a pipeline without a negative."""

from __future__ import annotations

import functools
from typing import Any

import torch
from tests.backends.diffusers.cases import CASES

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.sana import SANA, SANA_SPRINT


@functools.cache
def pipeline(name: str) -> Any:
    return CASES[name].make()


def test_the_instruction_stands_before_no_negative_of_sana() -> None:
    pipe = pipeline("sana")
    told = {**CASES["sana"].call, "complex_human_instruction": ["be brief"]}
    with torch.no_grad():
        with_it = SANA.encode(pipe, "a dog", told)["encoder_hidden_states"]
        without = SANA.encode(pipe, "a dog", {**told, "complex_human_instruction": None})[
            "encoder_hidden_states"
        ]
    assert torch.equal(with_it, without)


def test_sprint_encodes_the_negative_as_it_encodes_a_prompt() -> None:
    pipe, case = pipeline("sana-sprint"), CASES["sana-sprint"]
    told = {**case.call, "complex_human_instruction": ["be brief"]}
    with torch.no_grad():
        states = SANA_SPRINT.encode(pipe, "a dog", told)["encoder_hidden_states"]
        prompt, _ = pipe.encode_prompt(
            "a dog", clean_caption=False, max_sequence_length=24, complex_human_instruction=["be brief"]
        )
    assert torch.equal(states, prompt)


def test_the_embedded_scale_of_sprint_stays_the_callers() -> None:
    pipe, case = pipeline("sana-sprint"), CASES["sana-sprint"]
    weak = case.run(attach(pipe, "a dog"), guidance_scale=2.0)
    strong = case.run(attach(pipe, "a dog"), guidance_scale=8.0)
    assert not torch.equal(weak, strong)


def test_nag_costs_sprint_no_pass() -> None:
    steered = attach(pipeline("sana-sprint"), "a dog")
    CASES["sana-sprint"].run(steered)
    assert steered.receipt is not None
    assert steered.receipt.passes == steered.receipt.steps == 2
