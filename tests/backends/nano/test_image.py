"""nano-image: one plan and seed, one picture; text it cannot read whole; a picture to start from."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eschew import api
from eschew.backends.nano.image.backend import NanoImageBackend
from eschew.backends.nano.image.schedule import CLEAN, levels, moved
from eschew.backends.seam import Picture
from eschew.errors import KnobError, PromptError, RefusalError
from eschew.plan import Plan, without_negative
from eschew.request import Request

BACKEND = NanoImageBackend("nano-image", threads=1)
APPLE = Request("a stock illustration of a red apple", "watermark", "nano-image", num_inference_steps=5)
PLAN = api.plan(APPLE)


def drawn(plan: Plan, seed: int = 0, item: int = 0) -> Picture:
    return BACKEND.sample(plan, seed, item)


def same(a: Picture, b: Picture) -> bool:
    return a.pixels.tobytes() == b.pixels.tobytes()


def far(a: Picture, b: np.ndarray) -> float:
    return float(np.abs(a.pixels.astype(np.float32) - b).mean())


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A green square on white."""
    picture = Image.new("RGB", (64, 64), "white")
    picture.paste((20, 160, 60), (16, 16, 48, 48))
    picture.save(tmp_path / "source.png")
    return str(tmp_path / "source.png")


def test_a_picture_is_a_function_of_plan_seed_and_item() -> None:
    assert drawn(PLAN).pixels.shape == (64, 64, 3)
    assert same(drawn(PLAN), drawn(PLAN))
    assert not same(drawn(PLAN), drawn(PLAN, seed=1))
    assert not same(drawn(PLAN), drawn(PLAN, item=1))


@pytest.mark.parametrize(
    ("method", "passes"),
    [
        ("cfg-substitution", 2),
        ("three-branch", 3),
        ("perp-neg", 3),
        ("apg", 2),
        ("dng", 3),
        ("sld", 3),
        ("nag", 2),
        ("vsf", 2),
        ("nasa", 2),
    ],
)
def test_every_method_acts_and_is_counted(method: str, passes: int) -> None:
    plan = replace(api.plan(replace(APPLE, method=method)), window=(0.0, 1.0))
    plan = replace(plan, knobs={**plan.knobs, "warmup": 0.0}) if method == "sld" else plan
    made = drawn(plan)

    assert not same(made, drawn(without_negative(plan)))
    assert (made.receipt.passes, made.receipt.steps) == (passes * 5, 5)
    assert all(knob.honoured for knob in made.receipt.knobs)


def test_without_guidance_there_is_one_pass_a_step_and_at_no_strength_no_negative() -> None:
    off = replace(PLAN, method="cfg-substitution", guidance_scale=1.0, negative_scale=0.0)

    assert drawn(off).receipt.passes == 5
    assert same(drawn(off), drawn(without_negative(off)))


def test_weights_of_the_negative_act() -> None:
    weighted = api.plan(replace(APPLE, negative_prompt="(watermark:1.5), blur", method="three-branch"))
    plain = api.plan(replace(APPLE, negative_prompt="watermark, blur", method="three-branch"))

    assert not same(drawn(weighted), drawn(plain))


def test_a_prompt_that_is_too_long_is_cut_and_the_receipt_says_where() -> None:
    long = api.plan(replace(APPLE, prompt="a red apple, " * 12 + "a blue whale", negative_prompt=""))
    knob = next(k for k in drawn(long).receipt.knobs if k.field == "prompt")

    assert not knob.honoured
    assert "blue whale" in knob.because


def test_a_contrast_that_is_too_long_says_that_it_is_the_two_together() -> None:
    contrast = api.plan(replace(APPLE, prompt="a red apple, " * 10, method="contrast"))
    with pytest.raises(PromptError, match="contrast reads prompt and negative as one text"):
        drawn(contrast)


def test_a_negative_that_is_too_long_is_refused_with_a_caret() -> None:
    with pytest.raises(PromptError, match="longer than the text encoder reads") as caught:
        drawn(replace(PLAN, negative_prompt="watermark and text, " * 20))

    assert caught.value.span is not None


def test_a_method_that_the_graphs_do_not_carry_is_refused() -> None:
    with pytest.raises(RefusalError, match="cannot run the method 'rewrite'"):
        drawn(replace(PLAN, method="rewrite"))


def test_higher_strength_draws_more_anew_and_all_of_it_at_one(source: str) -> None:
    with Image.open(source) as opened:
        wanted = np.asarray(opened)
    plans = [
        api.plan(replace(APPLE, source=source, strength=s, num_inference_steps=10)) for s in (0.1, 0.5, 1.0)
    ]
    near, middle, away = (drawn(plan) for plan in plans)

    assert far(near, wanted) < far(middle, wanted) < far(away, wanted)
    assert same(away, drawn(api.plan(replace(APPLE, num_inference_steps=10))))
    assert (near.receipt.steps, middle.receipt.steps) == (1, 5)
    assert {k.field: k.because for k in middle.receipt.knobs}["strength"].startswith("the higher, the more")


def test_a_strength_at_which_no_step_runs_is_refused(source: str) -> None:
    with pytest.raises(KnobError, match="none of 5 steps"):
        api.plan(replace(APPLE, source=source, strength=0.1))


def test_pixels_survive_the_autoencoder(source: str) -> None:
    with Image.open(source) as opened:
        wanted = np.asarray(opened)
    back = BACKEND.runtime.decode(BACKEND.runtime.encode(wanted))

    assert np.abs(back.astype(np.float32) - wanted).mean() < 10


def test_levels_begin_in_pure_noise_and_end_in_none() -> None:
    ways = levels(25)

    assert (ways[0][0].alpha, ways[0][0].sigma) == (0.0, 1.0)
    assert ways[-1][1] == CLEAN
    assert all(first[1] == second[0] for first, second in pairwise(ways))


def test_a_step_with_the_true_v_leads_to_the_true_state() -> None:
    rng = np.random.default_rng(0)
    x0, noise = rng.standard_normal((2, 1, 12, 16, 16)).astype(np.float32)
    now, after = levels(10)[3]
    v = (now.alpha * noise - now.sigma * x0).astype(np.float32)

    np.testing.assert_allclose(
        moved(now.noised(x0, noise), v, now, after), after.noised(x0, noise), atol=1e-5
    )
