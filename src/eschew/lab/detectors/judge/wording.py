"""Concepts as the sentences that are put to a judge, and the judge's scores as readings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from eschew.catalog.taxonomy import by_id
from eschew.catalog.wording import fold, without_negation
from eschew.errors import PromptError, UsageError
from eschew.lab.values import Reading

LONGEST = 200
"""Characters of a concept: a judge reads some seventy words at most."""
INNER = (" without ", " no ", " not ", " never ", " lacking ", " minus ", " free of ", " absent ", " none ")
"""Negations inside a wording; those that it opens with are known to the catalogue."""


@dataclass(frozen=True)
class Frame:
    """A sentence with a place for the thing, and the same sentence without it."""

    affirmative: str
    neutral: str


@dataclass(frozen=True)
class Question:
    """One concept and how it is worded."""

    concept: str
    wording: str


def questions(concepts: Collection[str]) -> tuple[Question, ...]:
    """Each concept with its wording: that of the catalogue for an id, else itself.

    UsageError if there is none; PromptError for a wording that is negated, empty or too long.
    """
    if not concepts:
        raise UsageError("a judge must be told what to look for", where="concepts", hint='"watermark", say')
    return tuple(Question(concept, _affirmative(concept)) for concept in concepts)


def _affirmative(concept: str) -> str:
    known = by_id().get(concept)
    wording = known.wording if known else " ".join(concept.split())
    folded = fold(wording)
    if not folded:
        raise PromptError("there is nothing in this wording to look for", where=repr(concept))
    if len(wording) > LONGEST:
        raise PromptError(
            f"this wording has {len(wording)} characters, and a judge is asked for one thing at a time",
            where=repr(wording[:40] + "…"),
            hint=f"at most {LONGEST} characters",
        )
    if without_negation(folded) != folded or any(word in f" {folded} " for word in INNER):
        raise PromptError(
            "a judge cannot be asked for what is not there",
            where=repr(concept),
            why="it matches words, and to it “no hiss” is about hiss",
            hint=f"ask for {without_negation(folded)!r} and read its absence"
            if without_negation(folded) != folded
            else "name the thing itself, and read its absence",
        )
    return wording


def sentences(asked: Sequence[Question], frames: Sequence[Frame]) -> list[str]:
    """All neutral sentences, then those of each question, frame by frame."""
    return [frame.neutral for frame in frames] + [
        frame.affirmative.format(question.wording) for question in asked for frame in frames
    ]


def readings(
    asked: Sequence[Question], frames: Sequence[Frame], logits: NDArray[np.float32], judge: str
) -> tuple[Reading, ...]:
    """One reading a question. `logits` are in the order of `sentences`, the model's own scale in them.

    The score is the mean over frames of how much better the affirmative sentence fits than the neutral one; its sigmoid
    is the model's own odds between the two, which nobody has calibrated; present is more than even.
    """
    neutral, rest = logits[: len(frames)], logits[len(frames) :].reshape(len(asked), len(frames))
    out = []
    for question, row in zip(asked, rest, strict=True):
        score = float((row - neutral).mean())
        out.append(
            Reading(question.concept, judge, score, 1 / (1 + exp(-max(-50.0, min(50.0, score)))), score > 0)
        )
    return tuple(out)
