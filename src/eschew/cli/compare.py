"""`eschew compare`: the same seeds without and with the negative, counted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zlib import crc32

import typer

from eschew import api
from eschew.cli.options import (
    Guided,
    Json,
    OutFolder,
    Policies,
    Prompt,
    Run,
    Turned,
    Which,
    request_of,
    spread,
)
from eschew.cli.screen import bar, err, out, print_json


@spread
def compare(
    prompt: Prompt,
    negative: Annotated[str, typer.Option("--negative", "-n", help="What you do not want.")],
    *,
    which: Which,
    guided: Guided,
    turned: Turned,
    run: Run,
    policy: Policies = None,
    pairs: Annotated[int, typer.Option(help="How many seeds.")] = 24,
    first_seed: Annotated[int, typer.Option(help="The seeds are this one and those after it.")] = 0,
    folder: OutFolder = None,
    as_json: Json = False,
) -> None:
    """Put a negative to the test on paired seeds. An interrupted run goes on where it stopped."""
    request = request_of(prompt, negative, which, guided, turned)
    place = folder or _folder(request, policy or [], run.wanted)
    with bar(_made_by(which.model), first="weights") as progress:
        result = api.compare(request, place, pairs, first_seed, progress, policy or (), run.wanted)
    if as_json:
        print_json(api.comparison_json(result))
        err().print(f"report: {place / 'report.html'}", markup=False, soft_wrap=True)
        return
    api.print_comparison(result, out())
    out().print(f"\nreport: {place / 'report.html'}", markup=False, soft_wrap=True)


def _made_by(model: str) -> str:
    """What this model makes, in the plural."""
    modality = next((row.modality for row in api.models() if row.id == model), "")
    return {"music": "clips", "image": "pictures"}.get(modality, "samples")


def _folder(request: api.Request, policies: list[str], engine: api.Engine) -> Path:
    """A name for what is compared: the same command finds it again, another engine gets another."""
    digest = api.plan(request, policies).digest.removeprefix("p1:")[:8]
    mark = "" if engine == api.Engine() else f"-{crc32(repr(engine).encode()):08x}"
    return Path(f"eschew-compare-{digest}{mark}")
