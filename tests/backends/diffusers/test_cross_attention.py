"""What holds for every family that reads text by cross-attention, on tiny random weights of the real classes."""

from __future__ import annotations

import functools
import warnings
from typing import Any

import pytest
import torch
from tests.backends.diffusers.cases import CASES, DISTILLED, Case
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.errors import NoopError, PromptError, UsageError

NEGATIVE = "a dog"
ATTENTION = ("nag", "contrast", "vsf", "nasa", "ong")
OFF = {"nag": {"phi": 0.0}, "contrast": {"phi": 0.0}, "nasa": {"phi": 0.0}, "ong": {"strength": 0.0}}

every = pytest.mark.parametrize("name", CASES)


@functools.cache
def pipeline(name: str) -> Any:
    return CASES[name].make()


@functools.cache
def unsteered(name: str) -> Tensor:
    return CASES[name].run(pipeline(name))


def steered(name: str, method: str, **settings: Any) -> Tensor:
    return CASES[name].run(attach(pipeline(name), NEGATIVE, method=method, **settings))


def unguided(name: str, method: str | None = None, knobs: Any = None) -> Tensor:
    """The run at guidance 1, in which the pipeline itself computes the prompt alone; with a method if one is given."""
    case, pipe = CASES[name], pipeline(name)
    if method is not None:
        pipe = attach(pipe, NEGATIVE, method=method, knobs=knobs, guidance_scale=1.0, on_noop="warn")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        off: dict[str, Any] = dict.fromkeys(case.guidance, 1.0) if case.own_negative else {}
        return case.run(pipe, **off)


def state(case: Case, pipe: Any) -> tuple[Any, ...]:
    """Everything that eschew touches, by identity."""
    denoiser = getattr(pipe, case.denoiser)
    processors = [id(m.processor) for m in denoiser.modules() if hasattr(m, "processor")]
    return processors, "forward" in vars(denoiser), "_progress_bar_config" in vars(pipe)


def apart(a: Tensor, b: Tensor) -> float:
    """The largest difference, as a share of the largest value."""
    return float((a - b).abs().max() / b.abs().max())


@every
@pytest.mark.parametrize("method", ["nag", "cfg-substitution"])
def test_the_pipeline_is_afterwards_as_it_was(name: str, method: str) -> None:
    case, pipe = CASES[name], pipeline(name)
    plain, before = unsteered(name), state(case, pipe)
    more: dict[str, Any] = (
        {"guidance_scale": 1.5} if name in DISTILLED and method == "cfg-substitution" else {}
    )
    assert not torch.equal(steered(name, method, **more), plain)
    assert state(case, pipe) == before
    assert torch.equal(case.run(pipe), plain)


@every
def test_also_after_an_error_inside_the_pipeline(name: str) -> None:
    case, pipe = CASES[name], pipeline(name)
    unsteered(name)
    before = state(case, pipe)
    denoiser = getattr(pipe, case.denoiser)
    inner = [m for n, m in denoiser.named_modules() if "blocks" in n and isinstance(m, torch.nn.Linear)]
    inside: list[tuple[Any, ...]] = []

    def fail(*_: Any) -> None:
        inside.append(state(case, pipe))
        raise RuntimeError("out of memory")

    handle = inner[0].register_forward_pre_hook(fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        steered(name, "nag")
    handle.remove()
    assert inside[0] != before
    assert state(case, pipe) == before


@every
@pytest.mark.parametrize("method", OFF)
def test_settings_that_do_nothing_change_no_bit(name: str, method: str) -> None:
    with pytest.warns(UserWarning, match="changed nothing"):
        same = steered(name, method, knobs=OFF[method], on_noop="warn")
    assert apart(same, unsteered(name)) < CASES[name].limit
    assert torch.equal(unguided(name, method, OFF[method]), unguided(name))
    with pytest.raises(NoopError, match="changed nothing"):
        steered(name, method, knobs=OFF[method])


@every
def test_a_negative_moves_the_result_by_every_method_and_stays_finite(name: str) -> None:
    guidance: dict[str, Any] = {"guidance_scale": 1.5} if name in DISTILLED else {}
    for method in (*ATTENTION, "three-branch", "perp-neg", "apg", "cfg-zero", "dng"):
        result = steered(name, method, **guidance)
        assert not torch.equal(result, unsteered(name)), method
        assert result.isfinite().all(), method


def first_step(name: str, pipe: Any) -> dict[str, Tensor]:
    """What every attention of the denoiser gives in its first pass, at guidance 1."""
    case = CASES[name]
    outputs: dict[str, Tensor] = {}
    denoiser = getattr(pipeline(name), case.denoiser)
    handles = [
        module.register_forward_hook(lambda _m, _a, out, key=key: outputs.setdefault(key, out))
        for key, module in denoiser.named_modules()
        if hasattr(module, "processor")
    ]
    off: dict[str, Any] = dict.fromkeys(case.guidance, 1.0) if case.own_negative else {}
    case.run(pipe, **off)
    for handle in handles:
        handle.remove()
    return outputs


@every
def test_outside_the_window_no_attention_is_touched(name: str) -> None:
    late = attach(pipeline(name), NEGATIVE, method="nag", window=(0.5, 1.0), guidance_scale=1.0)
    steered, plain = first_step(name, late), first_step(name, pipeline(name))
    assert all(torch.equal(steered[key], plain[key]) for key in plain)


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("wan", "ltx", "hunyuan-dit", "latte")])
def test_in_the_window_the_first_to_differ_is_an_attention_that_reads_the_text(name: str) -> None:
    early = attach(pipeline(name), NEGATIVE, method="nag", window=(0.0, 0.4), guidance_scale=1.0)
    steered, plain = first_step(name, early), first_step(name, pipeline(name))
    crosses = set(early.family.attentions(getattr(pipeline(name), CASES[name].denoiser)))
    order = list(plain)
    moved = [key for key in order if not torch.equal(steered[key], plain[key])]
    assert moved[0] == next(key for key in order if key in crosses)


@pytest.mark.parametrize("name", [n for n, case in CASES.items() if case.own_negative])
def test_substitution_is_what_the_pipeline_does_with_its_own_negative(name: str) -> None:
    case = CASES[name]
    own = case.run(pipeline(name), negative_prompt=NEGATIVE)
    assert apart(steered(name, "cfg-substitution"), own) < case.limit
    assert apart(own, unsteered(name)) > 10 * case.limit


@pytest.mark.parametrize("name", [n for n, case in CASES.items() if case.own_negative])
def test_the_null_of_three_branches_is_the_pipelines_own(name: str) -> None:
    with pytest.warns(UserWarning, match="changed nothing"):
        plain = steered(name, "three-branch", negative_scale=0.0, on_noop="warn")
    assert apart(plain, unsteered(name)) < CASES[name].limit


# The distilled sampler of Stable Audio 3 draws one noise for all rows; Latte cuts texts to the longest in its batch.
@pytest.mark.parametrize("name", [n for n in CASES if n not in ("stable-audio-3-distilled", "latte")])
@pytest.mark.parametrize("method", ["nag", "cfg-substitution"])
def test_a_batch_is_its_samples_one_by_one(name: str, method: str) -> None:
    case, pipe = CASES[name], pipeline(name)
    more: dict[str, Any] = (
        {"guidance_scale": 1.5} if name in DISTILLED and method == "cfg-substitution" else {}
    )
    both = case.run(attach(pipe, NEGATIVE, method=method, **more), ["a cat", "blue sky"], (1, 2))
    for row, (prompt, seed) in enumerate([("a cat", 1), ("blue sky", 2)]):
        alone = case.run(attach(pipe, NEGATIVE, method=method, **more), prompt, (seed,))
        assert apart(both[row : row + 1], alone) < case.limit


@pytest.mark.parametrize("name", [n for n in CASES if not n.startswith("sd")])
def test_a_negative_longer_than_the_encoder_is_refused_with_a_caret(name: str) -> None:
    text = ", ".join(["abcdefghij"] * 30)
    with pytest.raises(PromptError) as refused:
        CASES[name].run(attach(pipeline(name), text, method="nag"))
    assert refused.value.span is not None
    assert 0 < refused.value.span[0] < refused.value.span[1] == len(text)


@pytest.mark.parametrize("name", [n for n in CASES if not n.startswith("sd")])
def test_a_contrast_needs_room_for_prompt_and_negative_together(name: str) -> None:
    prompt, negative = (", ".join(["abcdefghij"] * 12) for _ in range(2))
    with pytest.raises(PromptError, match="prompt and negative together") as refused:
        CASES[name].run(attach(pipeline(name), negative, method="contrast"), prompt)
    assert "nag" in refused.value.hint


@every
def test_a_negative_given_twice_is_refused(name: str) -> None:
    if not CASES[name].own_negative:
        return
    with pytest.raises(UsageError, match="given twice"):
        CASES[name].run(attach(pipeline(name), NEGATIVE), negative_prompt="a fox")


@pytest.mark.parametrize("name", DISTILLED)
def test_distilled_weights_get_nag_unasked(name: str) -> None:
    assert attach(pipeline(name), NEGATIVE).steer.method == "nag"
