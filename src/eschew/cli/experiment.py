"""`eschew experiment` and `eschew experiments`: prompts × arms × seeds from a file, into a store, and what is in there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from eschew import api
from eschew.cli.options import Json, Run, spread
from eschew.cli.screen import bar, err, out, print_json

experiment = typer.Typer(help="Experiments: prompts × arms × seeds, from a TOML file.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The experiment, in TOML.")]
Store = Annotated[
    str | None,
    typer.Option(
        help="Where samples and results are kept: a file, or any database URL. Default: your own store."
    ),
]
Workers = Annotated[int | None, typer.Option(help="Samples made at once. Default: one for each core.")]


@experiment.command()
@spread
def run(
    file: File,
    *,
    engine: Run,
    store: Store = None,
    workers: Workers = None,
    ray: Annotated[
        str | None, typer.Option(help="Run on this Ray cluster; “local” starts one here.", metavar="ADDRESS")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run an experiment into a store. What is there is not made again; an interrupted run goes on where it stopped."""
    asked = api.read_experiment(file)
    with bar("samples", first="weights") as progress:
        results = api.run_experiment(asked, store, workers, engine.wanted, ray, progress)
    verdicts = api.experiment_verdicts(results)
    place = f"experiment {asked.name!r} is in {api.store_place(store)}, its files in {results.folder}"
    if as_json:
        print_json(api.verdicts_json(verdicts))
        err().print(place, markup=False, soft_wrap=True)
        return
    api.print_verdicts(verdicts, out())
    out().print(f"\n{place}", markup=False, soft_wrap=True)


@experiment.command()
@spread
def check(
    file: File, *, engine: Run, store: Store = None, workers: Workers = None, as_json: Json = False
) -> None:
    """Say what an experiment would run: plans, samples, how long, and what so many pairs can show."""
    found = api.check_experiment(api.read_experiment(file), store, workers, engine.wanted)
    if as_json:
        print_json(api.outlook_json(found))
        return
    _show_outlook(found)


def experiments(store: Store = None, as_json: Json = False) -> None:
    """List the experiments of a store, the latest first."""
    found = api.experiments(store)
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
    if not found:
        out().print(f"no experiments in {api.store_place(store)}", markup=False, soft_wrap=True)
        return
    # Plain columns: drawing a table of a thousand rows takes longer than reading them.
    width = max(len(entry.name) for entry in found)
    lines = [
        f"{entry.name:<{width}}  {_size(entry):<28}  {entry.model:<14}  {_when(entry)}  {entry.question}"
        for entry in found
    ]
    typer.echo("\n".join(lines))


def _size(entry: Any) -> str:
    pairs = f"{entry.pairs_run}" if entry.finished is not None else f"? of {entry.pairs}"
    return f"{entry.subjects} × {entry.arms} × {pairs} pairs"


def _when(entry: Any) -> str:
    began = datetime.fromtimestamp(entry.begun, UTC).strftime("%Y-%m-%d %H:%M")
    return f"{began}  {'finished    ' if entry.finished is not None else 'not finished'}"


def _show_outlook(found: Any) -> None:
    from rich.table import Table

    asked, console = found.experiment, out()
    console.print(asked.question, markup=False, soft_wrap=True)
    for number, (subject, plans) in enumerate(zip(asked.subjects, found.plans, strict=True), 1):
        console.print(f"\nsubject {number}: {subject.prompt}", markup=False, soft_wrap=True)
        watched = ", ".join(subject.targets) or "nothing"
        console.print(
            f"  to remove: {watched}; to keep: {', '.join(subject.kept) or 'nothing'}",
            markup=False,
            soft_wrap=True,
        )
        table = Table(box=None, pad_edge=True)
        for heading in ("arm", "negative", "method", "scale", "window", "steps"):
            table.add_column(heading)
        for arm, plan in zip(asked.arms, plans, strict=True):
            added = f"prompt: …{plan.prompt[len(subject.prompt) :]}" if arm.added_to_prompt else ""
            table.add_row(
                arm.name,
                plan.negative_prompt or added or "–",
                plan.method,
                f"{plan.guidance_scale:g}",
                "{:g}–{:g}".format(*plan.window),
                str(plan.num_inference_steps),
            )
        console.print(table)
    there = f", {found.there:,} of them there already" if found.there else ""
    about = "" if found.seconds is None else f", about {_time(found.seconds)}"
    console.print(f"\n{found.samples:,} samples{there}{about}", markup=False, soft_wrap=True)
    _show_power(found)
    for rate in found.base_rates:
        verdict = ": too few to conclude anything" if rate.too_low else ""
        console.print(
            f"{rate.concept}: the baseline has it in {rate.present} of {rate.samples} samples so far{verdict}",
            markup=False,
            soft_wrap=True,
        )
    for remark in found.remarks:
        console.print(remark, markup=False, soft_wrap=True)


def _show_power(found: Any) -> None:
    from rich.table import Table

    if not found.power:
        return
    out().print(
        f"\nWhat {found.pairs} pairs can show, with {found.questions} questions at {found.experiment.alpha:g} in all:",
        markup=False,
        soft_wrap=True,
    )
    table = Table(box=None)
    for heading in ("baseline has it", "removed", "chance to show it", "pairs for 80 %"):
        table.add_column(heading, justify="right")
    for row in found.power:
        needed = "over 5000" if row.needed is None else str(row.needed)
        table.add_row(f"{row.base_rate:.0%}", f"{row.removed:.0%}", f"{row.power:.0%}", needed)
    out().print(table)


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
