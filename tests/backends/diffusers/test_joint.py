"""Text and image in one sequence: laws that hold for every such family, on small random weights of the real classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import torch
from tests.backends.diffusers.joint_cases import (
    CASES,
    NEGATIVE,
    PROMPT,
    STEPS,
    Case,
    image,
    noise,
    silently,
    steered,
    told,
)
from torch import Tensor, nn

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.processors import JointProcessor
from eschew.errors import NoopError, PromptError, RefusalError

EVERY = pytest.mark.parametrize("name", CASES)
GUIDED = pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.guided])
FLIPPED = pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.vsf])


@pytest.fixture(scope="module")
def pipes() -> Mapping[str, Any]:
    """Each built once: no call may leave anything behind, or the next test would see it."""
    return {name: case.make() for name, case in CASES.items()}


@pytest.fixture
def case(name: str) -> Case:
    return CASES[name]


@pytest.fixture
def pipe(name: str, pipes: Mapping[str, Any]) -> Iterator[Any]:
    """A pipeline, which after each test has to be as it was."""
    pipe = pipes[name]
    before = _processors(pipe)
    yield pipe
    assert all(now is before[key] for key, now in _processors(pipe).items())
    assert "forward" not in vars(pipe.transformer)


def _processors(pipe: Any) -> dict[str, Any]:
    return {
        name: one.processor for name, one in pipe.transformer.named_modules() if hasattr(one, "processor")
    }


@EVERY
def test_only_the_attentions_that_read_text_and_image_are_steered(name: str, case: Case, pipe: Any) -> None:
    """Second attentions of SD 3.5 medium and refiners of Z-Image keep their processors during the call, too."""
    held: list[str] = []

    def look(pipe: Any, step: int, timestep: Any, kept: dict[str, Any]) -> dict[str, Any]:
        held[:] = [key for key, one in _processors(pipe).items() if isinstance(one, JointProcessor)]
        return kept

    with attach(pipe, NEGATIVE, method="nag") as one:
        image(one, case, callback_on_step_end=look)

    assert len(held) == case.steered
    assert not any("attn2" in key or "refiner" in key for key in held)


@EVERY
def test_an_error_in_the_pipeline_leaves_it_as_it_was(name: str, case: Case, pipe: Any) -> None:
    """The fixture compares processors and forward."""

    def fail(*_: Any) -> dict[str, Any]:
        raise ZeroDivisionError

    with attach(pipe, NEGATIVE, method="nag") as one, pytest.raises(ZeroDivisionError):
        image(one, case, callback_on_step_end=fail)


@EVERY
@pytest.mark.parametrize(
    ("method", "off"),
    [("nag", {"phi": 0.0}), ("nag", {"alpha": 0.0}), ("nasa", {"phi": 0.0}), ("ong", {"strength": 0.0})],
)
def test_a_method_that_is_off_changes_not_a_bit(
    name: str, case: Case, pipe: Any, method: str, off: Mapping[str, float]
) -> None:
    """And says so."""
    plain = image(pipe, case)
    out, said = silently(pipe, NEGATIVE, case, method=method, knobs=off)

    assert torch.equal(out, plain)
    assert len(said) == 1
    with pytest.raises(NoopError, match="changed nothing"):
        steered(pipe, NEGATIVE, case, method, knobs=off)


@EVERY
@pytest.mark.parametrize("method", ["nag", "contrast", "nasa", "ong"])
def test_a_negative_acts_at_two_passes_a_step(name: str, case: Case, pipe: Any, method: str) -> None:
    """The prompt's lane and the negative's."""
    out, held = steered(pipe, NEGATIVE, case, method)

    assert not torch.allclose(out, image(pipe, case), atol=1e-3)
    receipt = told(held)
    assert (receipt.passes, receipt.steps, receipt.changed) == (2 * STEPS, STEPS, True)


@EVERY
def test_outside_the_window_nothing_is_changed_and_nothing_paid(name: str, case: Case, pipe: Any) -> None:
    """The second half of four steps: two passes in each, one in the others."""

    def into(steps: list[Tensor]) -> Any:
        def tell(pipe: Any, step: int, timestep: Any, kept: dict[str, Any]) -> dict[str, Any]:
            steps.append(kept["latents"].clone())
            return kept

        return tell

    plain: list[Tensor] = []
    ours: list[Tensor] = []
    image(pipe, case, callback_on_step_end=into(plain))
    with attach(pipe, NEGATIVE, method="nag", window=(0.5, 1.0)) as one:
        image(one, case, callback_on_step_end=into(ours))

    assert [torch.equal(a, b) for a, b in zip(plain, ours, strict=True)] == [True, True, False, False]
    assert told(one).passes == 2 + 2 * 2


@EVERY
def test_the_prompt_as_its_own_negative_changes_nothing(name: str, case: Case, pipe: Any) -> None:
    """NAG moves along the difference of two readings: here there is none."""
    out, _ = silently(pipe, PROMPT, case, method="nag", knobs={"phi": 8.0})

    torch.testing.assert_close(out, image(pipe, case), atol=1e-5, rtol=1e-5)


@EVERY
@pytest.mark.parametrize("negative", [PROMPT, NEGATIVE])
def test_both_lanes_carry_the_same_image_after_every_block(
    name: str, case: Case, pipe: Any, negative: str
) -> None:
    """The guided tokens are written back to both, in blocks of one stream as in blocks of two."""
    apart: list[float] = []

    def compare(module: nn.Module, args: Any, output: Any) -> None:
        lanes = case.image(output).chunk(2)
        apart.append(float((lanes[0] - lanes[1]).abs().max()))

    hooks = [pipe.transformer.get_submodule(block).register_forward_hook(compare) for block in case.blocks]
    try:
        silently(pipe, negative, case, method="nag")
    finally:
        for hook in hooks:
            hook.remove()

    assert len(apart) == STEPS * len(case.blocks)
    assert max(apart) < 1e-5


@EVERY
def test_the_share_of_clipped_tokens_is_told(name: str, case: Case, pipe: Any) -> None:
    """A strong push is bounded nearly everywhere, a weak one nowhere."""
    _, weak = steered(pipe, NEGATIVE, case, knobs={"phi": 0.1})
    _, strong = steered(pipe, NEGATIVE, case, knobs={"phi": 19.0, "tau": 1.0})

    assert told(weak).clipped == 0.0
    assert (told(strong).clipped or 0.0) > 0.3


@EVERY
def test_weights_of_clauses_act(name: str, case: Case, pipe: Any) -> None:
    """Two clauses of two weights are two lanes, and turning the weights round turns the picture."""
    one, held = steered(pipe, "(snow:1.5), (text:0.5)", case)
    other, _ = steered(pipe, "(snow:0.5), (text:1.5)", case)

    assert not torch.allclose(one, other, atol=1e-4)
    assert told(held).passes == 3 * STEPS


@EVERY
@pytest.mark.parametrize("method", ["nag", "vsf"])
def test_two_prompts_at_once_give_what_each_gives_alone(
    name: str, case: Case, pipe: Any, method: str
) -> None:
    """Prompts of unequal length, beside one negative."""
    if method == "vsf" and not case.vsf:
        method = "cfg-substitution"
    prompts, start = (PROMPT, "a blue bird"), noise(case, 2)
    scale = 2.0 if method == "cfg-substitution" else None
    with attach(pipe, NEGATIVE, method=method, guidance_scale=scale) as held:
        both = image(held, case, list(prompts))
        alone = [image(held, case, p, latents=start[i : i + 1]) for i, p in enumerate(prompts)]

    torch.testing.assert_close(both, torch.cat(alone), atol=1e-4, rtol=1e-4)


@GUIDED
def test_substitution_is_the_pipelines_own_negative_prompt(name: str, case: Case, pipe: Any) -> None:
    """Same scale, same convention, same normalisation."""
    assert case.guided is not None
    own = image(pipe, case, negative_prompt=NEGATIVE, **case.guided)
    with attach(pipe, NEGATIVE, method="cfg-substitution") as held:
        ours = image(held, case, **case.guided)

    torch.testing.assert_close(ours, own, atol=1e-4, rtol=1e-5)
    assert told(held).passes == 2 * STEPS


@GUIDED
def test_three_branches_at_no_strength_are_the_pipelines_own_guidance(
    name: str, case: Case, pipe: Any
) -> None:
    """Away from the empty text alone."""
    assert case.guided is not None
    own = image(pipe, case, negative_prompt="", **case.guided)
    with (
        pytest.warns(UserWarning, match="changed nothing"),
        attach(pipe, NEGATIVE, method="three-branch", negative_scale=0.0, on_noop="warn") as held,
    ):
        ours = image(held, case, **case.guided)

    torch.testing.assert_close(ours, own, atol=1e-4, rtol=1e-5)


@EVERY
@pytest.mark.parametrize("method", ["three-branch", "perp-neg", "apg", "cfg-zero", "sld", "dng"])
def test_every_method_on_predictions_acts(name: str, case: Case, pipe: Any, method: str) -> None:
    """Where guidance was distilled away, too, once it is asked for."""
    at_once = {"warmup": 0.0} if method == "sld" else {}
    out, held = steered(pipe, NEGATIVE, case, method, guidance_scale=2.0, knobs=at_once)

    assert torch.isfinite(out).all()
    assert told(held).changed


@EVERY
def test_a_negative_that_would_be_cut_is_refused(name: str, case: Case, pipe: Any) -> None:
    """And the caret stands under what would be lost."""
    words = ["old"] * case.most
    with attach(pipe, " ".join(words), method="nag") as held:
        image(held, case, **case.limit)
    with (
        attach(pipe, " ".join([*words, "watermark"]), method="nag") as held,
        pytest.raises(PromptError) as caught,
    ):
        image(held, case, **case.limit)

    assert caught.value.span is not None
    start, stop = caught.value.span
    assert " ".join([*words, "watermark"])[start:stop].endswith("k")
    assert start >= len(" ".join(words))


@FLIPPED
def test_value_sign_flip_costs_one_pass(name: str, case: Case, pipe: Any) -> None:
    """The negative rides in the prompt's own sequence, and its weight counts."""
    out, held = steered(pipe, NEGATIVE, case, "vsf")
    heavier, _ = steered(pipe, f"({NEGATIVE}:1.4)", case, "vsf")

    assert told(held).passes == STEPS
    assert not torch.allclose(out, image(pipe, case), atol=1e-3)
    assert not torch.allclose(out, heavier, atol=1e-4)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.vsf])
def test_value_sign_flip_is_refused_behind_a_template(name: str, pipe: Any) -> None:
    """Its tokens are the prompt's, too."""
    with pytest.raises(RefusalError, match="vsf does not work"):
        attach(pipe, NEGATIVE, method="vsf")


class Wrapped(nn.Module):
    """A linear layer as LoRA and quantisation leave it: it can be called, and has no weight to look at."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.calls = 0

    def forward(self, states: Tensor) -> Tensor:
        """The inner layer, counted."""
        self.calls += 1
        out: Tensor = self.inner(states)
        return out


@EVERY
def test_wrapped_projections_are_called_as_they_are(name: str, case: Case, pipe: Any) -> None:
    """Once a forward pass: nothing is projected a second time, and no weight is read."""
    plain, _ = steered(pipe, NEGATIVE, case)
    owners = [one for one in pipe.transformer.modules() if isinstance(getattr(one, "to_q", None), nn.Linear)]
    wrapped = []
    for owner in owners:
        owner.to_q = Wrapped(owner.to_q)
        wrapped.append(owner.to_q)
    try:
        out, _ = steered(pipe, NEGATIVE, case)
    finally:
        for owner in owners:
            owner.to_q = owner.to_q.inner

    assert torch.equal(out, plain)
    assert {one.calls for one in wrapped} == {STEPS}
