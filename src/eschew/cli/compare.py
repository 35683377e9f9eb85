"""`eschew compare`: the same seeds without and with the negative, counted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import DEFAULT_MODEL, GuidanceScale, Json, Model, OutFolder, Prompt, Steps
from eschew.cli.screen import bar, err, out, print_json


def compare(
    prompt: Prompt,
    negative: Annotated[str, typer.Option("--negative", "-n", help="What you do not want.")],
    model: Model = DEFAULT_MODEL,
    pairs: Annotated[int, typer.Option(help="How many seeds.")] = 24,
    first_seed: Annotated[int, typer.Option(help="The seeds are this one and those after it.")] = 0,
    guidance_scale: GuidanceScale = None,
    num_inference_steps: Steps = None,
    folder: OutFolder = None,
    as_json: Json = False,
) -> None:
    """Put a negative to the test on paired seeds. An interrupted run goes on where it stopped."""
    request = api.Request(
        prompt, negative, model, guidance_scale=guidance_scale, num_inference_steps=num_inference_steps
    )
    place = folder or Path(f"eschew-compare-{api.plan(request).digest.removeprefix('p1:')[:8]}")
    with bar("clips") as progress:
        result = api.compare(request, place, pairs, first_seed, progress)
    if as_json:
        print_json(api.comparison_json(result))
        err().print(f"report: {place / 'report.html'}", markup=False, soft_wrap=True)
        return
    api.print_comparison(result, out())
    out().print(f"\nreport: {place / 'report.html'}", markup=False, soft_wrap=True)
