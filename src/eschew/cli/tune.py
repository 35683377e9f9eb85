"""`eschew tune`: the plan that removes a thing at least harm and cost, found within a budget and proven on fresh seeds."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.table import Table

from eschew import api
from eschew.cli.evidence import Store
from eschew.cli.options import Guided, Json, Prompt, Run, Turned, Which, request_of, spread
from eschew.cli.screen import bar, err, out, print_json


@spread
def tune(
    prompt: Prompt,
    negative: Annotated[str, typer.Option("--negative", "-n", help="What you do not want.")],
    *,
    which: Which,
    guided: Guided,
    turned: Turned,
    run: Run,
    budget: Annotated[int, typer.Option(help="Forward passes that the search may take.")] = 20_000,
    store: Store = None,
    proof_pairs: Annotated[int, typer.Option(help="Fresh seeds for the proof.")] = 48,
    seed: Annotated[int, typer.Option(help="Of the search: another seed tries other plans.")] = 0,
    file: Annotated[Path | None, typer.Option("--out", help="Write the plan here, as JSON.")] = None,
    page: Annotated[
        Path | None, typer.Option("--report", help="Write the front and the proof here, as a page.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find the best way to run a negative, and prove it. An interrupted search goes on where it stopped."""
    request = request_of(prompt, negative, which, guided, turned)
    with bar("passes", first="weights") as progress:
        result = api.tune(request, budget, store, proof_pairs, seed, run.wanted, progress)
    if file is not None:
        api.write_plan(result.proof.chosen.plan, file)
        err().print(f"plan: {file}", markup=False, soft_wrap=True)
    if page is not None:
        api.write_tuned_report(result, page)
        err().print(f"report: {page}", markup=False, soft_wrap=True)
    if as_json:
        print_json(api.tuned_json(result))
        return
    _show(result)


def _show(result: api.Tuned) -> None:
    console = out()
    twice = sum(trial.confirmed for trial in result.trials)
    console.print(
        f"{len(result.trials)} plans tried in {result.passes} of {result.budget} passes"
        + (f", {twice} of them looked at twice; of these, those" if twice else "; those")
        + " that none of the others beats:",
        markup=False,
        soft_wrap=True,
    )
    rows = [("removed", "harm", "passes", "method", "strength", "window", "guidance", "words")]
    for trial in result.front:
        tried, score = trial.candidate, trial.score
        rows.append(
            (
                f"{score.removed:.2f}",
                f"{score.harm:.2f}",
                f"{score.passes:.2f}",
                tried.method,
                "" if tried.negative_scale is None else f"{tried.negative_scale:g}",
                f"{tried.window[0]:g}–{tried.window[1]:g}",
                f"{tried.guidance_scale:g}",
                tried.negative_prompt + (" ←" if trial == result.chosen else ""),
            )
        )
    # Plain columns: a table would cut methods and words short to fit a narrow terminal.
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print(f" {line.rstrip()}", markup=False, soft_wrap=True)
    _show_proof(result)
    console.print(f"\n{_options(result.chosen.candidate)}", markup=False, soft_wrap=True)


def _show_proof(result: api.Tuned) -> None:
    console, proof = out(), result.proof
    console.print(f"\nProof on {proof.pairs} fresh seeds:", markup=False)
    table = Table("", "removed", "lost of what should stay", "harm", "passes", box=None)
    for side in (proof.default,) if proof.default_stays else (proof.default, proof.chosen):
        table.add_row(
            side.name,
            _rate(side.removed, side.removed_ci95, side.had, "nothing to remove"),
            _rate(side.lost, side.lost_ci95, side.kept_had, "nothing to lose"),
            f"{side.score.harm:.3f}",
            f"{side.score.passes:.2f}",
        )
    console.print(table)
    if proof.default_stays:
        console.print("The default plan came out best of those that were tried.", markup=False)
        return
    low, high = proof.removed_difference_ci95
    said = "removes as much as the default does" if proof.as_good else "may remove less than the default does"
    harm = "" if proof.harm_ratio is None else f" at {proof.harm_ratio:.0%} of its harm"
    console.print(
        f"The chosen plan {said} ({proof.removed_difference:+.2f}, {low:+.2f} to {high:+.2f})"
        f"{harm + ' and' if harm else ' at'} {proof.passes_ratio:.0%} of its passes.",
        markup=False,
        soft_wrap=True,
    )


def _options(chosen: api.Candidate) -> str:
    """The options that ask `eschew generate` and `eschew compare` for this plan."""
    strength = "" if chosen.negative_scale is None else f" --negative-scale {chosen.negative_scale:g}"
    start, stop = chosen.window
    return (
        f"-n {quote(chosen.negative_prompt)} --method {chosen.method}{strength} --window {start:g} {stop:g} "
        f"--guidance-scale {chosen.guidance_scale:g}"
    )


def _rate(rate: float | None, interval: tuple[float, float], n: int, none: str) -> str:
    return none if rate is None else f"{rate:.2f} ({interval[0]:.2f}–{interval[1]:.2f}) of {n}"
