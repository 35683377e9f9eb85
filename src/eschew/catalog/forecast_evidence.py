"""The forecast's weights and how well they did on what they had not seen: `evidence/forecast.json`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from eschew.errors import FileError

__all__ = ["FORECAST_FILE", "Bin", "ForecastEvidence", "Scores", "Weights", "forecast_evidence"]

FORECAST_FILE = Path(__file__).parent / "evidence" / "forecast.json"


@dataclass(frozen=True)
class Weights:
    """A logistic model: features, standardised, times `weights` plus `intercept` is a logit; then Platt's calibration."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    slope: float = 1.0
    offset: float = 0.0
    """slope · logit + offset is the calibrated logit."""


@dataclass(frozen=True)
class Bin:
    """Forecasts that lie close together: what they said on average, and what came."""

    said: float
    came: float
    interval: tuple[float, float]
    """Wilson's, of `came`."""
    n: int


@dataclass(frozen=True)
class Scores:
    """How forecasts did on cells whose concept and whose prompt were both left out of the fit."""

    brier: float
    """Mean squared error of the probability, 0..1; lower is better."""
    brier_of_base_rate: float
    """Of saying the overall rate every time."""
    auroc: float
    auroc_interval: tuple[float, float]
    """95 %, bootstrap over concepts."""
    cells: int
    concepts: int
    prompts: int
    effective: float
    """Share of cells in which the negative was effective."""
    reliability: tuple[Bin, ...]


@dataclass(frozen=True)
class ForecastEvidence:
    """The model that forecasts, for negatives on one model."""

    model: str
    engine: str
    weights: Weights
    probed: Weights
    """Beside what is known of the words, a look at the first two steps."""
    scores: Scores
    probed_scores: Scores
    fewest_had: int
    """Cells in which fewer clips had the thing were left out: there was too little to remove."""


def forecast_evidence(model: str, file: Path = FORECAST_FILE) -> ForecastEvidence | None:
    """The forecast for a model, None if none was made for it. FileError if the file is damaged."""
    return next((found for found in _read(file) if found.model == model), None)


@cache  # the file is part of the package: reading it twice can give nothing new
def _read(file: Path) -> tuple[ForecastEvidence, ...]:
    if not file.is_file():
        return ()
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[ForecastEvidence, ...])
    except msgspec.MsgspecError as problem:
        raise FileError("these are no weights of a forecast", where=str(file), why=str(problem)) from problem
