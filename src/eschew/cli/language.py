"""`eschew concepts` and `eschew convert`: what words mean, and the same words in another dialect."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import Json
from eschew.cli.screen import err, out, print_json


def concepts(
    text: Annotated[str, typer.Argument(help="A negative, clause by clause.")],
    modality: Annotated[str | None, typer.Option(help="music or image; both are tried if not said.")] = None,
    as_json: Json = False,
) -> None:
    """Place each clause in the taxonomy of negatives: its concept, its class, and how sure that is."""
    rows = [
        {"text": p.text, "concept": p.concept, "class": p.klass, "confidence": p.confidence}
        for p in api.concepts(text, modality)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        out().print(
            f"{row['text']}: {row['concept'] or '(no concept)'}, {row['class']}, {row['confidence']:.2f}",
            markup=False,
            soft_wrap=True,
        )


def convert(
    text: Annotated[str, typer.Argument(help="A prompt in the dialect it was written for.")],
    source: Annotated[str, typer.Option("--from", help="plain, a1111, comfy, compel or neutral.")],
    target: Annotated[str, typer.Option("--to", help="plain, a1111, comfy, compel or neutral.")],
) -> None:
    """Write a prompt in another dialect with the same meaning; what cannot be kept is said on standard error."""
    result = api.convert(text, source, target)
    sys.stdout.write(result.text + "\n")
    for loss in result.losses:
        err().print(f"lost: {loss}", markup=False, soft_wrap=True)
