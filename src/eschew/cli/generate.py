"""`eschew generate`: one clip, or one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from eschew import api
from eschew.cli.options import Guided, Negative, Policies, Prompt, Run, Turned, Which, request_of, spread
from eschew.cli.screen import bar, out


@spread
def generate(
    prompt: Prompt,
    negative: Negative = "",
    *,
    which: Which,
    guided: Guided,
    turned: Turned,
    run: Run,
    policy: Policies = None,
    seed: Annotated[int, typer.Option(help="Same plan and seed, same result.")] = 0,
    file: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="The file: WAV, FLAC or OGG for a clip, PNG for a picture. Default: MODEL-SEED.wav or .png",
        ),
    ] = None,
) -> None:
    """Make one clip or picture. Prompt, negative, seed and plan go into the file's tags."""
    request = request_of(prompt, negative, which, guided, turned)
    path = file or api.file_for(which.model, seed)
    with bar("steps", first="weights") as progress:
        plan, sample = api.generate(request, path, seed, progress, policy or (), run.wanted)
    console = out()
    for field, because in api.surprises(plan):
        console.print(f"{field}: {because}", markup=False, soft_wrap=True)
    for knob in sample.receipt.knobs:
        if knob.because and (not knob.honoured or knob.field == "source"):
            not_so = "" if knob.honoured else "not honoured: "
            console.print(f"{knob.field}: {not_so}{knob.because}", markup=False, soft_wrap=True)
    made = f"made in {sample.receipt.seconds:.2f} s with {sample.receipt.passes} passes, seed {seed}"
    console.print(f"{path}: {_size(sample)}, {made}", markup=False, soft_wrap=True)


def _size(sample: Any) -> str:
    """Seconds of a clip, pixels of a picture."""
    if hasattr(sample, "pixels"):
        return f"{sample.pixels.shape[1]} × {sample.pixels.shape[0]} pixels"
    return f"{len(sample.audio) / sample.sample_rate:.2f} s"
