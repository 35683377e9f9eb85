"""What a search may try: methods, strengths, windows, and ways to say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.method_facts import method
from eschew.catalog.taxonomy import concept
from eschew.catalog.vocabulary import unknown_words, vocabulary
from eschew.lab.tune.values import Candidate, Goal
from eschew.prompt import clauses

if TYPE_CHECKING:
    import optuna

__all__ = ["Space", "known_good", "space_of", "suggested"]

STEERABLE = ("cfg-substitution", "perp-neg", "three-branch", "nag", "contrast")
"""Methods that are tried, where a model has them: one or two of each kind. Others differ from these by little here."""
STRENGTHS = (0.5, 16.0)
STARTS = (0.0, 0.5)
GRAIN = 0.05
LENGTHS = (0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
"""Of the window; one that would reach beyond the last step ends there."""
MOST_WORDINGS = 5
QUICK = (12.0, 0.2, 0.3)
"""Strength and window of a short strong push: the cheapest way that was found by hand, so the search begins with it."""


@dataclass(frozen=True)
class Space:
    """The choices for one goal."""

    wordings: tuple[str, ...]
    methods: tuple[str, ...]
    guidance_scales: tuple[float, ...]
    """1 is off: then only the steps in the window cost more than the prompt alone."""


def space_of(goal: Goal, can: Capabilities, default_guidance: float) -> Space:
    """The choices for a goal: the wordings are the user's own, shorter ones, and the catalogue's for what is meant."""
    methods = tuple(name for name in STEERABLE if name in can.methods) or can.methods[:1]
    lowest = (
        can.guidance.to_standard(can.guidance.min) if can.guidance and can.guidance.min is not None else 1.0
    )
    scales = (default_guidance,) if lowest > 1.0 else tuple(dict.fromkeys((1.0, default_guidance)))
    return Space(wordings(goal, can), methods, scales)


def wordings(goal: Goal, can: Capabilities) -> tuple[str, ...]:
    """Ways to say the negative, the user's own first, all in words that the model knows where its words are known."""
    own = goal.subject.negative_prompt
    said = [clause.text for clause in clauses(own)]
    meant = [concept(name) for name in goal.subject.targets]
    known = vocabulary(can.limits.tokenizer)
    others = [
        ", ".join(entry.wording for entry in meant),
        said[0],
        ", ".join(dict.fromkeys([*said, *(entry.wording for entry in meant)])),
        ", ".join(text for entry in meant for text in (entry.wording, *entry.also[:1])),
    ]
    fit = [text for text in others if text and (known is None or not unknown_words(text, known))]
    return tuple(dict.fromkeys([own, *fit]))[:MOST_WORDINGS]


def suggested(trial: optuna.Trial, space: Space) -> Candidate:
    """The candidate that a sampler's draws amount to."""
    name = trial.suggest_categorical("method", space.methods)
    strength = trial.suggest_float("strength", *STRENGTHS, log=True)
    start = trial.suggest_float("start", *STARTS, step=GRAIN)
    length = trial.suggest_categorical("length", LENGTHS)
    return Candidate(
        negative_prompt=trial.suggest_categorical("wording", space.wordings),
        method=name,
        guidance_scale=trial.suggest_categorical("guidance", space.guidance_scales),
        negative_scale=round(strength, 2) if takes_strength(name) else None,
        window=window_of(start, length),
    )


def window_of(start: float, length: float) -> tuple[float, float]:
    """Start and stop, 0 to 1, in figures that a person would write."""
    return (round(start, 2), round(min(1.0, start + length), 2))


def takes_strength(name: str) -> bool:
    """Whether a method has a strength of its own for the negative."""
    return any(knob.name == "negative_scale" for knob in method(name).knobs)


def known_good(space: Space) -> Sequence[dict[str, object]]:
    """Draws to begin with: the short strong push, and one over all steps, each with guidance on and off."""
    strength, start, stop = QUICK
    base = {"method": space.methods[0], "wording": space.wordings[0]}
    return [
        {**base, "strength": s, "start": a, "length": length, "guidance": guidance}
        for guidance in space.guidance_scales
        for s, a, length in ((strength, start, round(stop - start, 2)), (3.5, 0.1, 1.0), (6.0, 0.2, 0.2))
    ]
