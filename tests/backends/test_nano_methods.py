"""Every method of the catalogue on the embedded model: what it costs, where it is off, and what weights do to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.codec import SAMPLE_RATE
from eschew.backends.nano.conditions import read_prompt
from eschew.backends.nano.sampling import Run, negative_of, sample_latents
from eschew.backends.nano.steering import CARRIED
from eschew.backends.steering import OFF
from eschew.catalog.method_facts import method
from eschew.catalog.model_facts import model
from eschew.errors import KnobError
from eschew.lab.listen import logits
from eschew.plan import Plan

BACKEND = NanoBackend("nano-music", threads=1)
RUNTIME = BACKEND.runtime
STEPS = 4
NAMES = list(CARRIED)
FIELDS = ("guidance_scale", "negative_scale", "window_start", "window_stop")


def plan(name: str, negative: str = "vinyl crackle, tape hiss", guidance: float = 2.0) -> Plan:
    """The method with the catalogue's own knobs, but for those that would keep it from acting in four steps."""
    knobs = {k.name: k.default for k in method(name).knobs if k.name not in FIELDS} if name != "none" else {}
    knobs |= {k: 0.0 for k in ("warmup", "zero_steps") if k in knobs}
    return Plan(
        model="nano-music",
        prompt="lo-fi hip-hop, electric piano, drums",
        negative_prompt=negative,
        method=name,
        guidance_scale=guidance,
        negative_scale=1.0,
        window=(0.0, 1.0),
        num_inference_steps=STEPS,
        knobs=knobs,
    )


def ran(plan: Plan, seed: int = 3) -> Run:
    return sample_latents(RUNTIME, plan, seed, 0, None)


def moved(a: Run, b: Run) -> float:
    return float(np.abs(a.latents - b.latents).mean())


def same(a: Run, b: Run) -> bool:
    return a.latents.tobytes() == b.latents.tobytes()


def test_the_catalogue_lists_nothing_that_the_graphs_do_not_carry() -> None:
    assert set(model("nano-music").methods) <= {*NAMES, "rewrite"}


PASSES = {
    "cfg-substitution": (2, 2),
    "three-branch": (3, 3),
    "perp-neg": (3, 3),
    "apg": (2, 1),
    "cfg-zero": (2, 1),
    "dng": (3, 3),
    "sld": (3, 3),
    "nag": (2, 1),
    "contrast": (2, 1),
    "nasa": (2, 1),
    "ong": (2, 1),
    "vsf": (2, 1),
}
"""Forward passes a step, at a guidance scale of 2 and of 1; APG and CFG-Zero* are off at 1."""


@pytest.mark.parametrize("name", NAMES)
def test_the_negative_acts_and_the_passes_are_counted(name: str) -> None:
    bare, steered = ran(plan("none")), ran(plan(name))

    assert np.isfinite(steered.latents).all()
    assert moved(bare, steered) > 1e-3
    assert (steered.passes, ran(plan(name, guidance=1.0)).passes) == tuple(n * STEPS for n in PASSES[name])


@pytest.mark.parametrize("name", [name for name in NAMES if OFF[name]])
def test_at_each_off_value_nothing_changes_and_nothing_is_spent(name: str) -> None:
    for knob, value in OFF[name]:
        whole = plan(name)
        off = (
            replace(whole, knobs={**whole.knobs, knob: value})
            if knob in whole.knobs
            else replace(whole, **{knob: value})
        )
        bare = replace(off, method="none")

        assert same(ran(off), ran(bare)), knob
        assert ran(off).passes == ran(bare).passes
        assert ran(off).idle_because


@pytest.mark.parametrize("name", NAMES)
def test_outside_the_window_it_is_plain_guidance(name: str) -> None:
    early = replace(plan(name), window=(0.0, 0.25))
    inside, outside = PASSES[name][0], 2

    assert ran(early).passes == inside + (STEPS - 1) * outside


@pytest.mark.parametrize("name", NAMES)
def test_the_same_plan_and_seed_give_the_same_bytes(name: str) -> None:
    assert same(ran(plan(name)), ran(plan(name)))


def test_three_branch_at_w_minus_one_is_substitution() -> None:
    assert moved(ran(plan("three-branch")), ran(plan("cfg-substitution"))) < 1e-3


def test_apg_without_memory_bound_or_projection_is_substitution() -> None:
    bare = replace(plan("apg"), knobs={"momentum": 0.0, "eta": 1.0, "norm_threshold": 0.0})

    assert moved(ran(bare), ran(plan("cfg-substitution"))) < 1e-3


def test_nag_says_how_many_tokens_it_clipped() -> None:
    weak = replace(plan("nag"), knobs={"phi": 0.01, "tau": 2.5, "alpha": 0.25})
    strong = replace(plan("nag"), knobs={"phi": 50.0, "tau": 1.0, "alpha": 0.25})
    clipped = [ran(p).clipped for p in (weak, strong)]

    assert clipped[0] == 0.0
    assert clipped[1] is not None
    assert clipped[1] > 0.9
    assert ran(plan("cfg-substitution")).clipped is None

    said = {knob.field: knob.because for knob in BACKEND.sample(strong, 3).receipt.knobs}
    assert said["tau"] == f"it bounded {clipped[1]:.0%} of the tokens"


def test_contrast_is_nag_against_the_prompt_with_the_negative_in_it() -> None:
    contrast = plan("contrast")
    by_hand = replace(
        contrast, method="nag", negative_prompt=f"{contrast.prompt}, {contrast.negative_prompt}"
    )

    assert same(ran(contrast), ran(by_hand))
    assert moved(ran(contrast), ran(replace(by_hand, negative_prompt=contrast.negative_prompt))) > 1e-3


def test_contrast_weighs_the_words_of_the_prompt_on_both_sides() -> None:
    weighted = replace(plan("contrast"), prompt="lo-fi hip-hop, (electric piano:1.3), drums")
    (states, _), *_ = negative_of(RUNTIME, weighted)

    np.testing.assert_allclose(
        states, read_prompt(RUNTIME, "lo-fi hip-hop, (electric piano:1.3), drums, vinyl crackle, tape hiss")
    )


def test_the_receipt_has_every_knob_and_says_what_was_idle() -> None:
    acting = BACKEND.sample(plan("nag"), 3).receipt.knobs
    idle = BACKEND.sample(
        replace(plan("nag"), knobs={"phi": 0.0, "tau": 2.5, "alpha": 0.25}), 3
    ).receipt.knobs

    assert {"phi", "tau", "alpha", "window", "negative_prompt"} <= {k.field for k in acting if k.honoured}
    assert {k.field: k.because for k in idle if not k.honoured}["negative_prompt"] == "its strength is none"


def test_a_plan_by_hand_that_lacks_a_knob_is_refused() -> None:
    with pytest.raises(KnobError, match="has no tau"):
        ran(replace(plan("nag"), knobs={"phi": 4.0, "alpha": 0.25}))


@pytest.mark.parametrize("name", NAMES)
def test_weights_of_one_are_no_weights(name: str) -> None:
    assert same(
        ran(plan(name, "(vinyl crackle:1.0), tape hiss")), ran(plan(name, "vinyl crackle, tape hiss"))
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_weight_of_zero_takes_a_clause_out(name: str) -> None:
    assert same(ran(plan(name, "(vinyl crackle:0), tape hiss")), ran(plan(name, "tape hiss")))
    assert same(ran(plan(name, "(vinyl crackle:0)")), ran(plan("none")))


STRENGTH = {
    "cfg-substitution": "negative_scale",
    "three-branch": "negative_scale",
    "perp-neg": "negative_scale",
    "dng": "strength",
    "sld": "strength",
    "nag": "phi",
    "contrast": "phi",
    "nasa": "phi",
    "ong": "strength",
    "vsf": "scale",
}


@pytest.mark.parametrize("name", sorted(STRENGTH))
def test_one_weight_for_all_is_a_factor_of_the_strength(name: str) -> None:
    whole, knob = plan(name), STRENGTH[name]
    stronger = (
        replace(whole, knobs={**whole.knobs, knob: 1.5 * whole.knobs[knob]})
        if knob in whole.knobs
        else replace(whole, negative_scale=1.5)
    )
    weighted = ran(plan(name, "(vinyl crackle, tape hiss:1.5)"))

    assert moved(weighted, ran(stronger)) < 1e-3
    assert weighted.passes == ran(whole).passes


@pytest.mark.parametrize("name", NAMES)
def test_a_heavier_clause_moves_the_result_from_even_weights(name: str) -> None:
    even, uneven = ran(plan(name)), ran(plan(name, "(vinyl crackle:1.5), tape hiss"))

    assert moved(even, uneven) > 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_almost_no_weight_is_almost_no_change(name: str) -> None:
    even, nearly = ran(plan(name)), ran(plan(name, "(vinyl crackle:1.001), tape hiss"))

    assert moved(even, nearly) < 0.01


def test_each_weight_costs_velocity_methods_a_pass_and_attention_methods_none() -> None:
    uneven = "(vinyl crackle:1.5), tape hiss, (cowbell:1.5)"

    assert ran(plan("three-branch", uneven)).passes == 4 * STEPS
    # the prompt, two layers, and the null that the second is reckoned from
    assert ran(plan("cfg-substitution", uneven)).passes == 4 * STEPS
    assert ran(plan("nag", uneven, guidance=1.0)).passes == STEPS
    assert ran(plan("vsf", uneven, guidance=1.0)).passes == STEPS


def test_a_negative_without_words_is_survived() -> None:
    vsf: NDArray[np.float32] = ran(plan("vsf", "!!!", guidance=1.0)).latents

    np.testing.assert_array_equal(vsf, ran(plan("none", "", guidance=1.0)).latents)


@pytest.mark.parametrize(
    ("name", "knobs"), [("cfg-substitution", {}), ("nag", {"phi": 2.0, "tau": 2.5, "alpha": 0.2})]
)
def test_the_heavier_a_clause_the_less_is_heard_of_it(name: str, knobs: dict[str, float]) -> None:
    """Mean logit of the listener for crackle over three seeds. Strengths are weak: there is something left to remove."""

    def heard(weight: float) -> float:
        weighted = replace(
            plan(name, f"(vinyl crackle:{weight}), tape hiss"),
            knobs=knobs,
            negative_scale=0.4,
            num_inference_steps=8,
        )
        clips = [RUNTIME.codec.decode(ran(weighted, seed).latents) for seed in range(3)]
        return float(np.mean([logits(clip, SAMPLE_RATE)["vinyl-crackle"] for clip in clips]))

    light, heavy = heard(0.5), heard(3.0)

    assert heavy < light - 2.0
