"""Does a negative act on these weights, on this machine? Four paired seeds for every method that fits, and one early look.

A proof that something acts, not of how well: for that there is `compare`, with more seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from eschew.backends import Backend, Picture, Sample
from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.image.backend import NanoImageBackend
from eschew.backends.probe import Probe
from eschew.catalog.taxonomy import Modality
from eschew.errors import EschewError, RefusalError
from eschew.lab.concepts import watch
from eschew.lab.detectors import read_clip
from eschew.lab.detectors.image import read_picture
from eschew.lab.listen import heard_as
from eschew.lab.moved import differences
from eschew.plan import Plan, without_negative

SEEDS = (0, 1, 2, 3)
EVERY_STEP = (0.0, 1.0)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tried:
    """One method on the paired seeds.

    `changed` counts pairs whose bytes differ. `moved` is how far the two are apart on average: dB of the log-mel
    spectrogram for clips, percent of full scale for pictures. `heard` holds, for each concept of the negative that a
    detector hears or sees, on how many seeds it was there without and with. `time` and `passes` are ratios to the unguided run
    of the same seeds. `refused` says why the method did not run, and everything else is then empty.
    """

    method: str
    changed: int = 0
    moved: float = 0.0
    heard: dict[str, tuple[int, int]] | None = None
    time: float = 0.0
    passes: float = 0.0
    refused: str = ""


@dataclass(frozen=True)
class Trial:
    """What came of it. `seconds` and `passes` are those of one run without the negative."""

    model: str
    engine: str
    device: str
    dtype: str
    prompt: str
    negative_prompt: str
    seeds: tuple[int, ...]
    num_inference_steps: int
    seconds: float
    passes: float
    probes: tuple[Probe, ...]
    probe_refused: str
    methods: tuple[Tried, ...]
    unit: str
    memory_peak: float | None
    """GiB that this process has held at most, on the accelerator where there is one."""

    @property
    def acts(self) -> bool:
        """Whether some method changed every pair."""
        return any(tried.changed == len(self.seeds) for tried in self.methods)


@dataclass(frozen=True)
class Where:
    """The engine, device and dtype a trial ran on."""

    engine: str
    device: str
    dtype: str


def bare_of(plan: Plan) -> Plan:
    """The arm without, stripped of everything that only the negative reads: one arm serves every method."""
    bare = without_negative(plan)
    return replace(bare, negative_scale=0.0, knobs={}, window=EVERY_STEP)


def examine(plans: Sequence[Plan], backend: Backend, progress: Progress) -> Trial:
    """Run every plan, one a method, on SEEDS. `plans` differ in the method and what it brings along."""
    first, where = plans[0], _where(backend)
    bares = {bare_of(plan).digest: bare_of(plan) for plan in plans}
    total = (len(bares) + len(plans)) * len(SEEDS)
    tick = _Ticker(progress, total)
    # The first run of all pays for warming up; it is not in the figures.
    backend.sample(replace(bare_of(first), num_inference_steps=1), SEEDS[0])
    without = {digest: [tick(backend, plan, seed) for seed in SEEDS] for digest, plan in bares.items()}
    probes, refused = _look(backend, first)
    tried = tuple(_try(plan, without[bare_of(plan).digest], backend, tick) for plan in plans)
    outputs = without[bare_of(first).digest]
    return Trial(
        model=first.model,
        engine=where.engine,
        device=where.device,
        dtype=where.dtype,
        prompt=first.prompt,
        negative_prompt=first.negative_prompt,
        seeds=SEEDS,
        num_inference_steps=first.num_inference_steps,
        seconds=_mean([o.receipt.seconds for o in outputs]),
        passes=_mean([o.receipt.passes for o in outputs]),
        probes=probes,
        probe_refused=refused,
        methods=tried,
        unit="% of full scale" if isinstance(outputs[0], Picture) else "dB",
        memory_peak=_peak(where.device),
    )


@dataclass(eq=False)
class _Ticker:
    """Runs, counted for the progress bar."""

    progress: Progress
    total: int
    done: int = 0

    def __call__(self, backend: Backend, plan: Plan, seed: int) -> Sample | Picture:
        self.progress(self.done, self.total)
        made = backend.sample(plan, seed)
        self.done += 1
        self.progress(self.done, self.total)
        return made


def _try(plan: Plan, without: Sequence[Sample | Picture], backend: Backend, tick: _Ticker) -> Tried:
    try:
        made = [tick(backend, plan, seed) for seed in SEEDS]
    except RefusalError as refusal:
        tick.done += len(SEEDS)
        return Tried(plan.method, refused=str(refusal).replace("\n", "; "))
    pairs = list(zip(without, made, strict=True))
    return Tried(
        plan.method,
        changed=sum(_bytes(a) != _bytes(b) for a, b in pairs),
        moved=_mean([_apart(a, b) for a, b in pairs]),
        heard=_heard(plan, pairs),
        time=_mean([b.receipt.seconds for b in made])
        / max(1e-9, _mean([a.receipt.seconds for a in without])),
        passes=_mean([b.receipt.passes for b in made]) / _mean([a.receipt.passes for a in without]),
    )


def _apart(a: Sample | Picture, b: Sample | Picture) -> float:
    if isinstance(a, Picture) and isinstance(b, Picture):
        return float(np.abs(a.pixels.astype(np.float32) - b.pixels).mean() / 2.55)
    if isinstance(a, Sample) and isinstance(b, Sample):
        return differences(heard_as(a.audio, a.sample_rate), heard_as(b.audio, b.sample_rate))[0]
    raise TypeError("a pair is two clips or two pictures")


def _heard(
    plan: Plan, pairs: Sequence[tuple[Sample | Picture, Sample | Picture]]
) -> dict[str, tuple[int, int]]:
    """How often each concept of the negative was there, without and with."""
    modality: Modality = "image" if isinstance(pairs[0][0], Picture) else "music"
    watched = watch(plan.prompt, plan.negative_prompt, modality, embedded=plan.model.startswith("nano-"))
    before, after = ([_present(made) for made in side] for side in zip(*pairs, strict=True))
    return {
        concept: (sum(concept in there for there in before), sum(concept in there for there in after))
        for concept in watched.targets
    }


def _present(made: Sample | Picture) -> set[str]:
    """Every concept that is there."""
    readings = (
        read_picture(made.pixels) if isinstance(made, Picture) else read_clip(made.audio, made.sample_rate)
    )
    return {reading.concept for reading in readings if reading.present}


def _bytes(made: Sample | Picture) -> bytes:
    return made.pixels.tobytes() if isinstance(made, Picture) else made.audio.tobytes()


def _look(backend: Backend, plan: Plan) -> tuple[tuple[Probe, ...], str]:
    """The early look, or why there is none."""
    try:
        if isinstance(backend, NanoBackend):
            from eschew.backends.nano.probe import early as early_on_graphs

            return early_on_graphs(backend.runtime, plan, SEEDS[0]), ""
        if isinstance(backend, NanoImageBackend):
            from eschew.backends.nano.image.probe import early as early_on_pictures

            return early_on_pictures(backend.runtime, plan, SEEDS[0]), ""
        from eschew.backends.diffusers.backend import DiffusersBackend
        from eschew.backends.diffusers.probe import early

        if isinstance(backend, DiffusersBackend):
            return early(backend.loaded, plan, SEEDS[0]), ""
    except EschewError as problem:
        return (), str(problem).replace("\n", "; ")
    return (), "this backend cannot be looked into"


def _where(backend: Backend) -> Where:
    if isinstance(backend, NanoBackend | NanoImageBackend):
        return Where("onnx", "cpu", "float32")
    loaded: Any = getattr(backend, "loaded", None)
    return (
        Where("diffusers", loaded.device, loaded.dtype) if loaded else Where(type(backend).__name__, "", "")
    )


def _peak(device: str) -> float | None:
    if device.startswith("cuda"):
        import torch

        return torch.cuda.max_memory_allocated(device) / 2**30
    try:
        import resource
        import sys
    except ImportError:  # Windows has no such module
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**30 if sys.platform == "darwin" else 2**20)


def _mean(values: Sequence[float]) -> float:
    return float(sum(values) / len(values))
