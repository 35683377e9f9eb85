"""`attach`, whatever the family: what it refuses, what it reports, and how it leaves the pipeline."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from tests.backends.diffusers.tiny_unet import SIZE, stable_diffusion

from eschew.backends.diffusers import attach
from eschew.errors import KnobError, NoopError, PromptError, RefusalError, UnknownNameError, UsageError


@pytest.fixture(scope="module")
def pipe() -> Any:
    """Stable Diffusion's real classes, tiny and untrained."""
    return stable_diffusion()


def picture(run: Any, **more: Any) -> torch.Tensor:
    """Four steps at a fixed seed."""
    options: dict[str, Any] = {
        "prompt": "a cat",
        "num_inference_steps": 4,
        "height": SIZE,
        "width": SIZE,
        "guidance_scale": 5.0,
    }
    generator = torch.Generator().manual_seed(1)
    out = run(**(options | more), generator=generator, output_type="latent")
    return torch.as_tensor(out.images)


def test_three_lines_give_a_pipeline_a_negative(pipe: Any) -> None:
    without = picture(pipe)
    with attach(pipe, "a dog") as steered:
        assert not torch.equal(picture(steered), without)


def test_the_pipeline_is_as_it_was_afterwards(pipe: Any) -> None:
    before, processors = picture(pipe), dict(pipe.unet.attn_processors)
    with attach(pipe, "a dog", method="nag") as steered:
        picture(steered)
    assert torch.equal(picture(pipe), before)
    assert all(now is processors[name] for name, now in pipe.unet.attn_processors.items())
    assert "forward" not in vars(pipe.unet)


def test_also_after_an_error_inside_the_pipeline(pipe: Any) -> None:
    def stop(*_: Any) -> Any:
        raise RuntimeError("the user pressed stop")

    processors = dict(pipe.unet.attn_processors)
    with pytest.raises(RuntimeError, match="pressed stop"), attach(pipe, "a dog", method="nag") as steered:
        picture(steered, callback_on_step_end=stop)
    assert all(now is processors[name] for name, now in pipe.unet.attn_processors.items())
    assert "forward" not in vars(pipe.unet)


def test_a_call_can_be_repeated_and_gives_the_same(pipe: Any) -> None:
    with attach(pipe, "a dog", method="apg") as steered:
        assert torch.equal(picture(steered), picture(steered))


def test_the_receipt_counts_passes(pipe: Any) -> None:
    for method, passes in (("cfg-substitution", 8), ("three-branch", 12), ("nag", 8)):
        with attach(pipe, "a dog", method=method) as steered:
            picture(steered)
        assert (steered.receipt.steps, steered.receipt.passes) == (4, passes)


def test_outside_the_window_no_pass_is_spent_on_the_negative(pipe: Any) -> None:
    with attach(
        pipe, "a dog", method="cfg-substitution", guidance_scale=1.0, negative_scale=3.0, window=(0.0, 0.25)
    ) as steered:
        picture(steered)
    assert steered.receipt.passes == 5


def test_a_contrast_is_nag_against_the_prompt_with_the_negative_in_it(pipe: Any) -> None:
    knobs = {"phi": 6.0, "tau": 2.0, "alpha": 0.3}
    with attach(pipe, "a dog", method="contrast", knobs=knobs) as contrast:
        ours = picture(contrast)
    with attach(pipe, "a cat, a dog", method="nag", knobs=knobs) as nag:
        assert torch.equal(ours, picture(nag))
    assert contrast.receipt is not None
    assert contrast.receipt.clipped is not None


@pytest.mark.parametrize("prompt", [["a cat", "a fox"], None])
def test_a_contrast_needs_one_prompt_in_words(pipe: Any, prompt: Any) -> None:
    more = {} if prompt else {"prompt_embeds": torch.zeros(1, 77, 32)}
    with (
        attach(pipe, "a dog", method="contrast") as steered,
        pytest.raises(RefusalError, match="one prompt") as caught,
    ):
        picture(steered, prompt=prompt, **more)
    assert "nag" in caught.value.hint


def test_nag_says_how_many_tokens_it_bounded(pipe: Any) -> None:
    with attach(pipe, "a dog", method="nag", knobs={"phi": 50.0, "tau": 1.0}) as steered:
        picture(steered)
    assert 0.0 < steered.receipt.clipped <= 1.0


def test_a_negative_that_changes_nothing_is_an_error(pipe: Any) -> None:
    with (
        pytest.raises(NoopError, match="changed nothing"),
        attach(pipe, "a dog", method="nag", knobs={"phi": 0.0}) as steered,
    ):
        picture(steered)


def test_or_a_warning_and_then_nothing_differs_by_a_bit(pipe: Any) -> None:
    without = picture(pipe)
    inert = attach(pipe, "a dog", method="three-branch", negative_scale=0.0, on_noop="warn")
    with inert as steered, pytest.warns(UserWarning, match="changed nothing"):
        with_inert = picture(steered)
    assert torch.equal(with_inert, without)
    assert not any(k.honoured for k in steered.receipt.knobs if k.field == "negative_prompt")


def test_identity_with_the_unguided_run_is_proven_on_request(pipe: Any) -> None:
    with attach(pipe, "a dog", against_unguided=True) as steered:
        picture(steered)
    assert steered.receipt.identical is False
    with (
        pytest.raises(NoopError),
        attach(pipe, "a dog", method="three-branch", negative_scale=0.0, against_unguided=True) as inert,
    ):
        picture(inert)
    assert inert.receipt.identical is True


def test_guidance_raised_from_one_is_in_the_receipt(pipe: Any) -> None:
    with attach(pipe, "a dog") as steered:
        picture(steered, guidance_scale=1.0)
    knob = next(k for k in steered.receipt.knobs if k.field == "guidance_scale")
    assert not knob.honoured
    assert "raised from 1 to 1.5" in knob.because


def test_weights_act(pipe: Any) -> None:
    results = []
    for text in ("a dog", "(a dog:1.5)", "(a dog:1.5), rain"):
        with attach(pipe, text, method="three-branch") as steered:
            results.append(picture(steered))
    assert not torch.equal(results[0], results[1])
    assert not torch.equal(results[1], results[2])


def test_a_weight_of_one_in_brackets_is_no_weight(pipe: Any) -> None:
    with attach(pipe, "a dog") as plain, attach(pipe, "(a dog:1.0)") as weighted:
        assert torch.equal(picture(plain), picture(weighted))


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_a_scale_that_is_no_scale(pipe: Any, value: float) -> None:
    with pytest.raises(KnobError, match="must be a number"):
        attach(pipe, "a dog", guidance_scale=value)
    with pytest.raises(KnobError):
        attach(pipe, "a dog", method="nag", knobs={"phi": value})


def test_a_method_nobody_knows(pipe: Any) -> None:
    with pytest.raises(UnknownNameError, match="nagg"):
        attach(pipe, "a dog", method="nagg")


def test_a_method_of_words_does_not_attach(pipe: Any) -> None:
    with pytest.raises(RefusalError, match="rewrite does not work on"):
        attach(pipe, "a dog", method="rewrite")


def test_attach_twice(pipe: Any) -> None:
    with attach(pipe, "a dog") as outer:

        def again(*_: Any) -> Any:
            with attach(pipe, "a bird"):
                pass

        with pytest.raises(UsageError, match="already steered"):
            picture(outer, callback_on_step_end=again)


def test_something_that_is_no_pipeline() -> None:
    with pytest.raises(UsageError, match="no pipeline"):
        attach(torch.nn.Linear(2, 2), "a dog")


def test_an_empty_negative(pipe: Any) -> None:
    with pytest.raises(PromptError, match="empty"):
        attach(pipe, "  ")


def test_the_negative_given_twice(pipe: Any) -> None:
    with attach(pipe, "a dog") as steered, pytest.raises(UsageError, match="twice"):
        picture(steered, negative_prompt="a bird")


def test_a_strength_the_method_does_not_have(pipe: Any) -> None:
    with pytest.raises(KnobError, match="does not take"):
        attach(pipe, "a dog", method="nag", negative_scale=2.0)


def test_an_argument_the_pipeline_does_not_have(pipe: Any) -> None:
    with attach(pipe, "a dog") as steered, pytest.raises(UsageError, match="takes no 'promt'"):
        steered(promt="a cat")
