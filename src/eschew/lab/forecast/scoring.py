"""Weights and features → a probability; a plan → a forecast for each clause of its negative. Pure Python, light."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.forecast_evidence import ForecastEvidence, Weights, forecast_evidence
from eschew.catalog.placing import place_clause
from eschew.lab.forecast.features import features, named
from eschew.lab.forecast.values import Forecast
from eschew.plan import Plan
from eschew.prompt import Clause, clauses

__all__ = ["forecast", "probability"]

LARGEST_LOGIT = 30.0
UNHEARD = ("mood", "vocal-style")
"""Classes for which there are no detectors, so that nothing could be learnt about them."""
FAMILIAR = 0.45
"""Least confidence of a placement: below it nobody knows what the clause names, and nothing is forecast."""


def forecast(plan: Plan, can: Capabilities) -> tuple[Forecast, ...]:
    """One forecast a clause; () for a plan without a negative, or for a model on which nothing was measured."""
    evidence = forecast_evidence(plan.model)
    if evidence is None or plan.method in ("none", "rewrite") or plan.source is not None:
        return ()
    return tuple(_of_clause(plan, clause, can, evidence) for clause in clauses(plan.negative_prompt))


def _of_clause(plan: Plan, clause: Clause, can: Capabilities, evidence: ForecastEvidence) -> Forecast:
    placed = place_clause(clause.text, can.modality)
    if placed.concept is None or placed.confidence < FAMILIAR:
        return Forecast(clause.text, None, None, "it names nothing that the catalogue knows")
    if placed.klass in UNHEARD:
        return Forecast(
            clause.text, placed.concept, None, f"nothing here hears a {placed.klass.replace('-', ' ')}"
        )
    numbers = features(plan, clause, placed, can)
    if dict(named(numbers))["unknown words"] == 1.0:
        return Forecast(clause.text, placed.concept, None, "the model never saw a word of it")
    return Forecast(clause.text, placed.concept, probability(evidence.weights, numbers))


def probability(weights: Weights, numbers: Sequence[float]) -> float:
    """The calibrated probability, 0..1."""
    terms = zip(numbers, weights.mean, weights.scale, weights.weights, strict=True)
    logit = weights.intercept + sum(w * (x - mean) / scale for x, mean, scale, w in terms)
    calibrated = weights.slope * logit + weights.offset
    return 1 / (1 + exp(-max(-LARGEST_LOGIT, min(LARGEST_LOGIT, calibrated))))
