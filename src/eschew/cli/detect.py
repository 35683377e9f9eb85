"""`eschew detect`: what is in clips and pictures, whoever made them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import Json
from eschew.cli.screen import bar, out, print_json, show_error
from eschew.errors import UsageError

MOST_ABSENT = 8
"""How many concepts that are not there are named in the table: those that came closest."""


def detect(
    files: Annotated[list[Path], typer.Argument(help="Clips (WAV, FLAC, OGG, MP3) and pictures.")],
    judge: Annotated[
        str | None, typer.Option(help="Ask a model of yours instead: clip (pictures) or clap (clips).")
    ] = None,
    judge_path: Annotated[Path | None, typer.Option(help="The folder of its weights.")] = None,
    concept: Annotated[
        list[str] | None, typer.Option(help="What to ask it for; may be repeated. Never negated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is in clips and pictures: crackle, hum, vocals; blur, watermarks. Exit code 2 if a file cannot be read."""
    asked = _judge(judge, judge_path, concept or [])
    found: list[api.Detection] = []
    with bar("files") as progress:
        progress(0, len(files))
        for detection in api.detect(files, asked):
            found.append(detection)
            progress(len(found), len(files))
    if as_json:
        print_json(api.detections_json(found))
    for detection in found:
        if detection.problem is not None:
            show_error(detection.problem)
        elif not as_json:
            _show(detection)
    if any(d.problem is not None for d in found):
        raise typer.Exit(2)


def _judge(name: str | None, folder: Path | None, concepts: list[str]) -> api.Judge | None:
    if name is not None and folder is not None:
        return api.Judge(name, folder, tuple(concepts))
    if name is not None or folder is not None or concepts:
        raise UsageError(
            "--judge NAME, --judge-path DIR and --concept TEXT go together", where="eschew detect"
        )
    return None


def _show(detection: api.Detection) -> None:
    ranked = sorted(detection.readings, key=lambda r: (not r.present, -r.probability))
    present = [r for r in ranked if r.present]
    shown = ranked[: len(present) + MOST_ABSENT]
    console = out()
    console.print(detection.file, style="bold", markup=False, soft_wrap=True)
    for r in shown:
        line = f"  {'yes' if r.present else 'no':4}{r.probability:5.2f}  {r.concept:22} {r.detector}"
        console.print(line, style="green" if r.present else "dim", markup=False, soft_wrap=True)
    if left := len(ranked) - len(shown):
        console.print(f"  and {left} more that are not there", style="dim")
    console.print()
