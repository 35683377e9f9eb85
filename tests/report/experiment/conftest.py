"""An experiment that never ran: six prompts, four arms, sixteen seeds, with numbers that could have come from a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from eschew.lab.experiments.experiment import Arm, Experiment, MeasureInfo, Outcome, Results, Subject
from eschew.lab.values import Reading
from eschew.lab.verdicts import Verdicts, verdicts
from eschew.plan import Plan

RATE = 24_000
PROMPTS = (
    "Lo-fi hip-hop with electric piano, dusty boom-bap drums at 88 BPM",
    "Dusty jazz trio with upright bass",
    "Slow lo-fi beat, rainy window, muted trumpet",
    "Old soul ballad with strings",
    "Bedroom folk, nylon guitar <b>close</b> & warm",
    "Clean studio pop with piano",
)
BASE = {"vinyl crackle": (0.95, 0.9, 0.85, 0.8, 0.6, 0.0), "tape hiss": (0.6, 0.6, 0.5, 0.7, 0.4, 0.05)}
LEFT = {
    "none": (1.0, 1.0),
    "negative": (0.12, 0.5),
    "placebo": (0.9, 0.95),
    "said in the prompt": (0.75, 0.9),
}
"""What is left of each target in each arm."""
SEEDS = 16
FILES = 2
"""Seeds whose files were kept."""
PLAN = Plan(
    model="nano-music",
    prompt="",
    negative_prompt="",
    method="none",
    guidance_scale=3.0,
    negative_scale=0.0,
    window=(0.0, 1.0),
    num_inference_steps=24,
)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Crackle goes, hiss less so, both hardly under a placebo; drums stay, brass is lost."""
    return made(tmp_path_factory.mktemp("store"), "music")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The same of pictures."""
    return made(tmp_path_factory.mktemp("pictures"), "image")


@pytest.fixture(scope="session")
def concluded(results: Results) -> Verdicts:
    return verdicts(results)


def made(folder: Path, modality: str) -> Results:
    experiment = Experiment(
        name="crackle",
        question="Does naming crackle take it off, and is it the name that does it?",
        model="nano-music" if modality == "music" else "nano-image",
        subjects=tuple(
            Subject(prompt, "vinyl crackle, tape hiss", ("vinyl crackle", "tape hiss"), ("drums", "brass"))
            for prompt in PROMPTS
        ),
        arms=(
            Arm("none", ""),
            Arm("negative"),
            Arm("placebo", placebo=True),
            Arm("said in the prompt", "", added_to_prompt="no {clause}"),
        ),
        baseline="none",
        pairs=SEEDS,
    )
    rng = np.random.default_rng(8)
    outcomes = tuple(
        outcome(subject, arm.name, seed, folder, modality, rng)
        for subject in range(len(PROMPTS))
        for arm in experiment.arms
        for seed in range(SEEDS)
    )
    return Results(
        experiment=experiment,
        outcomes=outcomes,
        plans=tuple(tuple(plan(prompt, arm) for arm in experiment.arms) for prompt in PROMPTS),
        measures=(
            MeasureInfo("spectrum", "dB", "mean difference of the spectrograms"),
            MeasureInfo("rhythm kept", "correlation", "1 is the same rhythm"),
        ),
        modality=modality,
        engine="onnx/1/w1:0123456789abcdef",
        folder=str(folder),
        pairs_run=SEEDS,
        seconds=812.0,
        remarks=("Subject 6: the model never saw “studio”.",),
    )


def plan(prompt: str, arm: Arm) -> Plan:
    texts = {"negative": "vinyl crackle, tape hiss", "placebo": "folk ballad, alto sax"}
    method = "three-branch" if arm.name in texts else "none"
    asked = f"{prompt}, no vinyl crackle" if arm.added_to_prompt else prompt
    return replace(PLAN, prompt=asked, negative_prompt=texts.get(arm.name, ""), method=method)


def outcome(
    subject: int, arm: str, seed: int, folder: Path, modality: str, rng: np.random.Generator
) -> Outcome:
    noise = np.random.default_rng([subject, seed]).random(2)
    shares = zip(BASE.items(), noise, LEFT[arm], strict=True)
    there = {name: bool(share < base[subject] * left) for (name, base), share, left in shares}
    there["drums"] = True
    there["brass"] = bool(rng.random() < (0.3 if arm == "negative" else 0.9))
    file = None
    if seed < FILES:
        file = f"{subject}-{arm.replace(' ', '-')}-{seed}.{'wav' if modality == 'music' else 'png'}"
        keep(folder / file, subject, seed, there)
    far = 0.0 if arm == "none" else {"negative": 4.0, "placebo": 2.5}.get(arm, 3.0) + rng.normal(0, 0.5)
    return Outcome(
        subject=subject,
        arm=arm,
        seed=seed,
        digest=f"p1:{subject}{arm}",
        readings=tuple(
            Reading(name, "made-up/1", 2.0 if here else -2.0, 0.9 if here else 0.1, here)
            for name, here in there.items()
        ),
        passes=72 if arm in ("negative", "placebo") else 48,
        steps=24,
        file=file,
        sha256=f"{subject}-{seed}-{sorted(there.items())}",
        moved=() if arm == "none" else (far, 1.0 - far / 20),
    )


def keep(path: Path, subject: int, seed: int, there: dict[str, bool]) -> None:
    """A second of tones, with clicks and noise; or a square on a ground."""
    rng = np.random.default_rng([subject, seed, 1])
    if path.suffix == ".png":
        pixels = np.full((64, 64, 3), 40 + 30 * subject, np.uint8)
        pixels[16:48, 8 * seed + 4 : 8 * seed + 40, subject % 3] = 220
        if there["vinyl crackle"]:
            pixels[rng.integers(0, 64, 60), rng.integers(0, 64, 60)] = 255
        Image.fromarray(pixels).save(path)
        return
    time = np.arange(RATE) / RATE
    audio = sum(
        0.1 * np.sin(2 * np.pi * (110 + 20 * subject) * k * time) * np.exp(-3 * time) for k in (1, 2, 3)
    )
    if there["vinyl crackle"]:
        audio[rng.integers(0, RATE, 60)] += 0.5
    if there["tape hiss"]:
        audio += 0.01 * rng.standard_normal(RATE)
    soundfile.write(path, audio, RATE)
