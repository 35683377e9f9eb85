"""What else moved, and whether it moved further than any negative of that length moves it: the placebo's share taken off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eschew.lab.experiments.experiment import MeasureInfo
from eschew.lab.statistics import bootstrap_mean, holm, permutation_test
from eschew.lab.verdicts.pairing import Paired
from eschew.lab.verdicts.targets import placebo_of
from eschew.lab.verdicts.values import MovedVerdict

__all__ = ["moved_verdicts"]

Floats = NDArray[np.float64]


def moved_verdicts(found: Paired, measures: tuple[MeasureInfo, ...]) -> tuple[MovedVerdict, ...]:
    """Every measure in every arm that has distances."""
    raw = list(_verdicts(found, measures))
    asked = [i for i, verdict in enumerate(raw) if verdict.p_adjusted is not None]
    adjusted = holm([raw[i].p_adjusted or 0.0 for i in asked])
    for i, p in zip(asked, adjusted, strict=True):
        raw[i] = replace(raw[i], p_adjusted=p)
    return tuple(raw)


def _verdicts(found: Paired, measures: tuple[MeasureInfo, ...]) -> Iterator[MovedVerdict]:
    experiment = found.experiment
    for arm in experiment.arms:
        if arm.name == experiment.baseline:
            continue
        placebo = placebo_of(found, arm.name)
        table, beside = _distances(found, arm.name, placebo, len(measures))
        for i, measure in enumerate(measures):
            if len(table):
                yield _verdict(found, arm.name, measure, table[:, i], placebo, beside[:, i])


def _verdict(
    found: Paired, arm: str, measure: MeasureInfo, row: Floats, placebo: str | None, beside: Floats
) -> MovedVerdict:
    plain = MovedVerdict(
        arm=arm,
        against=found.experiment.reference_of(arm),
        measure=measure,
        pairs=len(row),
        mean=float(row.mean()),
        ci95=bootstrap_mean(row, kind="bca"),
        placebo=None,
        placebo_mean=None,
        beyond=None,
        beyond_ci95=None,
        p_adjusted=None,
    )
    if placebo is None:
        return plain
    return replace(
        plain,
        placebo=placebo,
        placebo_mean=float(beside.mean()),
        beyond=float((row - beside).mean()),
        beyond_ci95=bootstrap_mean(row - beside, kind="bca"),
        p_adjusted=permutation_test(row - beside),
    )


def _distances(found: Paired, arm: str, placebo: str | None, measures: int) -> tuple[Floats, Floats]:
    """Distances of the arm and, pair by pair, of the placebo, (pairs, measures) each; pairs that lack one are left out."""
    rows = []
    for subject in range(len(found.experiment.subjects)):
        mine = found.by[subject, arm]
        theirs = found.by[subject, placebo] if placebo is not None else mine
        rows += [(a.moved, b.moved) for a, b in zip(mine, theirs, strict=True) if a.moved and b.moved]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 2, measures)
    return table[:, 0], table[:, 1]
