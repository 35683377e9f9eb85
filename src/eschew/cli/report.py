"""`eschew report`: what a stored experiment found, on the terminal, as JSON, and as a page with players or pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import Json
from eschew.cli.screen import err, out, print_json


def report(
    name: Annotated[
        str | None,
        typer.Argument(help="Name or first letters of the digest: eschew experiments. Default: the latest."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Where experiments are kept: a file, or a database's URL. Default: your own."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Write report.html and report.json to this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a stored experiment found: what went, how sure that is, what stayed, what else moved."""
    results = api.stored_results(name, store)
    verdicts = (
        api.experiment_verdicts(results) if folder is None else api.write_experiment_report(results, folder)
    )
    if as_json:
        print_json(api.verdicts_json(verdicts))
    else:
        api.print_verdicts(verdicts, out())
    if folder is not None:
        screen = err() if as_json else out()
        screen.print(f"report: {folder / 'report.html'}", markup=False, soft_wrap=True)
