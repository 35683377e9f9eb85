"""What the field says and how it is put to the test. Values only; what came of it is `catalog.claim_evidence`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from eschew.catalog.claim_evidence import Tally
from eschew.lab.experiments.experiment import Experiment, Results

Ran = Mapping[str, Results]
"""What was run for a claim, by the name of the experiment."""
Groups = tuple[tuple[float, ...], ...]
"""One number a pair, pairs grouped by prompt. For yes-or-no questions −1, 0 or 1."""


@dataclass(frozen=True)
class Question:
    """One thing that a claim says, with the rule that decides it. Written down before anything was run.

    `of` gives one number a pair; their mean is the effect. The claim says that the effect lies above `margin`
    (`says` = "above") or below it. What is not `decisive` is reported beside the claim and does not decide it.
    """

    id: str
    asks: str
    measure: str
    """What the effect is, in words, with its unit."""
    says: Literal["above", "below"]
    margin: float
    of: Callable[[Ran], Groups]
    decisive: bool = True


@dataclass(frozen=True)
class Source:
    """A clip that the model itself makes beforehand, for experiments that start from one. `file` is its name there."""

    file: str
    prompt: str
    seed: int


@dataclass(frozen=True)
class Claim:
    """A sentence that the field believes, and the experiments that test it."""

    letter: str
    title: str
    says: str
    """The claim, in our words."""
    source: str
    experiments: tuple[Experiment, ...]
    questions: tuple[Question, ...]
    seen: Callable[[Ran], tuple[Tally, ...]]
    """Rates that help to understand the answer; they decide nothing."""
    caveat: str = ""
    """What the test cannot tell."""
    sources: tuple[Source, ...] = ()
