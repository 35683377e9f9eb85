"""Clips and pictures from a source, and pictures of the embedded model, as a person types it: real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PIL import Image

SHORT = ("--num-inference-steps", "4")


def eschew(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eschew", *words], capture_output=True, text=True, cwd=cwd, check=False
    )


def made(*words: str, cwd: Path) -> str:
    done = eschew("generate", *words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tagged(path: Path) -> dict[str, Any]:
    if path.suffix == ".png":
        with Image.open(path) as image:
            return dict(json.loads(image.info["eschew"])["plan"])
    with soundfile.SoundFile(path) as file:
        return dict(json.loads(file.comment)["plan"])


def test_a_clip_from_a_clip_keeps_its_strength_and_its_source_in_the_tags(tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    made("Lo-fi hip-hop", *SHORT, "--out", "takes/a.wav", cwd=tmp_path)
    said = made(
        "synthwave", "-n", "vocoder", *SHORT, "--source", "takes/a.wav", "--strength", "0.4", "--out", "b.flac",
        cwd=tmp_path,
    )  # fmt: skip
    plan = tagged(tmp_path / "b.flac")

    assert "source: " in said
    assert "steps ran" in said
    assert (plan["task"], plan["strength"], plan["source"]) == ("audio2audio", 0.4, "a.wav")
    assert any("keeps more of the source" in change["because"] for change in plan["history"])
    assert folder.is_dir()


def test_a_plan_tells_task_source_strength_and_what_strength_means(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", [0.1, -0.1] * 1000, 24_000)
    said = eschew("plan", "lo-fi", "--source", "a.wav", cwd=tmp_path).stdout

    assert "audio2audio" in said
    assert "a higher strength keeps more of the source" in said


def test_help_tells_both_conventions(tmp_path: Path) -> None:
    said = " ".join(eschew("generate", "--help", cwd=tmp_path).stdout.replace("│", " ").split())

    assert "higher keeps more of the source" in said
    assert "higher draws more anew" in said


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--source", "gone.wav"), 2, "no such file"),
        (("--source", "words.txt"), 2, "cannot read this as audio"),
        (("--source", "blip.wav"), 2, "lasts 0.08 s"),
        (("--source", "dot.png"), 2, "this is a picture"),
        (("--source", "blip.wav", "--strength", "2"), 2, "from 0 to 1"),
        (("--strength", "0.5"), 2, "no source for a strength"),
        (("--task", "audio2audio"), 2, "starts from a source"),
        (("--model", "nano-image", "--source", "blip.wav"), 2, "this is a clip"),
        (("--model", "nano-image", "--source", "dot.png", "--strength", "0.01"), 2, "none of 25 steps"),
        (("--model", "lyria-2", "--source", "blip.wav"), 1, "no way here to give"),
        (("--model", "nano-image", "--out", "a.wav"), 2, "cannot write a picture"),
    ],
)
def test_a_source_that_is_no_use_gets_a_sentence(
    tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    soundfile.write(tmp_path / "blip.wav", [0.1, -0.1] * 1000, 24_000)
    (tmp_path / "words.txt").write_text("la la la")
    Image.new("RGB", (8, 8)).save(tmp_path / "dot.png")
    there = {p.name for p in tmp_path.iterdir()}
    done = eschew("generate", "x", *words, cwd=tmp_path)

    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert {p.name for p in tmp_path.iterdir()} == there


def test_a_picture_of_the_embedded_model_carries_infotext_and_plan(tmp_path: Path) -> None:
    said = made(
        "a red apple", "-n", "watermark", "--model", "nano-image", *SHORT, "--seed", "7", cwd=tmp_path
    )
    with Image.open(tmp_path / "nano-image-7.png") as image:
        infotext, size = image.info["parameters"], image.size

    assert "nano-image-7.png: 64 × 64 pixels" in said
    assert size == (64, 64)
    assert infotext.splitlines()[:2] == ["a red apple", "Negative prompt: watermark"]
    assert "Steps: 4, CFG scale: 4, Seed: 7, Size: 64x64, Model: nano-image" in infotext
    assert tagged(tmp_path / "nano-image-7.png")["negative_prompt"] == "watermark"


def test_a_picture_from_a_picture_tells_what_became_of_it(tmp_path: Path) -> None:
    Image.new("RGB", (200, 100), "navy").save(tmp_path / "a.png")
    said = made(
        "a red apple", "--model", "nano-image", *SHORT, "--source", "a.png", "--strength", "0.5", "--out", "b.png",
        cwd=tmp_path,
    )  # fmt: skip
    with Image.open(tmp_path / "b.png") as image:
        infotext = image.info["parameters"]

    assert "the middle of 200 × 100 cut out; resized to 64 × 64; 2 of 4 steps ran" in said
    assert "Denoising strength: 0.5" in infotext
    assert tagged(tmp_path / "b.png")["task"] == "image2image"
