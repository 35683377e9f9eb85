"""Results that nobody ran: what is there is told by a rule, so that a verdict can be known beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eschew.lab.experiments.arms import plans
from eschew.lab.experiments.experiment import Experiment, MeasureInfo, Outcome, Results
from eschew.lab.values import Reading

There = Callable[[int, str, int, str], bool]
"""Whether a concept is there: (subject, arm, seed, concept)."""


def _results(
    experiment: Experiment,
    there: There,
    passes: Callable[[str], int] = lambda _arm: 48,
    steps: int = 24,
    planned: bool = False,
) -> Results:
    heard = sorted({c for s in experiment.subjects for c in (*s.targets, *s.kept)} | {"harsh-distortion"})
    outcomes = []
    for subject in range(len(experiment.subjects)):
        for arm in experiment.arms:
            for seed in experiment.seeds:
                found = [there(subject, arm.name, seed, concept) for concept in heard]
                readings = tuple(
                    Reading(c, f"listener-1/{c}", float(f), 0.9 if f else 0.1, f)
                    for c, f in zip(heard, found, strict=True)
                )
                text = f"{subject} {seed} {found}"
                moved = () if arm.name == experiment.baseline else (1.0,)
                outcomes.append(
                    Outcome(
                        subject,
                        arm.name,
                        seed,
                        f"p1:{arm.name}",
                        readings,
                        passes(arm.name),
                        steps,
                        None,
                        text,
                        moved,
                    )
                )
    return Results(
        experiment=experiment,
        outcomes=tuple(outcomes),
        plans=plans(experiment) if planned else (),
        measures=(MeasureInfo("spectrum", "dB", "how far the spectrograms are apart"),),
        modality="music",
        engine="onnx/1/w1:0",
        folder="",
        pairs_run=experiment.pairs,
    )


@pytest.fixture
def results_of() -> Callable[..., Results]:
    return _results
