"""Negatives on the embedded turbos: guidance in every step beside what works, on the same paired seeds.

    .venv/bin/python -m benchmarks.turbo --out src/eschew/catalog/evidence/turbo.json

Guidance is distilled into a turbo's weights, so one pass a step is all that it was trained for. Each arm runs on the seeds of
one unguided arm, with the negative and again with a placebo, a word of the same sort that nobody asked for:

    guidance 1.5, 2, 4, 7    n + w·(c − n) in every step
    contrast, NAG, VSF, …    inside the attention, where listed, at what a plan makes of no wishes at all
    early, one or two steps  n + w·(c − n) from the third step on, for an eighth or a quarter of the steps

Told of each: what was removed (of the pairs that had it), what was kept of what the prompt asks for, how far the samples
moved, with the placebo, too, how many burnt, and what a sample cost. Burnt is a sample of more contrast than any of the
unguided ones and of the base model's, without and with the same negative: the deviation of the log-mel spectrogram, or of the
pixels. Prints tables; writes only with `--out`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eschew import api
from eschew.api.making import DEMO_PAIRS
from eschew.backends import Backend
from eschew.backends.engine import open_backend
from eschew.backends.nano.codec import log_mel
from eschew.backends.nano.folder import model_folder
from eschew.catalog.model_facts import model
from eschew.catalog.turbo_evidence import TurboEvidence
from eschew.catalog.turbo_page import page
from eschew.errors import EschewError
from eschew.lab import contents
from eschew.lab.concepts import watch
from eschew.lab.listen import heard_as
from eschew.lab.pairs import Row, apart, run
from eschew.lab.statistics import wilson
from eschew.plan import Plan, without_negative
from eschew.request import ANY_ENGINE, Request
from eschew.settings import settings


@dataclass(frozen=True)
class Case:
    """A model, what is asked of it, what it brings along unasked, and a word that names nothing of the matter."""

    model: str
    prompt: str
    negative: str
    placebo: str


OTHER_INSTRUMENTS = "cowbell, marimba, steel drums"

CASES = (
    *(Case("nano-music-turbo", *pair, OTHER_INSTRUMENTS) for pair in DEMO_PAIRS),
    Case(
        "nano-music-turbo",
        "Lo-fi hip-hop with dusty boom-bap drums at 88 BPM, jazzy electric piano",
        "vinyl crackle, tape hiss, lo-fi noise",
        OTHER_INSTRUMENTS,
    ),
    Case(
        "nano-music-turbo",
        "Ballad with nylon guitar and strings",
        "long reverb, hall reverb",
        OTHER_INSTRUMENTS,
    ),
    Case("nano-image-turbo", "a stock illustration of a cat", "watermark", "bicycle"),
    Case("nano-image-turbo", "a cartoon of an apple", "border, frame", "bicycle, boat"),
)
GUIDANCE = (1.5, 2.0, 4.0, 7.0)
ATTENTION = ("contrast", "nag", "vsf", "nasa", "ong")
EARLY = {"early, one step": (4.0, (0.25, 0.375)), "early, two steps": (3.0, (0.25, 0.5))}
"""Name → guidance, and the window in which it acts."""
FIRST_SEED = 2000
"""Settings were chosen on seeds below, most of them below 1000."""
ROUNDS = 13
"""Of the clock; the first warms up."""


def arms(case: Case, negative: str) -> dict[str, Plan]:
    """Name → plan with this negative: of guidance, which no plan for a turbo would be, and of each method as planned."""
    listed = [name for name in ATTENTION if name in model(case.model).methods]
    plans = {name: api.plan(Request(case.prompt, negative, case.model, name)) for name in listed}

    def guided(w: float, window: tuple[float, float]) -> Plan:
        bare = replace(plans["nag"], knobs={}, history=())
        return replace(bare, method="cfg-substitution", negative_scale=w - 1.0, window=window)

    everywhere = {f"guidance {w:g}": guided(w, (0.0, 1.0)) for w in GUIDANCE}
    early = {name: guided(*setting) for name, setting in EARLY.items()}
    return {**everywhere, **early, **plans}


def measured(case: Case, pairs: int, folder: Path) -> list[TurboEvidence]:
    """Every arm of a case against the unguided one."""
    facts = model(case.model)
    acting, idle = arms(case, case.negative), arms(case, case.placebo)
    bare = without_negative(next(iter(acting.values())))
    plans = [bare, *acting.values(), *idle.values()]
    backend = open_backend(facts, ANY_ENGINE, 1)
    rows, _ = run(plans, range(FIRST_SEED, FIRST_SEED + pairs), backend, folder, settings().workers, progress)
    table = dict(zip([plan.digest for plan in plans], rows, strict=True))
    without = table[bare.digest]
    ceiling = most_contrast([*without, *by_the_base(case, pairs, folder)], folder)
    seconds = timed([bare, *acting.values()], backend)
    times = {name: taken / seconds[0] for name, taken in zip(acting, seconds[1:], strict=True)}
    return [
        evidence(
            case,
            name,
            plan,
            without,
            table[plan.digest],
            table[idle[name].digest],
            folder,
            ceiling,
            times[name],
        )
        for name, plan in acting.items()
    ]


def timed(plans: Sequence[Plan], backend: Backend) -> list[float]:
    """Median seconds of a sample by each plan: one after the other, round after round, so that a busy spell hits them all."""
    rounds = [[backend.sample(plan, seed).receipt.seconds for plan in plans] for seed in range(ROUNDS)]
    return [float(np.median(taken)) for taken in zip(*rounds[1:], strict=True)]


def by_the_base(case: Case, pairs: int, folder: Path) -> list[Row]:
    """What the model that the turbo was made from draws or plays, without and with the negative: what a good one looks like."""
    name = model_folder(case.model).facts.base
    acting = api.plan(Request(case.prompt, case.negative, name))
    backend = open_backend(model(name), ANY_ENGINE, 1)
    plans = [without_negative(acting), acting]
    rows, _ = run(plans, range(FIRST_SEED, FIRST_SEED + pairs), backend, folder, settings().workers, progress)
    return [row for arm in rows for row in arm]


def evidence(
    case: Case,
    arm: str,
    plan: Plan,
    without: Sequence[Row],
    acted: Sequence[Row],
    idle: Sequence[Row],
    folder: Path,
    ceiling: float,
    time_taken: float,
) -> TurboEvidence:
    """One arm, from the rows without a negative, with it, and with the placebo."""
    watched = watch(case.prompt, case.negative, model(case.model).modality)
    return TurboEvidence(
        model=case.model,
        arm=arm,
        prompt=case.prompt,
        negative_prompt=case.negative,
        placebo=case.placebo,
        method=plan.method,
        negative_scale=plan.negative_scale,
        window=plan.window,
        knobs=plan.knobs,
        pairs=len(without),
        present={c: sum(there(row, c) for row in without) / len(without) for c in watched.targets},
        removed={c: lost(c, without, acted) for c in watched.targets if had(c, without)},
        removed_by_placebo={c: lost(c, without, idle) for c in watched.targets if had(c, without)},
        kept={c: held(c, without, acted) for c in watched.asked if had(c, without)},
        moved=moved(without, acted, folder),
        moved_by_placebo=moved(without, idle, folder),
        burnt=float(np.mean([contrast(folder / row.file) > ceiling for row in acted])),
        passes=sum(row.passes for row in acted) / sum(row.passes for row in without),
        seconds=time_taken,
    )


def there(row: Row, concept: str) -> bool:
    return any(reading.present for reading in row.readings if reading.concept == concept)


def had(concept: str, rows: Sequence[Row]) -> list[int]:
    """Which of the rows have it."""
    return [i for i, row in enumerate(rows) if there(row, concept)]


def held(concept: str, before: Sequence[Row], after: Sequence[Row]) -> tuple[float, float, float]:
    """How often it stayed, among the pairs that had it, with the Wilson interval."""
    who = had(concept, before)
    stayed = sum(there(after[i], concept) for i in who)
    return (stayed / len(who), *wilson(stayed, len(who)))


def lost(concept: str, before: Sequence[Row], after: Sequence[Row]) -> tuple[float, float, float]:
    rate, low, high = held(concept, before, after)
    return 1 - rate, 1 - high, 1 - low


def moved(before: Sequence[Row], after: Sequence[Row], folder: Path) -> float:
    """The first measure of the modality, over all pairs."""
    return float(np.mean([apart(a, b, folder)[0] for a, b in zip(before, after, strict=True)]))


def most_contrast(rows: Sequence[Row], folder: Path) -> float:
    return max(contrast(folder / row.file) for row in rows)


def contrast(path: Path) -> float:
    """The deviation of a clip's log-mel spectrogram, or of a picture's pixels."""
    content = contents.load(path)
    if isinstance(content, contents.Seen):
        return float(content.pixels.std())
    assert isinstance(content, contents.Clip)
    return float(log_mel(heard_as(content.audio, content.sample_rate)).std())


def progress(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done}/{total} ")
    sys.stderr.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument("--model", choices=sorted({case.model for case in CASES}), help="default: all")
    parser.add_argument("--folder", type=Path, default=Path("runs/turbo"), help="keeps samples and readings")
    parser.add_argument("--out", type=Path, help="the JSON file to write; cases that were not run stay in it")
    asked = parser.parse_args()
    rows: list[TurboEvidence] = []
    try:
        for case in CASES:
            if asked.model in (None, case.model):
                rows += measured(case, asked.pairs, asked.folder)
    except EschewError as problem:
        sys.exit(f"\n{problem}")
    print(page(rows))
    if asked.out is not None:
        write(rows, asked.out)


def write(rows: Sequence[TurboEvidence], out: Path) -> None:
    """The rows, and those of other cases that the file already has."""
    import msgspec

    fresh = {(row.model, row.prompt) for row in rows}
    before = msgspec.json.decode(out.read_bytes(), type=tuple[TurboEvidence, ...]) if out.exists() else ()
    kept = [row for row in before if (row.model, row.prompt) not in fresh]
    text = msgspec.json.format(msgspec.json.encode([*kept, *rows]), indent=1)
    temporary = out.with_suffix(f".{os.getpid()}.part")
    temporary.write_bytes(text + b"\n")
    temporary.replace(out)


if __name__ == "__main__":
    main()
