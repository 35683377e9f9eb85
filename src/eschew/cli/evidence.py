"""`eschew evidence`: the field's claims, run again on the embedded model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import Json
from eschew.cli.screen import bar, err, out, print_json
from eschew.errors import UsageError

COLOURS = {"holds": "green", "does not hold here": "red", "undecided": "yellow"}

Store = Annotated[
    str | None,
    typer.Option(help="Where samples are kept: a file, or a database's URL. Default: your own store."),
]


def evidence(
    claims: Annotated[str, typer.Option(help="Letters, with commas: a,c. Default: all of them.")] = "",
    store: Store = None,
    pairs: Annotated[
        int | None, typer.Option(help="At most so many seeds a prompt, for a quick look.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for claims.json and forecast.json.")
    ] = None,
    shown: Annotated[bool, typer.Option("--shown", help="Run nothing: show what the authors found.")] = False,
    as_json: Json = False,
) -> None:
    """Put what the field says about negatives to the test. An interrupted run goes on where it stopped."""
    letters = [letter.strip().lower() for letter in claims.split(",") if letter.strip()]
    if shown:
        found = api.Evidence(_shown(letters), None)
    else:
        with bar("samples", first="weights") as progress:
            found = api.evidence(letters, store, pairs, progress)
    if folder is not None:
        for path in api.write_evidence(found, folder):
            err().print(f"written: {path}", markup=False, soft_wrap=True)
        if found.forecast is not None:
            api.write_forecast_report(found.forecast, folder / "forecast.html")
            err().print(f"report: {folder / 'forecast.html'}", markup=False, soft_wrap=True)
    if as_json:
        print_json(api.evidence_json(found))
        return
    for verdict in found.verdicts:
        _show(verdict)
    if found.forecast is not None:
        scores = found.forecast.scores
        out().print(
            f"forecast, on concepts and prompts left out: AUROC {scores.auroc:.2f}, Brier {scores.brier:.3f} "
            f"({scores.cells} cells)",
            markup=False,
            soft_wrap=True,
        )


def _shown(letters: list[str]) -> tuple[api.ClaimVerdict, ...]:
    known = api.claims()
    found = tuple(verdict for verdict in known if not letters or verdict.letter in letters)
    if not found:
        raise UsageError(
            "nothing was found out about these claims yet", where="--shown", hint="eschew evidence"
        )
    return found


def _show(verdict: api.ClaimVerdict) -> None:
    console = out()
    head = f"({verdict.letter}) {verdict.title}: {verdict.standing}"
    console.print(head, style=f"bold {COLOURS[verdict.standing]}", markup=False, soft_wrap=True)
    for answer in verdict.answers:
        low, high = answer.interval
        aside = "" if answer.decisive else " (beside the claim)"
        console.print(
            f"  {answer.asks} {answer.effect:.2f} ({low:.2f} to {high:.2f}), {answer.pairs} pairs, "
            f"{answer.prompts} prompts: {answer.standing}{aside}",
            markup=False,
            soft_wrap=True,
        )
    if verdict.caveat:
        console.print(f"  {verdict.caveat}", style="dim", markup=False, soft_wrap=True)
    console.print()
