"""DNG, dynamic negative guidance: push as hard as the unwanted is likely (Koulischer et al. 2024, arXiv 2410.14398).

    guided = uncond + w·(cond − uncond) − λ₀·p / (1 − p)·(neg − uncond)
    log p ← log p + (−τ·(||x' − μ_n||² − ||x' − μ_u||²) + δ) / (2·σ²)     clamped; x' is the next state

p is the probability that the sample on its way belongs to the negative. A negative that has nothing to do with the
sample predicts it worse than the null does, p falls, and the push stops by itself; where the prompt brings the negative
along, p rises until the push has made up for it. p is worth reading even where it steers nothing.

The paper has no prompt: its sample, and what the negative is compared with, come from the null. With a prompt the null
keeps both parts here. In its place, the guided prediction would win every comparison: a negative without the prompt's own
words never predicts as well as the prompt does, so p could only fall, whatever the sample holds.

σ² is the variance of the sampler's Gaussian step, and samplers of an ODE (Euler on a flow, DDIM) have none. `kernel`
gives what an ancestral step between the same two noise levels would have had, and where no x' has been drawn its mean
under the guided prediction stands in: the expectation of the evidence, without its noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from eschew.guidance.arrays import namespace, narrow, wide
from eschew.guidance.cfg import classifier_free
from eschew.guidance.projection import dot

Prediction = Literal["eps", "v", "flow"]

NO_SIGNAL = 1e-6
"""Signal and noise levels below this count as this: pure noise has no alpha to divide by."""
NO_VARIANCE = 1e-9
"""Variances below this count as this: the last step draws nothing."""


@dataclass(frozen=True)
class Posterior:
    """What is believed about each sample of a batch. Made by `dynamic_negative`, and given back to it."""

    log_p: Any
    """log p, shape (batch,)."""

    @property
    def p(self) -> Any:
        """The probability, per sample, that it belongs to the negative."""
        return namespace(self.log_p).exp(self.log_p)


@dataclass(frozen=True)
class Kernel:
    """A Gaussian step x' ~ N(m + gain·prediction, variance) between two noise levels."""

    gain: float
    variance: float


UNIT_STEP = Kernel(1.0, 1.0)
"""Where the noise levels are not known: predictions are compared as they are, with variance 1."""


def kernel(prediction: Prediction, now: tuple[float, float], after: tuple[float, float]) -> Kernel:
    """The ancestral (DDPM) step from `now` to `after`, each (alpha, sigma) of x = alpha·x0 + sigma·noise.

    On a flow alpha = 1 − sigma. For samplers that draw no noise it is the surrogate.
    """
    (alpha, sigma), (alpha_after, sigma_after) = now, after
    ratio = alpha / max(alpha_after, NO_SIGNAL)
    added = max(sigma**2 - (ratio * sigma_after) ** 2, 0.0)
    of_x0 = alpha_after * added / max(sigma**2, NO_VARIANCE)  # how far x' moves per unit of predicted x0
    per_unit = {"eps": -sigma / max(alpha, NO_SIGNAL), "v": -sigma, "flow": -sigma}[prediction]
    return Kernel(of_x0 * per_unit, max(added * sigma_after**2 / max(sigma**2, NO_VARIANCE), NO_VARIANCE))


def dynamic_negative(
    cond: Any,
    neg: Any,
    uncond: Any,
    guidance_scale: float,
    posterior: Posterior | None,
    *,
    step_kernel: Kernel = UNIT_STEP,
    strength: float = 12.0,
    prior: float = 0.01,
    temperature: float = 0.2,
    offset: float = 0.002,
    lowest: float = 1e-6,
    highest: float = 0.5,
) -> tuple[Any, Posterior]:
    """The guided prediction, and the posterior to hand in at the next step (None at the first: `prior`).

    strength: λ₀, 0 = plain guidance; with `highest` at 0.5 the largest push there can be, as three branches have it.
    temperature: τ. offset: δ. p stays in [lowest, highest]. `step_kernel` is that of the step about to be taken (see
    `kernel`). The posterior that comes back expects x' at its mean; a sampler that draws noise may replace it by `observed`.
    Three forward passes.
    """
    c, n, u = wide(cond), wide(neg), wide(uncond)
    xp = namespace(c)
    base = classifier_free(c, u, guidance_scale)
    if posterior is None:
        posterior = Posterior(
            xp.full_like(c[(slice(None), *[0] * (c.ndim - 1))], math.log(min(prior, highest)))
        )
    odds = posterior.p / (1.0 - posterior.p)
    guided = base - strength * _spread(odds, c) * (n - u)
    # m is common to all three means and cancels
    posterior = observed(
        posterior,
        step_kernel.gain * guided,
        step_kernel.gain * u,
        step_kernel.gain * n,
        step_kernel.variance,
        temperature=temperature,
        offset=offset,
        lowest=lowest,
        highest=highest,
    )
    return (
        narrow(guided, cond) if strength != 0.0 else classifier_free(cond, uncond, guidance_scale)
    ), posterior


def observed(
    posterior: Posterior,
    outcome: Any,
    mean_null: Any,
    mean_neg: Any,
    variance: float,
    *,
    temperature: float = 0.2,
    offset: float = 0.002,
    lowest: float = 1e-6,
    highest: float = 0.5,
) -> Posterior:
    """The posterior after a step came out at `outcome`, where null and negative expected their means."""
    xp = namespace(outcome)
    x, u, n = wide(outcome), wide(mean_null), wide(mean_neg)
    away = xp.reshape(dot(x - n, x - n) - dot(x - u, x - u), (-1,))
    evidence = (offset - temperature * away) / (2.0 * max(variance, NO_VARIANCE))
    log_p = xp.clip(posterior.log_p + evidence, math.log(lowest), math.log(highest))
    return replace(posterior, log_p=log_p)


def _spread(per_sample: Any, like: Any) -> Any:
    return namespace(per_sample).reshape(per_sample, (-1, *[1] * (like.ndim - 1)))
