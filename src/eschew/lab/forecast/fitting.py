"""Fit the weights: ridge logistic regression by Newton's method, then Platt's calibration on cells it has not seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.catalog.forecast_evidence import Weights

__all__ = ["Floats", "auroc", "brier", "fitted", "logits", "said"]

Floats = NDArray[np.float64]

RIDGE = 2.0
"""Penalty on squared standardised weights. Chosen beforehand: about one pseudo-case a weight each way."""
LEAST_SCALE = 0.5
"""A feature that hardly varies is not blown up: none counts for more than a yes-or-no question at even odds."""
ROUNDS = 50


def fitted(
    names: tuple[str, ...], numbers: Floats, shares: Floats, came: Floats, groups: NDArray[np.int64]
) -> Weights:
    """Weights for `numbers` (cells, features), the `shares` that went in each cell (0..1), and what `came` of it, 0 or 1.

    The weights are fitted to the shares, which tell more than yes or no; the calibration to what came.

    Calibration is found on forecasts for one third of the `groups` at a time, made without it, so that weights which are
    too sure of themselves are told so.
    """
    mean, scale = numbers.mean(axis=0), np.maximum(numbers.std(axis=0), LEAST_SCALE)
    x = (numbers - mean) / scale
    weights, intercept = _logistic(x, shares)
    unseen = np.zeros(len(x))
    for third in range(3):
        out = groups % 3 == third
        if out.all() or not out.any():
            continue
        inner, bias = _logistic(x[~out], shares[~out])
        unseen[out] = x[out] @ inner + bias
    slope, offset = _platt(unseen, came)
    return Weights(
        names=names,
        mean=tuple(map(float, mean)),
        scale=tuple(map(float, scale)),
        weights=tuple(map(float, weights)),
        intercept=float(intercept),
        slope=slope,
        offset=offset,
    )


def logits(weights: Weights, numbers: Floats) -> Floats:
    """The uncalibrated logits of many cells."""
    x = (numbers - np.array(weights.mean)) / np.array(weights.scale)
    found: Floats = x @ np.array(weights.weights) + weights.intercept
    return found


def said(weights: Weights, numbers: Floats) -> Floats:
    """The calibrated probabilities of many cells."""
    return _sigmoid(weights.slope * logits(weights, numbers) + weights.offset)


def brier(forecasts: Floats, came: Floats) -> float:
    """Mean squared error of probabilities (Brier 1950)."""
    return float(np.mean((forecasts - came) ** 2))


def auroc(forecasts: Floats, came: Floats) -> float:
    """The probability that a cell in which it came was given more than one in which it did not; ties count half.

    0.5 where all came or none did.
    """
    yes, no = forecasts[came > 0.5], forecasts[came <= 0.5]
    if not len(yes) or not len(no):
        return 0.5
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)


def _logistic(x: Floats, shares: Floats) -> tuple[Floats, float]:
    """Weights and intercept for shares of 0..1; only the weights are drawn towards 0."""
    design = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([RIDGE] * x.shape[1] + [1e-3])
    beta = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        p = _sigmoid(design @ beta)
        slope = design.T @ (shares - p) - penalty @ beta
        curve = (design * (p * (1 - p))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, slope)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return beta[:-1], float(beta[-1])


def _platt(unseen: Floats, came: Floats) -> tuple[float, float]:
    """Slope and offset by which logits are best read, with Platt's (1999) smoothed targets."""
    yes, no = float(came.sum()), float(len(came) - came.sum())
    if not yes or not no:
        return 1.0, 0.0
    targets = np.where(came > 0.5, (yes + 1) / (yes + 2), 1 / (no + 2))
    spread = float(unseen.std()) or 1.0
    weights, offset = _logistic(unseen[:, None] / spread, targets)
    # Never turned round: a slope below 0 would mean that the weights learnt nothing.
    return max(0.05, float(weights[0]) / spread), offset


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))), np.float64)
