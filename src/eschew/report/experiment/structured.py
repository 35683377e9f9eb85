"""Verdicts → plain dicts for JSON: what `eschew report --json` prints, and that with every sample, for the file."""

from __future__ import annotations

from typing import Any

import msgspec

from eschew.lab.experiments.experiment import Results
from eschew.lab.verdicts import Verdicts

FORMAT = "eschew-report/1"


def experiment_json(verdicts: Verdicts) -> dict[str, Any]:
    """Everything concluded. Rates in 0..1; null where there is no value; an odds ratio without end is null too."""
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(verdicts))
    return {"format": FORMAT, **decoded}


def full_experiment_json(verdicts: Verdicts, results: Results) -> dict[str, Any]:
    """The same with the experiment, the digests of its plans, and each sample with the concepts that it has."""
    samples = [
        {
            "subject": outcome.subject,
            "arm": outcome.arm,
            "seed": outcome.seed,
            "plan": outcome.digest,
            "sha256": outcome.sha256,
            "present": [reading.concept for reading in outcome.readings if reading.present],
        }
        for outcome in results.outcomes
    ]
    asked: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(results.experiment))
    plans = [[plan.digest for plan in row] for row in results.plans]
    return {**experiment_json(verdicts), "experiment": asked, "plans": plans, "samples": samples}
