"""The keys of `compare --json` are a contract: exactly these, with the comparison's own numbers."""

from __future__ import annotations

import json
from dataclasses import replace

from eschew.lab.values import Comparison
from eschew.plan import from_json
from eschew.report import full_json, json_object


def test_the_keys_are_exactly_these(comparison: Comparison) -> None:
    found = json_object(comparison)

    assert set(found) == {
        "model",
        "plan",
        "pairs",
        "targets",
        "kept",
        "identical_outputs",
        "passes_per_step",
        "seconds",
    }
    assert found["pairs"] == 8
    assert found["passes_per_step"] == 3.0
    assert found["targets"][0] == {
        "concept": "vinyl crackle",
        "detector": "click-rate/1",
        "present_without": 0.875,
        "present_with": 0.0,
        "removed": 1.0,
        "removed_ci95": [0.6457, 1.0],
        "appeared": 0.0,
        "p_value": 0.015625,
    }
    assert found["kept"][2] == {
        "concept": "upright bass",
        "present_without": 1.0,
        "present_with": 0.875,
        "kept": 0.875,
        "kept_ci95": [0.5291, 0.9776],
    }


def test_the_plan_comes_with_digest_and_history_and_reads_back(comparison: Comparison) -> None:
    plan = json_object(comparison)["plan"]

    assert plan["digest"] == comparison.plan_with.digest
    assert len(plan["history"]) == len(comparison.plan_with.history)
    assert from_json(json.dumps(plan)).digest == comparison.plan_with.digest


def test_both_objects_survive_the_json_module_unchanged(comparison: Comparison) -> None:
    for found in (json_object(comparison), full_json(comparison)):
        assert json.loads(json.dumps(found)) == found


def test_nothing_to_remove_is_null(comparison: Comparison) -> None:
    clean = replace(comparison.targets[0], removed=None, appeared=None)

    found = json_object(replace(comparison, targets=(clean,)))

    assert found["targets"][0]["removed"] is None


def test_the_full_object_holds_every_reading(comparison: Comparison) -> None:
    found = full_json(comparison)

    assert found["pairs"][3]["seed"] == 3
    assert found["pairs"][3]["readings_with"][1] == {
        "concept": "tape hiss",
        "detector": "made-up/1",
        "score": 2.0,
        "probability": 0.903,
        "present": True,
    }
    assert found["plan_without"]["digest"] == comparison.plan_without.digest
    assert found["remarks"] == list(comparison.remarks)
