"""The turbos: one pass a step, through the graphs and through diffusers alike, and no guidance on top."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eschew import api
from eschew.backends.engine import open_backend
from eschew.backends.nano.folder import model_folder
from eschew.backends.nano.receipts import NO_GUIDANCE
from eschew.catalog.model_facts import model
from eschew.errors import RefusalError
from eschew.plan import Plan
from eschew.request import ANY_ENGINE, Engine, Request

ASKED = {
    "nano-music-turbo": ("Lo-fi hip-hop with drums and electric piano", "vinyl crackle, tape hiss"),
    "nano-image-turbo": ("a stock illustration of a cat", "watermark"),
}
turbos = pytest.mark.parametrize("turbo", sorted(ASKED))


def plan_of(turbo: str, **wishes: Any) -> Plan:
    prompt, negative = ASKED[turbo]
    return api.plan(Request(prompt, negative, turbo, **wishes))


def made(plan: Plan, engine: Engine = ANY_ENGINE) -> Any:
    return open_backend(model(plan.model), engine, 1).sample(plan, 7)


def content(sample: Any) -> np.ndarray[Any, Any]:
    values: np.ndarray[Any, Any] = sample.audio if hasattr(sample, "audio") else sample.pixels
    return values


@turbos
def test_a_step_is_one_pass_at_guidance_1(turbo: str) -> None:
    plan = plan_of(turbo, method="none")

    receipt = made(plan).receipt

    assert (plan.guidance_scale, receipt.steps, receipt.passes) == (1.0, 8, 8)


@turbos
def test_guidance_asked_for_all_the_same_is_not_honoured_and_changes_nothing(turbo: str) -> None:
    plan = plan_of(turbo, method="none")

    guided = made(replace(plan, guidance_scale=4.0))

    knob = next(k for k in guided.receipt.knobs if k.field == "guidance_scale")
    assert (knob.honoured, knob.because) == (False, NO_GUIDANCE)
    np.testing.assert_array_equal(content(guided), content(made(plan)))


@turbos
def test_substitution_is_refused_as_on_other_turbos(turbo: str) -> None:
    with pytest.raises(RefusalError, match="cannot run"):
        plan_of(turbo, method="cfg-substitution")

    findings = api.check(Request(*ASKED[turbo], turbo, "cfg-substitution"))
    assert "method-misfit" in {finding.name for finding in findings}


@turbos
def test_the_negative_costs_no_more_than_a_quarter(turbo: str) -> None:
    plan = plan_of(turbo)

    assert made(plan).receipt.passes <= 1.25 * plan.num_inference_steps


@turbos
def test_a_turbo_is_not_its_base(turbo: str) -> None:
    folder = model_folder(turbo)

    assert folder.facts.distilled
    assert folder.weights is not None
    assert folder.weights[1] != (folder.base / folder.weights[0]).read_bytes()


@turbos
def test_both_engines_make_the_same(turbo: str) -> None:
    pytest.importorskip("torch", reason="PyTorch is installed by `make test`")
    plan = plan_of(turbo)

    through_onnx, through_torch = made(plan), made(plan, Engine(name="diffusers"))

    difference = np.abs(content(through_onnx).astype(np.float32) - content(through_torch).astype(np.float32))
    # A picture is rounded to 8 bits, and the phase of a clip is found by rounds that widen the last bits.
    assert float(np.mean(difference)) < (0.01 if "music" in turbo else 0.5)
