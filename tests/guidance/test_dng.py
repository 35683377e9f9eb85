"""DNG: the posterior finds out by itself whether a negative has anything to do with the sample."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from eschew.guidance import Kernel, Posterior, dynamic_negative, eps_to_v, kernel, observed


def test_it_starts_at_the_prior(world: Any, plain: Any) -> None:
    """Of p = 0.2 the odds are 1/4; at w = 1 the prompt alone: c − 12/4·(n − u)."""
    c, n, u = world.array([[1.0], [1.0]]), world.array([[2.0], [1.5]]), world.array([[1.0], [1.0]])

    guided, _ = dynamic_negative(c, n, u, 1.0, None, strength=12.0, prior=0.2)

    np.testing.assert_allclose(plain(guided), [[-2.0], [-0.5]], atol=1e-9)


def test_a_negative_that_predicts_badly_switches_itself_off(world: Any, plain: Any) -> None:
    """It lies on the far side of the null, as seen from the prompt."""
    c, u = world.draw(0, 2)
    n, posterior = u - (c - u), None

    likely = []
    for _ in range(12):
        guided, posterior = dynamic_negative(c, n, u, 2.0, posterior, strength=1.0, offset=0.0)
        likely.append(plain(posterior.p).max())

    assert likely == sorted(likely, reverse=True)
    assert likely[-1] == pytest.approx(1e-6)
    np.testing.assert_allclose(plain(guided), plain(u + 2.0 * (c - u)), atol=1e-4)


def test_a_negative_that_predicts_as_well_as_the_null_stays_at_the_prior(world: Any, plain: Any) -> None:
    """Only the offset speaks, and for it."""
    c, u = world.draw(1, 2)

    _, silent = dynamic_negative(c, u, u, 1.0, None, offset=0.0)
    _, offset = dynamic_negative(c, u, u, 1.0, None, offset=4.0)

    np.testing.assert_allclose(plain(silent.p), 0.01, rtol=1e-6)
    assert (plain(offset.p) > 0.01).all()


def test_what_the_prompt_brings_along_is_pushed_until_it_is_half_gone(world: Any, plain: Any) -> None:
    """The prompt has all of the negative and something of its own. The push grows while the guided prediction is nearer to
    the negative than to the null, and stays where it is as near to both: <guided − u, n − u> = ||n − u||² / 2.
    """
    u, own = world.draw(7, 2)
    axes = tuple(range(1, u.ndim))
    own = world.array(plain(own) - plain(own).mean(axes, keepdims=True))
    n = u + world.array(np.ones(plain(u).shape))
    c, posterior = n + own, None

    left = []
    for _ in range(400):
        guided, posterior = dynamic_negative(
            c, n, u, 1.0, posterior, strength=5.0, prior=0.01, temperature=0.005, offset=0.0
        )
        left.append((plain(guided - u) * plain(n - u)).mean(axes))

    np.testing.assert_allclose(left[0], 1.0, atol=0.06)
    np.testing.assert_allclose(left[-1], 0.5, atol=0.01)


def test_each_sample_has_its_own_posterior(world: Any, plain: Any) -> None:
    """The first negative is what the prompt says, the others the opposite."""
    c, u = world.draw(2, 2)
    n = world.array(np.concatenate([plain(c)[:1], plain(2 * u - c)[1:]]))

    _, posterior = dynamic_negative(c, n, u, 1.0, None, offset=0.0)

    assert plain(posterior.p).shape == (3,)
    assert plain(posterior.p)[0] > 0.01 > plain(posterior.p)[1:].max()


def test_the_posterior_is_kept_within_its_bounds(world: Any, plain: Any) -> None:
    c, n, u = world.draw(3, 3)

    for offset, bound in ((0.0, 0.05), (1e9, 0.8)):
        _, posterior = dynamic_negative(
            c, 50 * n, u, 1.0, None, offset=offset, temperature=1.0, lowest=0.05, highest=0.8
        )
        np.testing.assert_allclose(plain(posterior.p), bound, rtol=1e-5)


def test_a_drawn_step_is_evidence(world: Any, plain: Any) -> None:
    """Bayes: where x' lands on the negative's mean, log p rises by τ·||μ_u − μ_n||² / 2σ²."""
    before = Posterior(world.array([math.log(0.01)]))
    u, n = world.array([[0.0, 0.0]]), world.array([[0.3, 0.4]])

    towards = observed(before, n, u, n, 0.5, temperature=1.0, offset=0.0)
    away = observed(before, u, u, n, 0.5, temperature=1.0, offset=0.0)

    np.testing.assert_allclose(plain(towards.log_p), math.log(0.01) + 0.25, rtol=1e-6)
    np.testing.assert_allclose(plain(away.log_p), math.log(0.01) - 0.25, rtol=1e-6)


def test_the_kernel_of_a_noise_prediction_is_the_ddpm_step() -> None:
    """μ = (x − (1 − a) / √(1 − ā)·eps) / √a and σ² = (1 − a)·(1 − ā') / (1 − ā), a = ā / ā' (Ho et al. 2020)."""
    now, after = 0.5, 0.7  # ā before and after
    a = now / after

    made = kernel("eps", (now**0.5, (1 - now) ** 0.5), (after**0.5, (1 - after) ** 0.5))

    assert made.gain == pytest.approx(-(1 - a) / math.sqrt(1 - now) / math.sqrt(a))
    assert made.variance == pytest.approx((1 - a) * (1 - after) / (1 - now))


@pytest.mark.parametrize(("sigma", "after"), [(1.0, 0.9), (0.6, 0.5), (0.1, 0.0)])
def test_the_surrogate_of_a_flow_weighs_clean_data_by_the_gain_in_signal(sigma: float, after: float) -> None:
    """gain² / σ² = sigma²·(SNR' − SNR): how much clearer x0 is after the step than before."""
    made = kernel("flow", (1 - sigma, sigma), (1 - after, after))

    assert math.isfinite(made.gain)
    assert made.variance > 0
    if after > 0:
        clearer = ((1 - after) / after) ** 2 - ((1 - sigma) / sigma) ** 2
        assert made.gain**2 / made.variance == pytest.approx(sigma**2 * clearer)


def test_the_posterior_does_not_depend_on_what_the_model_predicts(world: Any, plain: Any) -> None:
    """Noise or v, each with its kernel: the same belief, and the same push in the end."""
    x, c, n, u = world.draw(6, 4)
    now, after = (0.6, 0.8), (0.8, 0.6)

    from_eps, eps_posterior = dynamic_negative(c, n, u, 3.0, None, step_kernel=kernel("eps", now, after))
    from_v, v_posterior = dynamic_negative(
        *(eps_to_v(a, x, *now) for a in (c, n, u)), 3.0, None, step_kernel=kernel("v", now, after)
    )

    np.testing.assert_allclose(plain(v_posterior.log_p), plain(eps_posterior.log_p), rtol=1e-7)
    np.testing.assert_allclose(plain(from_v), plain(eps_to_v(from_eps, x, *now)), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("prediction", ["eps", "v", "flow"])
def test_the_ends_of_a_schedule_stay_finite(world: Any, plain: Any, prediction: Any) -> None:
    c, n, u = world.draw(4, 3, dtype="float32")

    for now, after in (((0.0, 1.0), (0.1, 0.9)), ((0.9, 0.1), (1.0, 0.0)), ((0.0, 1.0), (1.0, 0.0))):
        guided, posterior = dynamic_negative(c, n, u, 7.5, None, step_kernel=kernel(prediction, now, after))
        again, _ = dynamic_negative(c, n, u, 7.5, posterior, step_kernel=kernel(prediction, now, after))
        assert np.isfinite(plain(guided)).all()
        assert np.isfinite(plain(again)).all()


def test_what_is_handed_on_cannot_be_changed(world: Any) -> None:
    c, n, u = world.draw(5, 3)
    _, posterior = dynamic_negative(c, n, u, 7.5, None)

    with pytest.raises(FrozenInstanceError):
        posterior.log_p = None
    with pytest.raises(FrozenInstanceError):
        Kernel(1.0, 1.0).gain = 2.0  # type: ignore[misc]
