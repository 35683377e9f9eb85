"""A comparison that never ran, with numbers that could have come from a run, and clips made of chords and clicks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from eschew.lab.values import Comparison, Kept, Moved, Pair, Reading, Target
from eschew.plan import Change, Plan

RATE = 24_000
HAD_CRACKLE = (True, True, True, True, True, True, False, True)
HAD_HISS = (True, False, True, True, False, True, True, False)
KEEPS_HISS = (False, False, False, True, False, False, False, False)
LOSES_BASS = (False, False, True, False, False, False, False, False)

PLAN_WITHOUT = Plan(
    model="nano-music",
    prompt="Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
    "melancholy late-night focus mood",
    negative_prompt="",
    method="none",
    guidance_scale=3.0,
    negative_scale=0.0,
    window=(0.0, 1.0),
    num_inference_steps=24,
    words_unknown=("melancholy",),
    history=(
        Change("guidance_scale", None, 3.0, "nano-music", "the model's default"),
        Change("num_inference_steps", None, 24, "nano-music", "the model's default"),
    ),
)
PLAN_WITH = replace(
    PLAN_WITHOUT,
    negative_prompt="vinyl crackle, tape hiss, lo-fi noise",
    method="three-branch",
    negative_scale=2.5,
    history=(
        *PLAN_WITHOUT.history,
        Change("method", None, "three-branch", "plan", "the model has a learned null, so both can act apart"),
        Change("negative_scale", None, 2.5, "three-branch", "the method's default"),
        Change(
            "words_unknown", (), ("melancholy",), "tokenizer", "the model never saw it; it reads “unknown”"
        ),
    ),
)


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """Eight pairs, two targets, three things to keep."""
    return Comparison(
        model="nano-music",
        prompt=PLAN_WITH.prompt,
        negative_prompt=PLAN_WITH.negative_prompt,
        plan_without=PLAN_WITHOUT,
        plan_with=PLAN_WITH,
        pairs=tuple(pair(seed) for seed in range(8)),
        targets=(
            Target("vinyl crackle", "click-rate/1", 0.875, 0.0, 1.0, (0.6457, 1.0), 0.0, 0.015625, "removed"),
            Target("tape hiss", "hiss-floor/1", 0.625, 0.125, 0.8, (0.3755, 0.9638), 0.0, 0.125, "reduced"),
        ),
        kept=(
            Kept("drums", "listener/1", 1.0, 1.0, 1.0, (0.6756, 1.0), True),
            Kept("electric piano", "listener/1", 1.0, 1.0, 1.0, (0.6756, 1.0), True),
            Kept("upright bass", "listener/1", 1.0, 0.875, 0.875, (0.5291, 0.9776), False),
        ),
        moved=(
            Moved("loudness", "dB", -1.24, (-1.71, -0.82), "a little quieter"),
            Moved("brightness", "Hz", -412.0, (-608.0, -233.0), "darker: the spectral centroid fell"),
            Moved("tempo", "BPM", 0.0, (-0.31, 0.31), "unchanged"),
        ),
        identical_outputs=0,
        passes_per_step_without=2.0,
        passes_per_step=3.0,
        seconds=38.42,
        remarks=(
            "“lo-fi noise” has no detector of its own; tape hiss and vinyl crackle stand for it.",
            "Embedded model: a small world, mono, 5 s clips.",
        ),
    )


def pair(seed: int) -> Pair:
    before = {"vinyl crackle": HAD_CRACKLE[seed], "tape hiss": HAD_HISS[seed]}
    after = {"vinyl crackle": False, "tape hiss": KEEPS_HISS[seed]}
    steady = {"drums": True, "electric piano": True, "upright bass": True}
    return Pair(
        seed=seed,
        file_without=f"seed-{seed}-without.wav",
        file_with=f"seed-{seed}-with.wav",
        identical=False,
        readings_without=readings(before | steady, seed),
        readings_with=readings(after | steady | {"upright bass": not LOSES_BASS[seed]}, seed),
    )


def readings(present: dict[str, bool], seed: int) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            concept,
            "made-up/1",
            2.0 if there else -2.0,
            (0.9 if there else 0.05) + seed / 1000,
            present=there,
        )
        for concept, there in present.items()
    )


@pytest.fixture(scope="session")
def folder(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clips of `comparison`."""
    where = tmp_path_factory.mktemp("clips")
    for each in comparison.pairs:
        heard = {r.concept: r.present for r in each.readings_without}
        left = {r.concept: r.present for r in each.readings_with}
        write(where / each.file_without, each.seed, crackle=heard["vinyl crackle"], hiss=heard["tape hiss"])
        write(where / each.file_with, each.seed, crackle=left["vinyl crackle"], hiss=left["tape hiss"])
    return where


def write(path: Path, seed: int, *, crackle: bool, hiss: bool, seconds: float = 2.56) -> None:
    """Four plucked chords over a beat, with or without clicks and noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(RATE * seconds)) / RATE
    audio = np.zeros_like(time)
    for start in np.arange(0, seconds, 0.64):
        since = np.clip(time - start, 0, None)
        root = 110 * 2 ** (rng.integers(0, 8) / 12)
        for ratio in (1, 1.5, 2, 4.5):
            tone = np.sin(2 * np.pi * root * ratio * since) * np.exp(-3 * since * ratio**0.4)
            audio += 0.12 / ratio**0.5 * tone * (time >= start)
        beat = time >= start
        audio += 0.5 * np.sin(2 * np.pi * 55 * since + 6 * np.exp(-30 * since)) * np.exp(-12 * since) * beat
        off = np.clip(time - start - 0.32, 0, None)
        audio += 0.1 * rng.standard_normal(len(time)) * np.exp(-40 * off) * (time >= start + 0.32)
    if crackle:
        clicks = rng.integers(0, len(time), 150)
        audio[clicks] += rng.choice((-1, 1), 150) * rng.uniform(0.2, 0.8, 150)
    if hiss:
        audio += 0.012 * rng.standard_normal(len(time))
    soundfile.write(path, 0.5 * audio / np.abs(audio).max(), RATE)
