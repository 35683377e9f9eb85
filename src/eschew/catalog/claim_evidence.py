"""What became of the field's claims on the embedded models: `evidence/claims.json`, written by `eschew evidence --write`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from eschew.errors import FileError

__all__ = [
    "CLAIMS_FILE",
    "Answer",
    "ClaimVerdict",
    "Standing",
    "Tally",
    "claim_verdicts",
    "in_words",
    "measured",
]

CLAIMS_FILE = Path(__file__).parent / "evidence" / "claims.json"

Standing = Literal["holds", "does not hold here", "undecided"]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Tally:
    """A number beside an answer: a rate with Wilson's interval, or a mean with a bootstrap interval (95 %)."""

    name: str
    value: float
    interval: Interval
    n: int
    unit: str = ""
    """Empty for a rate in 0..1."""


@dataclass(frozen=True)
class Answer:
    """What became of one question. `p_holds` and `p_fails` are one-sided and Holm-adjusted over the claim's questions."""

    id: str
    asks: str
    measure: str
    """What the effect is, with its unit."""
    rule: str
    effect: float
    interval: Interval
    """95 %, the wider of that over pairs and that over prompts."""
    pairs: int
    """Pairs that the effect rests on: those that had the thing, where it is about losing it."""
    prompts: int
    p_holds: float
    p_fails: float
    standing: Standing
    decisive: bool
    """Whether the claim's own verdict hangs on it."""


@dataclass(frozen=True)
class ClaimVerdict:
    """What became of a claim on one model."""

    letter: str
    title: str
    says: str
    source: str
    caveat: str
    model: str
    standing: Standing
    answers: tuple[Answer, ...]
    seen: tuple[Tally, ...]
    pairs: int
    """Seeds × prompts, over the claim's experiments."""
    prompts: int
    experiments: tuple[str, ...]
    seeds: int
    """Seeds a prompt, from 0 on; the most of its experiments."""
    engine: str
    """What ran it: the engine's name and a hash of the weights."""
    detectors: str = ""
    """What judged it: names and versions."""


def claim_verdicts(file: Path = CLAIMS_FILE) -> tuple[ClaimVerdict, ...]:
    """All that was measured, by letter; nothing where nothing was. FileError if the file is damaged."""
    return _read(file)


def measured(letter: str, question: str, model: str, file: Path = CLAIMS_FILE) -> Answer | None:
    """The answer to one question of a claim on this model, or None if it was not asked there."""
    return _by_question(file).get((letter, question, model))


def in_words(answer: Answer, model: str) -> str:
    """An answer as a rule quotes it, with its interval and the pairs it rests on."""
    low, high = answer.interval
    return f"measured on {model}: {answer.effect:.2f} ({low:.2f} to {high:.2f}), {answer.measure}, {answer.pairs} pairs"


@cache  # the file is part of the package: reading it twice can give nothing new
def _by_question(file: Path) -> Mapping[tuple[str, str, str], Answer]:
    return {(v.letter, a.id, v.model): a for v in _read(file) for a in v.answers}


@cache
def _read(file: Path) -> tuple[ClaimVerdict, ...]:
    if not file.is_file():
        return ()
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[ClaimVerdict, ...])
    except msgspec.MsgspecError as problem:
        raise FileError("these are no verdicts on claims", where=str(file), why=str(problem)) from problem
