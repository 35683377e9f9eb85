"""The outcome of a search as plain tables, ready for JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from eschew.lab.tune.values import Side, Trial, Tuned

__all__ = ["json_object"]


def json_object(result: Tuned) -> dict[str, Any]:
    """Everything but the samples."""
    proof = result.proof
    return {
        "model": result.goal.model,
        "prompt": result.goal.subject.prompt,
        "targets": list(result.goal.subject.targets),
        "kept": list(result.goal.subject.kept),
        "budget": result.budget,
        "passes": result.passes,
        "seed": result.seed,
        "trials": [_trial(trial) for trial in result.trials],
        "front": [_trial(trial) for trial in result.front],
        "chosen": _trial(result.chosen),
        "plan": {**msgspec.to_builtins(proof.chosen.plan), "digest": proof.chosen.plan.digest},
        "proof": {
            "pairs": proof.pairs,
            "first_seed": proof.first_seed,
            "default": _side(proof.default),
            "chosen": _side(proof.chosen),
            "removed_difference": proof.removed_difference,
            "removed_difference_ci95": proof.removed_difference_ci95,
            "harm_ratio": proof.harm_ratio,
            "passes_ratio": proof.passes_ratio,
            "as_good": proof.as_good,
        },
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(trial.candidate),
        **msgspec.to_builtins(trial.score),
        "confirmed": trial.confirmed,
    }


def _side(side: Side) -> dict[str, Any]:
    tables: dict[str, Any] = msgspec.to_builtins(side)
    return {**tables, "plan": side.plan.digest}
