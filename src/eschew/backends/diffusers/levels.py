"""Noise levels of a sampler's step, read from diffusers' schedulers."""

from __future__ import annotations

import math
from typing import Any, Literal

from eschew.guidance import Kernel, kernel
from eschew.guidance.dng import UNIT_STEP

PREDICTIONS: dict[str, Literal["eps", "v"]] = {"epsilon": "eps", "v_prediction": "v"}


def step_kernel(scheduler: Any, step: int, timestep: float) -> Kernel:
    """The Gaussian step that the scheduler takes next, or would take if it drew noise.

    A step of unit gain and variance where the scheduler does not say what it predicts or how noisy a timestep is.
    """
    config = scheduler.config
    if type(scheduler).__name__.startswith("FlowMatch"):
        index = getattr(scheduler, "step_index", None)
        sigmas = scheduler.sigmas
        now = step if index is None else index
        if now + 1 >= len(sigmas):
            return UNIT_STEP
        low, high = float(sigmas[now + 1]), float(sigmas[now])
        return kernel("flow", (1.0 - high, high), (1.0 - low, low))
    prediction = PREDICTIONS.get(getattr(config, "prediction_type", ""))
    products = getattr(scheduler, "alphas_cumprod", None)
    if prediction is None or products is None:
        return UNIT_STEP
    later = [float(t) for t in scheduler.timesteps if float(t) < timestep]
    return kernel(prediction, _level(products, timestep), _level(products, later[0]) if later else (1.0, 0.0))


def _level(products: Any, timestep: float) -> tuple[float, float]:
    """(alpha, sigma) at a timestep: √ᾱ and √(1 − ᾱ)."""
    product = float(products[min(max(round(timestep), 0), len(products) - 1)])
    return math.sqrt(product), math.sqrt(1.0 - product)
