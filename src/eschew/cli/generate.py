"""`eschew generate`: one clip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import DEFAULT_MODEL, GuidanceScale, Model, Negative, Prompt, Steps
from eschew.cli.screen import bar, out


def generate(
    prompt: Prompt,
    negative: Negative = "",
    model: Model = DEFAULT_MODEL,
    seed: Annotated[int, typer.Option(help="Same plan and seed, same clip.")] = 0,
    guidance_scale: GuidanceScale = None,
    num_inference_steps: Steps = None,
    file: Annotated[
        Path | None,
        typer.Option("--out", help="The file; its ending chooses WAV, FLAC or OGG. Default: MODEL-SEED.wav"),
    ] = None,
) -> None:
    """Make one clip. Prompt, negative, seed and plan go into the file's tags."""
    request = api.Request(
        prompt, negative, model, guidance_scale=guidance_scale, num_inference_steps=num_inference_steps
    )
    path = file or Path(f"{model}-{seed}.wav")
    with bar("steps") as progress:
        plan, sample = api.generate(request, path, seed, progress)
    console = out()
    for field, because in api.surprises(plan):
        console.print(f"{field}: {because}", markup=False, soft_wrap=True)
    seconds = len(sample.audio) / sample.sample_rate
    console.print(
        f"{path}: {seconds:.2f} s, made in {sample.receipt.seconds:.2f} s with {sample.receipt.passes} passes, seed {seed}",
        markup=False,
        soft_wrap=True,
    )
