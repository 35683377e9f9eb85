"""Verdicts as JSON: strict, complete, and the same numbers."""

from __future__ import annotations

import json

from eschew.lab.experiments.experiment import Results
from eschew.lab.verdicts import Verdicts
from eschew.report.experiment import experiment_json, full_experiment_json


def refused(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def test_it_is_strict_json_with_the_numbers_of_the_verdicts(concluded: Verdicts) -> None:
    text = json.dumps(experiment_json(concluded))
    found = json.loads(text, parse_constant=refused)

    assert found["format"] == "eschew-report/1"
    assert [target["removed"] for target in found["targets"]] == [t.removed for t in concluded.targets]
    assert found["targets"][0]["pooled"]["interval"] == list(concluded.targets[0].pooled.interval)
    assert found["kept"][1]["verdict"] == "lost"


def test_an_odds_ratio_without_end_is_null(concluded: Verdicts) -> None:
    """No pair gained crackle under the negative: the ratio has no value that JSON could hold."""
    assert experiment_json(concluded)["targets"][0]["odds_ratio"]["ratio"] is None


def test_the_file_holds_every_sample(concluded: Verdicts, results: Results) -> None:
    found = full_experiment_json(concluded, results)

    assert len(found["samples"]) == len(results.outcomes)
    assert found["samples"][0]["present"] == [r.concept for r in results.outcomes[0].readings if r.present]
    assert len(found["plans"]) == 6
    assert found["experiment"]["baseline"] == "none"
