"""Cells → the forecast's weights and scores, as they are kept in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from eschew.catalog.forecast_evidence import ForecastEvidence
from eschew.lab.forecast.cells import FEWEST_HAD, Cell
from eschew.lab.forecast.features import NAMES, PROBED, of_probe
from eschew.lab.forecast.fitting import fitted
from eschew.lab.forecast.judging import groups_of, held_out, scores
from eschew.plan import Plan

__all__ = ["Look", "learned"]

Look = Callable[[Plan], tuple[tuple[float, float], ...]]
"""(cosine, reach) of the first steps of a plan, from one seed."""


def learned(model: str, engine: str, cells: Sequence[Cell], look: Look) -> ForecastEvidence:
    """Weights from all cells; scores from forecasts for cells whose concept and prompt were left out."""
    known = np.array([cell.numbers for cell in cells], np.float64)
    looks = np.array([of_probe(look(cell.plan)) for cell in cells], np.float64)
    both = np.hstack([known, looks])
    came = np.array([cell.effective for cell in cells], np.float64)
    shares = np.array([cell.share for cell in cells], np.float64)

    groups = groups_of(cells)
    with_probe = (*NAMES, *PROBED)
    return ForecastEvidence(
        model=model,
        engine=engine,
        weights=fitted(NAMES, known, shares, came, groups),
        probed=fitted(with_probe, both, shares, came, groups),
        scores=scores(held_out(NAMES, known, cells), cells),
        probed_scores=scores(held_out(with_probe, both, cells), cells),
        fewest_had=FEWEST_HAD,
    )
