"""Fill in what an experiment leaves to its words: which concepts are watched in each subject."""

from __future__ import annotations

from dataclasses import replace

from eschew.catalog.model_facts import ModelFacts, model
from eschew.lab.concepts import Watch, watch
from eschew.lab.detectors import detectors
from eschew.lab.detectors.image import CONCEPTS as SEEN
from eschew.lab.experiments.experiment import Arm, Experiment, Subject

__all__ = ["readable", "remarks_on_subjects", "settled"]


def settled(experiment: Experiment) -> Experiment:
    """The experiment with targets and kept concepts in every subject."""
    facts = model(experiment.model)
    subjects = []
    for subject in experiment.subjects:
        found = _watched(subject, experiment.arms, facts)
        targets = subject.targets or tuple(c for c in found.targets if c not in subject.kept)
        kept = subject.kept or tuple(c for c in (*found.asked, *found.companions) if c not in targets)
        subjects.append(replace(subject, targets=targets, kept=kept))
    return replace(experiment, subjects=tuple(subjects))


def remarks_on_subjects(experiment: Experiment) -> tuple[str, ...]:
    """What nothing here can judge, of an experiment that is settled."""
    facts = model(experiment.model)
    verb = "see" if facts.modality == "image" else "hear"
    out: list[str] = []
    for number, subject in enumerate(experiment.subjects, 1):
        unheard = _watched(subject, experiment.arms, facts).unheard
        if unheard:
            out.append(f"Subject {number}: nothing here can {verb} {'; '.join(unheard)}.")
        if not subject.targets:
            out.append(f"Subject {number}: no target is watched, so removal cannot be counted in it.")
    return tuple(out)


def _watched(subject: Subject, arms: tuple[Arm, ...], facts: ModelFacts) -> Watch:
    # A subject without a negative of its own is asked about by what the arms avoid.
    own = [subject.negative_prompt] if subject.negative_prompt.strip() else _avoided(arms)
    return watch(subject.prompt, ", ".join(own), facts.modality, embedded=facts.backend == "nano")


def _avoided(arms: tuple[Arm, ...]) -> list[str]:
    said = (arm.negative_prompt or "" for arm in arms if not arm.placebo)
    return list(dict.fromkeys(text for text in said if text.strip() and "{" not in text))


def readable(modality: str) -> frozenset[str]:
    """Ids of the concepts that something here hears or sees."""
    return frozenset(SEEN) if modality == "image" else frozenset(d.concept for d in detectors())
