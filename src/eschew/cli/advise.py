"""`eschew advise`: the next move, in the field's order."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import Guided, Json, Negative, Prompt, Which, request_of, spread
from eschew.cli.screen import out, print_json


@spread
def advise(
    prompt: Prompt,
    problem: Annotated[
        str, typer.Option("--problem", help='What is wrong, in your words: "too much crackle".')
    ],
    negative: Negative = "",
    *,
    which: Which,
    guided: Guided,
    as_json: Json = False,
) -> None:
    """Say what to try next: rewrite the prompt, a short negative, more guidance, more of the source."""
    request = request_of(prompt, negative, which, guided)
    moves, chosen = api.advise(request, problem)
    if as_json:
        value = {"moves": [asdict(m) for m in moves], "next": chosen.name if chosen else None}
        print_json(value)
        return
    console = out()
    for move in moves:
        mark = "next" if move is chosen else "done" if move.done else "open" if move.applies else "no"
        console.print(
            f"{mark:5} {move.title}", style="bold" if move is chosen else "", markup=False, soft_wrap=True
        )
        console.print(f"      {move.why if move.applies else move.because}", markup=False, soft_wrap=True)
        if move is chosen:
            console.print(f"      expect: {move.expected}", markup=False, soft_wrap=True)
            console.print(f"      prompt: {move.request.prompt}", markup=False, soft_wrap=True)
            console.print(f"      negative: {move.request.negative_prompt}", markup=False, soft_wrap=True)
            if move.request.guidance_scale is not None:
                console.print(f"      guidance_scale: {move.request.guidance_scale:g}", markup=False)
            if move.request.strength is not None:
                console.print(f"      strength: {move.request.strength:g}", markup=False)
