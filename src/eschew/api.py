"""The public verbs. Each takes plain values, gives plain values, and raises only errors of `eschew.errors`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import ModelFacts, model, models
from eschew.errors import KnobError, RefusalError
from eschew.plan import Plan, decide
from eschew.request import Request
from eschew.settings import settings

if TYPE_CHECKING:
    from eschew.backends import Backend, Sample
    from eschew.lab.values import Comparison

__all__ = ["DEMO_PAIRS", "Request", "compare", "demo", "generate", "models", "plan"]

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""

LARGEST_SEED = 2**63 - 1
MOST_PAIRS = 100_000

DEMO_PAIRS: tuple[tuple[str, str], ...] = (
    (
        "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
        "melancholy late-night focus mood",
        "vinyl crackle, tape hiss, lo-fi noise",
    ),
    (
        "Mid-80s synthwave, retro analog arpeggio, gated reverb snare, big supersaw stab on the chorus",
        "vocoder, talkbox, robotic vocals",
    ),
    (
        "Acoustic singer-songwriter ballad, single fingerpicked nylon-string guitar, intimate male tenor lead, "
        "dry mix on the lead",
        "long reverb, hall reverb, lush reverb",
    ),
)
"""Prompt and negative of the three examples that `demo` runs: too much crackle, a vocoder, too much hall."""


def plan(request: Request) -> Plan:
    """What would run, decided to the last knob. Loads no model."""
    return decide(request, capabilities(model(request.model), request.host or "", request.task or ""))


def generate(request: Request, out: Path, seed: int = 0, on_step: Progress | None = None) -> tuple[Plan, Sample]:
    """Make one clip and write it to `out` (WAV, FLAC or OGG by its ending), plan and seed in the tags."""
    from eschew.backends.clips import check_ending, check_folder, write_clip

    _check_seed(seed)
    decided = plan(request)
    check_ending(out)
    check_folder(out.parent)
    sample = _backend(model(decided.model), threads=settings().workers).sample(decided, seed, on_step=on_step)
    write_clip(out, sample, decided)
    return decided, sample


def compare(request: Request, out: Path, pairs: int = 24, first_seed: int = 0, progress: Progress | None = None) -> Comparison:
    """Run `pairs` seeds without and with the negative; write report.html, report.json and the clips to folder `out`."""
    results = _compare_all([request], out, pairs, first_seed, progress)
    _write_report(results, out, title="Did the negative work?")
    return results[0]


def demo(out: Path, pairs: int = 24, progress: Progress | None = None) -> list[Comparison]:
    """The three examples of DEMO_PAIRS on the embedded model, in one report."""
    requests = [Request(prompt, negative) for prompt, negative in DEMO_PAIRS]
    results = _compare_all(requests, out, pairs, 0, progress)
    _write_report(results, out, title="Three negatives, put to the test")
    return results


@dataclass(frozen=True)
class _Share:
    """Progress of one of several runs, as progress of them all."""

    report: Progress
    index: int
    count: int

    def __call__(self, done: int, total: int) -> None:
        self.report(self.index * total + done, self.count * total)


def _compare_all(
    requests: Sequence[Request], out: Path, pairs: int, first_seed: int, progress: Progress | None
) -> list[Comparison]:
    from eschew.backends.clips import check_folder
    from eschew.lab.compare import compare as lab_compare

    if not 1 <= pairs <= MOST_PAIRS:
        raise KnobError(f"pairs must be a whole number from 1 to {MOST_PAIRS:,}, not {pairs}", where="--pairs")
    _check_seed(first_seed)
    plans = [plan(r) for r in requests]
    for request, decided in zip(requests, plans, strict=True):
        if decided.method == "none":
            raise KnobError(
                "there is no negative to compare", where="--negative", hint='name what you do not want: "vinyl crackle"',
                why="it is empty" if not request.negative_prompt.strip() else "the method is none",
            )
    check_folder(out)
    report = progress or (lambda done, total: None)
    return [
        lab_compare(
            decided,
            range(first_seed, first_seed + pairs),
            _backend(model(decided.model), threads=1),
            out,
            settings().workers,
            _Share(report, index, len(plans)),
        )
        for index, decided in enumerate(plans)
    ]


def _write_report(results: Sequence[Comparison], out: Path, title: str) -> None:
    import msgspec

    from eschew.report import full_json, write_page
    from eschew.report.page import write_whole

    write_page(results, out, out / "report.html", title)
    content = [full_json(r) for r in results]
    text = msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
    write_whole(out / "report.json", text + "\n")


def _backend(facts: ModelFacts, threads: int) -> Backend:
    if facts.backend != "nano":
        runs = ", ".join(m.id for m in models() if m.backend == "nano")
        raise RefusalError(
            f"{facts.title} cannot be run here: only its facts are in this version",
            where="--model",
            why=f"it needs the {facts.backend} backend",
            hint=runs,
        )
    from eschew.backends.nano.backend import NanoBackend

    return NanoBackend(facts.id, threads)


def _check_seed(seed: int) -> None:
    if not 0 <= seed <= LARGEST_SEED:
        raise KnobError(f"a seed is a whole number from 0 to {LARGEST_SEED}, not {seed}", where="seed")
