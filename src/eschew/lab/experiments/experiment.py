"""What an experiment asks, and what it found: prompts × arms × seeds, paired by noise. Values only; nothing runs here.

An experiment is a TOML file or these values in code. `design` reads and checks the file, `arms` turns subject × arm into
plans, `runner` runs them, `verdicts` concludes from `Results`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eschew.lab.values import Reading
from eschew.plan import Plan

__all__ = ["Arm", "Experiment", "MeasureInfo", "Outcome", "Results", "Subject"]


@dataclass(frozen=True)
class Arm:
    """One way of asking. What is None stands as the plan for the subject's own negative has it, so that arms differ in
    what they say and in nothing else.

    `negative_prompt` None is the subject's own negative, "" none. It and `added_to_prompt` may hold `{negative}`, the
    subject's whole negative, or `{clause}`, which says the text once for every clause of it: "no {clause}".
    """

    name: str
    negative_prompt: str | None = None
    placebo: bool = False
    """Unrelated words in place of the negative, as many and as often: what does *a* negative do, whatever it names?"""
    added_to_prompt: str = ""
    """Words put at the end of the prompt: "without any autotune"."""
    method: str | None = None
    guidance_scale: float | None = None
    negative_scale: float | None = None
    window: tuple[float, float] | None = None
    num_inference_steps: int | None = None
    knobs: Mapping[str, float] = field(default_factory=dict)
    source: str | None = None
    """A clip or picture to start from; None is the subject's own, if it has one."""
    strength: float | None = None
    """The source's hold, 0 to 1; what more of it means is a fact of the model."""
    against: str | None = None
    """The arm that this one is measured against; None is the experiment's baseline."""


@dataclass(frozen=True)
class Subject:
    """A prompt, its negative, and the concepts that are watched in it; left empty they follow from the words."""

    prompt: str
    negative_prompt: str = ""
    targets: tuple[str, ...] = ()
    """What the negative is to remove."""
    kept: tuple[str, ...] = ()
    """What should stay: asked for, or a companion of what is asked for."""
    source: str | None = None
    """A clip or picture that every arm starts from; in a file, relative to it."""


@dataclass(frozen=True)
class Experiment:
    """A question, and all that is run to answer it: every subject in every arm with every seed."""

    name: str
    question: str
    model: str
    subjects: tuple[Subject, ...]
    arms: tuple[Arm, ...]
    baseline: str
    """Name of the arm that the others are measured against."""
    pairs: int
    """Seeds for each subject. With sequential looks: the most that are run."""
    first_seed: int = 0
    alpha: float = 0.05
    """How often a true nothing may be called an effect, over the whole experiment."""
    sequential: bool = False
    """Look after each quarter of the pairs and stop early where the answer is in; the error rate stays `alpha`."""

    @property
    def seeds(self) -> range:
        """The seeds, in the order in which they run."""
        return range(self.first_seed, self.first_seed + self.pairs)

    def arm(self, name: str) -> Arm:
        """The arm of that name; KeyError if there is none."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise KeyError(name)

    def reference_of(self, arm: str) -> str:
        """Name of the arm that `arm` is measured against; its own name for the baseline."""
        return self.baseline if arm == self.baseline else self.arm(arm).against or self.baseline


@dataclass(frozen=True)
class Outcome:
    """One sample: of which subject, arm and seed; what was heard or seen in it, what it cost, where it lies."""

    subject: int
    """Index into the experiment's subjects."""
    arm: str
    seed: int
    digest: str
    """Of the plan that made it."""
    readings: tuple[Reading, ...]
    passes: int
    steps: int
    file: str | None
    """Relative to `Results.folder`."""
    sha256: str
    """Of the samples or pixels: equal means equal bit for bit."""
    moved: tuple[float, ...]
    """How far it is from the sample of the same seed in its reference arm, by each of `Results.measures`; empty for the
    baseline itself.
    """
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class MeasureInfo:
    """One of the distances in `Outcome.moved`."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Results:
    """Everything that was run, ready to be concluded from.

    `experiment` is the one asked for with the watched concepts filled in. Outcomes stand in the order subject, arm,
    seed; a subject has the same seeds in every arm. With sequential looks `pairs_run` may be less than asked for.
    """

    experiment: Experiment
    outcomes: tuple[Outcome, ...]
    plans: tuple[tuple[Plan, ...], ...]
    """By subject and arm, in the experiment's order."""
    measures: tuple[MeasureInfo, ...]
    modality: str
    """"music" or "image"."""
    engine: str
    """What ran it: the engine's name and a hash of the weights."""
    folder: str
    """Where the files of `Outcome.file` lie."""
    pairs_run: int
    looks: tuple[int, ...] = ()
    """Pairs at which the answer was looked at; empty without sequential looks."""
    seconds: float = field(default=0.0, compare=False)
    """Of this run, over all workers as one clock; what was found in the store cost nothing."""
    remarks: tuple[str, ...] = ()
    """What a reader must not miss: words the model never saw, clauses nothing hears, settings in which arms differ."""

    def of(self, subject: int, arm: str) -> tuple[Outcome, ...]:
        """The outcomes of one subject in one arm, by seed."""
        return tuple(o for o in self.outcomes if o.subject == subject and o.arm == arm)

    def pairs(self, subject: int, arm: str) -> tuple[tuple[Outcome, Outcome], ...]:
        """(reference, outcome) for each seed of one subject: `arm` beside the arm it is measured against."""
        reference = self.of(subject, self.experiment.reference_of(arm))
        return tuple(zip(reference, self.of(subject, arm), strict=True))
