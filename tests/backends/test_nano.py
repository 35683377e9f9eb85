"""The embedded model: one plan and seed, one result; and the same numbers through PyTorch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eschew import api
from eschew.backends import Sample
from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.sampling import timesteps
from eschew.errors import RefusalError
from eschew.plan import Plan, without_negative
from eschew.request import Request

BACKEND = NanoBackend("nano-music", threads=1)
PLAN = api.plan(
    Request("Lo-fi hip-hop, electric piano, drums", "vinyl crackle, tape hiss", num_inference_steps=6)
)


def sound(plan: Plan, seed: int = 0, backend: NanoBackend = BACKEND) -> Sample:
    return backend.sample(plan, seed)


def same(a: Sample, b: Sample) -> bool:
    return a.audio.tobytes() == b.audio.tobytes()


def test_same_plan_and_seed_same_bytes() -> None:
    assert same(sound(PLAN), sound(PLAN))


def test_the_number_of_threads_changes_nothing_that_can_be_heard() -> None:
    one, two = sound(PLAN).audio, sound(PLAN, backend=NanoBackend("nano-music", threads=2)).audio

    np.testing.assert_allclose(one, two, atol=1e-3)


def test_another_seed_is_another_clip() -> None:
    assert not same(sound(PLAN, 0), sound(PLAN, 1))


def test_the_negative_changes_the_clip() -> None:
    assert not same(sound(PLAN), sound(without_negative(PLAN)))


def test_at_no_strength_a_negative_changes_nothing() -> None:
    off = replace(PLAN, method="cfg-substitution", guidance_scale=1.0, negative_scale=0.0)

    assert same(sound(off), sound(without_negative(off)))


def test_three_branch_at_w_minus_one_is_substitution_on_the_model_too() -> None:
    plain = replace(
        PLAN, method="cfg-substitution", guidance_scale=2.5, negative_scale=1.5, window=(0.0, 1.0)
    )
    three = replace(plain, method="three-branch", negative_scale=1.5)
    a, b = (BACKEND.runtime.codec.encode(sound(p).audio) for p in (plain, three))

    assert np.abs(a - b).mean() < 0.05


def test_the_receipt_counts_passes_and_says_what_was_not_honoured() -> None:
    whole = replace(PLAN, method="three-branch", guidance_scale=2.0, negative_scale=1.0, window=(0.0, 1.0))
    bare = without_negative(whole)

    assert sound(whole).receipt.passes == 18
    assert sound(bare).receipt.passes == 12
    assert sound(replace(bare, guidance_scale=1.0)).receipt.passes == 6
    knobs = {k.field: k for k in sound(bare).receipt.knobs}
    assert not knobs["window"].honoured
    assert knobs["window"].because


def test_a_method_that_the_graphs_do_not_carry_is_refused() -> None:
    with pytest.raises(RefusalError, match="cannot run the method 'rewrite'"):
        sound(replace(PLAN, method="rewrite"))


def test_time_runs_from_noise_to_data() -> None:
    times = timesteps(24, 2.0)

    assert (times[0], times[-1], len(times)) == (1.0, 0.0, 25)
    assert (np.diff(times) < 0).all()
