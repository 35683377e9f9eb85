"""Guiders in a modular pipeline: the formulas of `eschew.guidance`, and the denoiser afterwards as it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import AdaptiveProjectedGuidance, ClassifierFreeGuidance
from tests.backends.diffusers.tiny_modular import picture, text, tiny_modular_sdxl
from torch import Tensor, nn

from eschew.backends.diffusers.guiders import (
    NormalizedAttentionGuidance,
    PerpNegGuidance,
    ProjectedGuidance,
    SubstitutionGuidance,
    ThreeBranchGuidance,
)
from eschew.errors import KnobError, NoopError, RefusalError

GUIDERS = (
    SubstitutionGuidance(),
    ThreeBranchGuidance(),
    PerpNegGuidance(),
    ProjectedGuidance(),
    NormalizedAttentionGuidance(),
)


@pytest.fixture(scope="module")
def pipe() -> Any:
    return tiny_modular_sdxl()


def apart(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().max() / b.abs().max())


def test_substitution_is_the_stock_guider(pipe: Any) -> None:
    assert (
        apart(
            picture(pipe, SubstitutionGuidance(guidance_scale=5.0)),
            picture(pipe, ClassifierFreeGuidance(5.0)),
        )
        < 1e-5
    )


def test_three_branches_at_w_minus_one_are_the_stock_guider(pipe: Any) -> None:
    stock = picture(pipe, ClassifierFreeGuidance(5.0))

    assert apart(picture(pipe, ThreeBranchGuidance(guidance_scale=5.0, negative_scale=4.0)), stock) < 1e-4
    assert apart(picture(pipe, ThreeBranchGuidance(guidance_scale=5.0, negative_scale=2.0)), stock) > 1e-2


def test_projected_guidance_is_the_stock_guider_with_its_settings(pipe: Any) -> None:
    stock = AdaptiveProjectedGuidance(
        4.0, adaptive_projected_guidance_momentum=-0.75, adaptive_projected_guidance_rescale=2.5, eta=0.0,
        use_original_formulation=True,
    )  # fmt: skip

    assert apart(picture(pipe, ProjectedGuidance(guidance_scale=5.0)), picture(pipe, stock)) < 1e-4


@pytest.mark.parametrize("guider", GUIDERS, ids=lambda g: type(g).__name__)
def test_a_negative_acts_and_the_denoiser_is_as_it_was(pipe: Any, guider: Any) -> None:
    def state() -> Any:
        unet = pipe.unet
        hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in unet.modules())
        return {name: id(p) for name, p in unet.attn_processors.items()}, hooks

    before = state()

    assert apart(picture(pipe, guider), picture(pipe, guider.new(), negative=3)) > 1e-4
    assert guider.get_state()["changed"]
    assert state() == before


@pytest.mark.parametrize("guider", GUIDERS, ids=lambda g: type(g).__name__)
def test_a_guider_can_be_used_again_and_made_anew(pipe: Any, guider: Any) -> None:
    first = picture(pipe, guider)

    assert torch.equal(picture(pipe, guider), first)
    assert torch.equal(picture(pipe, guider.new()), first)


@pytest.mark.parametrize(
    "guider",
    [
        ThreeBranchGuidance(guidance_scale=5.0, negative_scale=0.0),
        PerpNegGuidance(guidance_scale=5.0, negative_scale=0.0),
        NormalizedAttentionGuidance(guidance_scale=5.0, phi=0.0),
    ],
)
def test_without_strength_the_prompt_is_guided_from_the_null_and_that_is_an_error(
    pipe: Any, guider: Any
) -> None:
    with pytest.raises(NoopError, match="changed nothing"):
        picture(pipe, guider)

    null = {"prompt_embeds": torch.zeros(1, 5, 16), "text_embeds": torch.zeros(1, 16)}
    quiet = guider.new(on_noop="warn")
    quiet.use_null(null)
    plain = SubstitutionGuidance(guidance_scale=5.0)
    with pytest.warns(UserWarning, match="does nothing"):
        out = picture(pipe, quiet)
    pipe.update_components(guider=plain)
    expected = pipe(
        prompt_embeds=text(1)[0], pooled_prompt_embeds=text(1)[1], negative_prompt_embeds=null["prompt_embeds"],
        negative_pooled_prompt_embeds=null["text_embeds"], num_inference_steps=4, height=64, width=64,
        generator=torch.Generator().manual_seed(0), output="latents",
    )  # fmt: skip
    assert torch.equal(out, expected)


def test_a_negative_that_is_the_prompt_is_an_error(pipe: Any) -> None:
    with pytest.raises(NoopError, match="the same to the model"):
        picture(pipe, NormalizedAttentionGuidance(), negative=None)


def test_nag_computes_the_negative_once(pipe: Any) -> None:
    calls: list[int] = []
    handle = pipe.unet.register_forward_pre_hook(lambda *_: calls.append(1))
    try:
        picture(pipe, NormalizedAttentionGuidance(), steps=4)
    finally:
        handle.remove()

    assert len(calls) == 5


def test_nag_in_a_window_acts_there_alone(pipe: Any) -> None:
    whole, late = NormalizedAttentionGuidance(), NormalizedAttentionGuidance(start=0.75)
    never = NormalizedAttentionGuidance(phi=0.0, on_noop="warn")

    with pytest.warns(UserWarning, match="does nothing"):
        unguided = picture(pipe, never)
    assert 0 < apart(picture(pipe, late), unguided) < apart(picture(pipe, whole), unguided)


def test_an_error_in_the_denoiser_leaves_it_as_it_was(pipe: Any) -> None:
    before = {name: id(p) for name, p in pipe.unet.attn_processors.items()}

    def fail(*_: Any) -> None:
        raise RuntimeError("out of memory")

    handle = pipe.unet.mid_block.register_forward_pre_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="out of memory"):
            picture(pipe, NormalizedAttentionGuidance())
    finally:
        handle.remove()
    assert {name: id(p) for name, p in pipe.unet.attn_processors.items()} == before
    assert "forward" not in vars(pipe.unet)


def test_a_number_out_of_range_is_a_sentence() -> None:
    with pytest.raises(KnobError, match="from 0 to 100, not nan"):
        ThreeBranchGuidance(guidance_scale=float("nan"))
    with pytest.raises(KnobError, match="from 0 to 100, not inf"):
        PerpNegGuidance(negative_scale=float("inf"))
    with pytest.raises(KnobError, match="tau"):
        NormalizedAttentionGuidance(tau=0.5)
    with pytest.raises(KnobError, match="raise or warn"):
        SubstitutionGuidance(on_noop="never")


def test_joint_attention_is_refused() -> None:
    guider = NormalizedAttentionGuidance()
    guider.set_state(0, 4, torch.tensor(1))
    guider.prepare_inputs({"encoder_hidden_states": (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))})

    with pytest.raises(RefusalError, match="no attention that reads the text alone"):
        guider.prepare_models(nn.Linear(2, 2))
