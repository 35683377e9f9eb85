"""Comparison → plain dicts for JSON: the short object that `compare --json` prints, and all there is."""

from __future__ import annotations

from typing import Any

import msgspec

from eschew.lab.values import Comparison, Kept, Target
from eschew.plan import Plan, to_json

_TARGET_KEYS = (
    "concept",
    "detector",
    "present_without",
    "present_with",
    "removed",
    "removed_ci95",
    "appeared",
    "p_value",
)
_KEPT_KEYS = ("concept", "present_without", "present_with", "kept", "kept_ci95")


def json_object(comparison: Comparison) -> dict[str, Any]:
    """The object of `compare --json`. Its keys are a contract; rates are in 0..1, `pairs` is their number.

    `removed` and `kept` are null where no pair had the concept to begin with.
    """
    return {
        "model": comparison.model,
        "plan": _plan(comparison.plan_with),
        "pairs": len(comparison.pairs),
        "targets": [_chosen(target, _TARGET_KEYS) for target in comparison.targets],
        "kept": [_chosen(kept, _KEPT_KEYS) for kept in comparison.kept],
        "identical_outputs": comparison.identical_outputs,
        "passes_per_step": comparison.passes_per_step,
        "seconds": comparison.seconds,
    }


def full_json(comparison: Comparison) -> dict[str, Any]:
    """Everything a comparison holds, each reading of each clip included; both plans carry their digest."""
    return _plain(comparison) | {
        "plan_without": _plan(comparison.plan_without),
        "plan_with": _plan(comparison.plan_with),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(to_json(plan))
    return decoded | {"digest": plan.digest}


def _chosen(value: Target | Kept, keys: tuple[str, ...]) -> dict[str, Any]:
    everything = _plain(value)
    return {key: everything[key] for key in keys}


def _plain(value: Any) -> dict[str, Any]:
    """Through JSON and back, so that what is returned equals what a reader of the file will get."""
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return decoded
