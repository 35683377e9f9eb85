"""How good are the forecasts on concepts and prompts that they have never seen? Every cell is judged so, once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from eschew.catalog.forecast_evidence import Bin, Scores
from eschew.lab.forecast.cells import Cell
from eschew.lab.forecast.fitting import Floats, auroc, brier, fitted, said
from eschew.lab.statistics import wilson

__all__ = ["group_of", "held_out", "scores"]

CONCEPT_FOLDS, PROMPT_FOLDS = 5, 3
BINS = 8
DRAWS = 1000


def group_of(name: str, folds: int) -> int:
    """The fold of a concept or prompt: a matter of its name alone, so that nobody chose it."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") % folds


def held_out(names: tuple[str, ...], numbers: Floats, cells: Sequence[Cell]) -> Floats:
    """A forecast for every cell, by weights fitted to cells of other concepts on other prompts."""
    concepts = np.array([group_of(cell.concept, CONCEPT_FOLDS) for cell in cells])
    prompts = np.array([group_of(cell.prompt, PROMPT_FOLDS) for cell in cells])
    groups = groups_of(cells)
    came = np.array([cell.effective for cell in cells], np.float64)
    shares = np.array([cell.share for cell in cells], np.float64)
    out = np.full(len(cells), came.mean())
    for concept in range(CONCEPT_FOLDS):
        for prompt in range(PROMPT_FOLDS):
            test = (concepts == concept) & (prompts == prompt)
            train = (concepts != concept) & (prompts != prompt)
            if test.any() and train.any():
                weights = fitted(names, numbers[train], shares[train], came[train], groups[train])
                out[test] = said(weights, numbers[test])
    return out


def groups_of(cells: Sequence[Cell]) -> NDArray[np.int64]:
    """A number for each cell that cells of one concept share."""
    known = {name: index for index, name in enumerate(sorted({cell.concept for cell in cells}))}
    return np.array([known[cell.concept] for cell in cells], np.int64)


def scores(forecasts: Floats, cells: Sequence[Cell]) -> Scores:
    """What the forecasts were worth."""
    came = np.array([cell.effective for cell in cells], np.float64)
    groups, rng = groups_of(cells), np.random.default_rng(0)
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    drawn = []
    for _ in range(DRAWS):
        picks = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        drawn.append(auroc(forecasts[picks], came[picks]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Scores(
        brier=brier(forecasts, came),
        brier_of_base_rate=brier(np.full(len(came), came.mean()), came),
        auroc=auroc(forecasts, came),
        auroc_interval=(float(low), float(high)),
        cells=len(cells),
        concepts=len(members),
        prompts=len({cell.prompt for cell in cells}),
        effective=float(came.mean()),
        reliability=_reliability(forecasts, came),
    )


def _reliability(forecasts: Floats, came: Floats) -> tuple[Bin, ...]:
    """Bins of equal count, from the least probable up."""
    order = np.argsort(forecasts, kind="stable")
    return tuple(
        Bin(
            float(forecasts[part].mean()),
            float(came[part].mean()),
            wilson(int(came[part].sum()), len(part)),
            len(part),
        )
        for part in np.array_split(order, min(BINS, len(order)))
        if len(part)
    )
