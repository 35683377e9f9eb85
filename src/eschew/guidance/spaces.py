"""What models predict, converted: noise (eps), v, clean data (x0) and flow velocity.

    x = alpha·x0 + sigma·eps              the state; alpha² + sigma² = 1 or not
    v = alpha·eps − sigma·x0              Salimans & Ho 2022, arXiv 2202.00512
    flow = eps − x0,  x = (1 − sigma)·x0 + sigma·eps          rectified flow, Liu et al. 2022, arXiv 2209.03003

For one state all four are affine in one another. So plain, three-branch and substituted guidance, whose weights add up
to 1, come out the same in any of them. So does Perp-Neg, which reads differences of predictions alone. What measures
lengths, or predictions themselves (APG, CFG-Zero*, SLD), does not: there a model's own space has to be known.

alpha and sigma are numbers from 0 to 1, or arrays that broadcast to the state. At an end of the schedule, where a
conversion would divide by zero, it divides by `SMALLEST`: finite, and off. dtype of the first argument.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import namespace, narrow, wide

SMALLEST = 1e-6
"""Divisors below this count as this."""


def eps_to_x0(eps: Any, x: Any, alpha: Any, sigma: Any) -> Any:
    """Formula: (x − sigma·eps) / alpha."""
    return narrow((wide(x) - sigma * wide(eps)) / _guarded(alpha), eps)


def x0_to_eps(x0: Any, x: Any, alpha: Any, sigma: Any) -> Any:
    """Formula: (x − alpha·x0) / sigma."""
    return narrow((wide(x) - alpha * wide(x0)) / _guarded(sigma), x0)


def v_to_x0(v: Any, x: Any, alpha: Any, sigma: Any) -> Any:
    """Formula: (alpha·x − sigma·v) / (alpha² + sigma²)."""
    return narrow((alpha * wide(x) - sigma * wide(v)) / _power(alpha, sigma), v)


def x0_to_v(x0: Any, x: Any, alpha: Any, sigma: Any) -> Any:
    """Formula: (alpha·x − (alpha² + sigma²)·x0) / sigma."""
    return narrow((alpha * wide(x) - _power(alpha, sigma) * wide(x0)) / _guarded(sigma), x0)


def v_to_eps(v: Any, x: Any, alpha: Any, sigma: Any) -> Any:
    """Formula: (sigma·x + alpha·v) / (alpha² + sigma²)."""
    return narrow((sigma * wide(x) + alpha * wide(v)) / _power(alpha, sigma), v)


def eps_to_v(eps: Any, x: Any, alpha: Any, sigma: Any) -> Any:
    """Formula: ((alpha² + sigma²)·eps − sigma·x) / alpha."""
    return narrow((_power(alpha, sigma) * wide(eps) - sigma * wide(x)) / _guarded(alpha), eps)


def flow_to_x0(flow: Any, x: Any, sigma: Any) -> Any:
    """Formula: x − sigma·flow."""
    return narrow(wide(x) - sigma * wide(flow), flow)


def x0_to_flow(x0: Any, x: Any, sigma: Any) -> Any:
    """Formula: (x − x0) / sigma."""
    return narrow((wide(x) - wide(x0)) / _guarded(sigma), x0)


def flow_to_eps(flow: Any, x: Any, sigma: Any) -> Any:
    """Formula: x + (1 − sigma)·flow."""
    return narrow(wide(x) + (1.0 - sigma) * wide(flow), flow)


def eps_to_flow(eps: Any, x: Any, sigma: Any) -> Any:
    """Formula: (eps − x) / (1 − sigma)."""
    return narrow((wide(eps) - wide(x)) / _guarded(1.0 - sigma), eps)


def _guarded(divisor: Any) -> Any:
    if isinstance(divisor, int | float):
        return max(divisor, SMALLEST)
    xp = namespace(divisor)
    return xp.where(divisor > SMALLEST, divisor, xp.full_like(divisor, SMALLEST))


def _power(alpha: Any, sigma: Any) -> Any:
    return _guarded(alpha * alpha + sigma * sigma)
