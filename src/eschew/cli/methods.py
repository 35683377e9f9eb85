"""`eschew methods`: the ways to make a negative act, and the page of each."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from eschew import api
from eschew.cli.options import Json
from eschew.cli.screen import out, print_json
from eschew.errors import UsageError


def methods(
    name: Annotated[str, typer.Argument(help="A method: prints its page.")] = "",
    as_json: Json = False,
) -> None:
    """List the methods: kind, cost, knobs, where they work, measured effect. With a name, its page."""
    if name and not as_json:
        sys.stdout.write(api.method_page(name))
        return
    rows = api.methods()
    if name:
        api.method_page(name)  # an unknown name is told here, with the closest ones
        rows = tuple(row for row in rows if row.id == name)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        raise UsageError("the catalogue holds no method", where="eschew methods")
    table = Table(
        "method", "kind", "passes", "distilled", "knobs", "models", "removed", box=None, pad_edge=False
    )
    for row in rows:
        passes = f"{row.passes:g}" if row.max_passes is None else f"{row.passes:g}–{row.max_passes:g}"
        knobs = ", ".join(f"{knob.name} {knob.default:g}" for knob in row.knobs)
        suits = "yes" if row.suits_distilled else "no"
        table.add_row(row.id, row.kind, passes, suits, knobs, str(len(row.models)), _removed(row))
    out().print(table)


def _removed(row: api.MethodRow) -> str:
    """The first measurement, in short."""
    for measured in row.measured:
        removed = measured["removed"]
        if isinstance(removed, dict):
            return ", ".join(f"{concept} {rate[0]:.2f}" for concept, rate in removed.items())
    return "not measured"
