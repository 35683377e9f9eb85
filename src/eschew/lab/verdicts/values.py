"""What an experiment amounts to. Rates in 0..1; intervals have 95 % unless said otherwise; counts are of pairs."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.calling import Called
from eschew.lab.experiments.experiment import MeasureInfo
from eschew.lab.statistics import OddsRatio, PooledRate
from eschew.lab.values import Interval

__all__ = [
    "ArmSummary",
    "BesidePlacebo",
    "KeptVerdict",
    "MovedVerdict",
    "PromptCount",
    "TargetVerdict",
    "Verdicts",
]


@dataclass(frozen=True)
class PromptCount:
    """One prompt's share of a question."""

    subject: int
    """Index into the experiment's subjects."""
    pairs: int
    had: int
    """Pairs whose reference has the thing."""
    gone: int
    came: int
    removed: float | None
    """gone / had; None if no pair had it."""
    removed_ci95: Interval
    """Wilson's."""


@dataclass(frozen=True)
class BesidePlacebo:
    """The negative beside a placebo on the same seeds, among the pairs whose reference has the thing."""

    placebo: str
    """The arm."""
    removed_by_placebo: float
    only_negative: int
    """Pairs in which the negative removed it and the placebo did not."""
    only_placebo: int
    difference: float
    difference_ci95: Interval
    """Tango's."""
    p_value: float
    """Exact McNemar; one for each question, corrected for none."""


@dataclass(frozen=True)
class TargetVerdict:
    """What became of a target in one arm, over all prompts that watch it, pair by pair beside the arm's reference."""

    arm: str
    against: str
    concept: str
    detector: str
    pairs: int
    had: int
    gone: int
    came: int
    present_without: float
    present_with: float
    removed: float | None
    """Among the pairs that had it; None if none had."""
    removed_ci95: Interval
    """Wilson's."""
    appeared: float | None
    """Among the pairs that did not have it (reverse activation); None if all had."""
    appeared_ci95: Interval
    difference: float
    """present_without − present_with."""
    difference_ci95: Interval
    """Tango's."""
    odds_ratio: OddsRatio
    cohens_h: float
    p_value: float
    """Exact McNemar, or the bet's that may be looked at any time if the experiment is sequential."""
    p_adjusted: float
    """Holm's, over all questions of the experiment."""
    pooled: PooledRate | None
    """The rate removed over prompts such as these; None unless two prompts or more had it."""
    by_prompt: tuple[PromptCount, ...]
    beside_placebo: BesidePlacebo | None
    verdict: Called


@dataclass(frozen=True)
class KeptVerdict:
    """What became of something that should stay."""

    arm: str
    against: str
    concept: str
    detector: str
    pairs: int
    had: int
    lost: int
    came: int
    present_without: float
    present_with: float
    kept: float | None
    """Among the pairs that had it."""
    kept_ci95: Interval
    """Wilson's."""
    change_ci90: Interval
    """Tango's, of present_without − present_with: it stayed if this lies within ± the margin."""
    margin: float
    p_equivalent: float
    """Two one-sided tests, adjusted by Holm over everything that should stay."""
    p_lost: float
    """Exact McNemar, or the bet's if the experiment is sequential; adjusted likewise."""
    verdict: str
    """One of "stayed", "lost", "came", "undecided", "was not there"."""


@dataclass(frozen=True)
class MovedVerdict:
    """How far an arm is from its reference by one measure, beside the placebo on the same seeds."""

    arm: str
    against: str
    measure: MeasureInfo
    pairs: int
    mean: float
    ci95: Interval
    """Bootstrap over pairs, BCa."""
    placebo: str | None
    placebo_mean: float | None
    beyond: float | None
    """Mean of (arm − placebo), pair by pair."""
    beyond_ci95: Interval | None
    p_adjusted: float | None
    """Paired permutation test of `beyond`, Holm's over all measures and arms."""


@dataclass(frozen=True)
class ArmSummary:
    """One arm in a line: what it is, what it cost, what it did over everything that is watched."""

    name: str
    against: str | None
    """None for the baseline."""
    placebo: bool
    says: tuple[str, ...]
    """Its negatives, one for each different wording."""
    adds: str
    """What it puts at the end of the prompt, as the experiment has it."""
    method: str
    """Methods of its plans, joined by commas."""
    passes_per_step: float
    identical: int
    """Pairs equal bit for bit to their reference: there the arm did nothing at all."""
    pairs: int
    removed: float | None
    """Of all pairs × targets that had it."""
    harm: float | None
    """Lost of all pairs × kept concepts that had it."""
    on_front: bool
    """No other arm removes as much, at as little harm, in as few passes, and is better in one. Never a placebo."""


@dataclass(frozen=True)
class Verdicts:
    """Everything concluded from one experiment."""

    name: str
    question: str
    model: str
    engine: str
    modality: str
    baseline: str
    prompts: tuple[str, ...]
    pairs_run: int
    """Seeds for each prompt."""
    pairs_asked: int
    first_seed: int
    alpha: float
    looks: tuple[int, ...]
    """Pairs at which a sequential experiment was looked at."""
    arms: tuple[ArmSummary, ...]
    targets: tuple[TargetVerdict, ...]
    kept: tuple[KeptVerdict, ...]
    moved: tuple[MovedVerdict, ...]
    remarks: tuple[str, ...]
