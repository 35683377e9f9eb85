"""An experiment's file → `Experiment`, strictly: what nothing would read, or what could not be run, is an error that
names the file, the line of the table and what to try.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import msgspec

from eschew.catalog.facts import close_names, lost_keys
from eschew.catalog.model_facts import model
from eschew.errors import FileError, UnknownNameError, UsageError
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.settling import readable
from eschew.policy.reading import table_lines, text_of

__all__ = ["MOST_PAIRS", "checked", "decode", "read_experiment"]

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
PLACE = re.compile(r"\b(?P<table>subjects|arms)(?:\[(?P<a>\d+)\]|\.(?P<b>\d+))")
BLANK = re.compile(r"\{(\w*)\}")
BLANKS = frozenset({"negative", "clause"})
MOST_PAIRS = 100_000
MOST_SAMPLES = 10_000_000
LARGEST_SEED = 2**63 - 1
WORST_ALPHA = 0.2

MINIMAL = 'name = "…"  question = "…"  pairs = 32  baseline = "none"  [[subjects]]  [[arms]]'


@dataclass(frozen=True)
class Problem:
    """What cannot be run. `where` is a key such as "arms.2"."""

    where: str
    what: str
    hint: str = ""


def read_experiment(path: Path) -> Experiment:
    """The experiment in a TOML file. FileError or UsageError, with the line where there is one."""
    experiment = decode(text_of(path, "experiment"), str(path))
    return replace(
        experiment,
        subjects=tuple(replace(s, source=_beside(path, s.source)) for s in experiment.subjects),
        arms=tuple(replace(a, source=_beside(path, a.source)) for a in experiment.arms),
    )


def _beside(path: Path, source: str | None) -> str | None:
    return source if source is None else str(path.parent / source)


def decode(text: str, origin: str) -> Experiment:
    """The experiment that a TOML text states. FileError (not TOML) or UsageError (no experiment that could be run)."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError("this experiment is not TOML", where=origin, why=str(error)) from error
    lines = dict(table_lines(text))
    tables.setdefault("model", "nano-music")
    try:
        experiment = msgspec.convert(tables, Experiment, strict=True)
    except msgspec.ValidationError as error:
        raise UsageError(
            "this is not an experiment",
            where=_at(origin, str(error), lines),
            why=str(error),
            hint=MINIMAL if "missing required" in str(error) else "",
        ) from error
    # msgspec passes over unknown keys of dataclasses; a misspelt setting must not vanish.
    unknown = list(lost_keys(tables, msgspec.to_builtins(experiment)))
    if unknown:
        raise _unknown_key(unknown[0], origin, lines)
    return checked(experiment, origin, lines)


def checked(
    experiment: Experiment, origin: str = "experiment", lines: Mapping[str, int] | None = None
) -> Experiment:
    """`experiment` itself. UsageError for the first thing in it that could not be run."""
    try:
        known = readable(model(experiment.model).modality)
    except UnknownNameError as error:
        raise UnknownNameError(error.what, where=f"{origin}, model", hint=error.hint) from error
    for problem in _problems(experiment, known):
        raise UsageError(problem.what, where=_at(origin, problem.where, lines or {}), hint=problem.hint)
    return experiment


def _unknown_key(key: str, origin: str, lines: Mapping[str, int]) -> UsageError:
    name = key.rpartition(".")[2]
    of: Any = Arm if key.startswith("arms") else Subject if key.startswith("subjects") else Experiment
    known = [field.name for field in fields(of)]
    close = close_names(name, known)
    return UsageError(
        f"nothing reads the key {name!r}",
        where=_at(origin, key, lines),
        hint=" or ".join(close) if close else "one of " + ", ".join(known),
    )


def _at(origin: str, what: str, lines: Mapping[str, int]) -> str:
    """The file, and the line of the table that `what` speaks of."""
    found = PLACE.search(what)
    if found is None:
        return origin
    table = f"{found['table']}.{found['a'] or found['b']}"
    return f"{origin}, line {lines[table]}" if table in lines else f"{origin}, {table}"


def _problems(experiment: Experiment, known: frozenset[str]) -> Iterator[Problem]:
    if not NAME.fullmatch(experiment.name):
        yield Problem("name", f"{experiment.name!r} is no name", "small letters, digits, dots and dashes")
    if not experiment.question.strip():
        yield Problem("question", "the question is empty", "one sentence: what is this to find out?")
    if not 1 <= experiment.pairs <= MOST_PAIRS:
        yield Problem("pairs", f"pairs is a whole number from 1 to {MOST_PAIRS:,}, not {experiment.pairs}")
    if not 0 <= experiment.first_seed <= LARGEST_SEED - MOST_PAIRS:
        yield Problem("first_seed", f"{experiment.first_seed} is no seed to start from", "0, or more")
    if not 0 < experiment.alpha <= WORST_ALPHA:
        yield Problem("alpha", f"alpha is above 0 and at most {WORST_ALPHA}, not {experiment.alpha}", "0.05")
    if experiment.sequential and experiment.pairs < 8:
        yield Problem("sequential", "looking early needs 8 pairs at least", "sequential = false")
    if not experiment.subjects:
        yield Problem("subjects", "there is nothing to try it on", '[[subjects]] with prompt = "…"')
    if len(experiment.arms) < 2:
        yield Problem("arms", "one arm alone shows nothing", "[[arms]], at least the baseline and another")
    samples = len(experiment.subjects) * len(experiment.arms) * experiment.pairs
    if samples > MOST_SAMPLES:
        yield Problem("pairs", f"that would be {samples:,} samples", f"{MOST_SAMPLES:,} at most")
    for index, subject in enumerate(experiment.subjects):
        yield from _subject_problems(f"subjects.{index}", subject, known)
    yield from _arm_problems(experiment)


def _subject_problems(where: str, subject: Subject, known: frozenset[str]) -> Iterator[Problem]:
    if not subject.prompt.strip():
        yield Problem(where, "the prompt is empty", 'prompt = "lo-fi hip-hop with piano"')
    for name in (*subject.targets, *subject.kept):
        if name not in known:
            close = close_names(name, known)
            hint = " or ".join(close) or "leave it out: what is watched then follows from the words"
            yield Problem(where, f"nothing here hears or sees a concept called {name!r}", hint)
    both = set(subject.targets) & set(subject.kept)
    if both:
        yield Problem(where, f"{min(both)} cannot be both removed and kept")


def _arm_problems(experiment: Experiment) -> Iterator[Problem]:
    names = [arm.name for arm in experiment.arms]
    if experiment.baseline not in names:
        yield Problem(
            "baseline", f"no arm is called {experiment.baseline!r}", "one of " + ", ".join(map(repr, names))
        )
    for index, arm in enumerate(experiment.arms):
        where = f"arms.{index}"
        if not arm.name.strip() or len(arm.name) > 64 or not arm.name.isprintable():
            yield Problem(where, f"{arm.name!r} is no name for an arm", "a word or two")
        if names.index(arm.name) != index:
            yield Problem(where, f"two arms are called {arm.name!r}")
        if arm.against is not None and arm.against not in names:
            yield Problem(
                where, f"no arm is called {arm.against!r}", "against = one of " + ", ".join(map(repr, names))
            )
        if arm.against == arm.name:
            yield Problem(where, f"{arm.name!r} cannot be measured against itself")
        if arm.placebo and not _any_negative(arm, experiment):
            yield Problem(where, "a placebo stands in for a negative, and there is none", "negative_prompt")
        for text in (arm.negative_prompt or "", arm.added_to_prompt):
            for name in BLANK.findall(text):
                if name not in BLANKS:
                    yield Problem(where, f"nothing fills {{{name}}}", "{negative} or {clause}")


def _any_negative(arm: Arm, experiment: Experiment) -> bool:
    if arm.negative_prompt is not None and not BLANK.search(arm.negative_prompt):
        return bool(arm.negative_prompt.strip())
    return all(subject.negative_prompt.strip() for subject in experiment.subjects)
