"""`eschew models`: the catalogue."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from eschew import api
from eschew.cli.options import Json
from eschew.cli.screen import out, print_json


def models(as_json: Json = False) -> None:
    """List the models of the catalogue: what each does with a negative, and what can be run here."""
    rows = api.models()
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    table = Table("model", "makes", "negative field", "acts", "methods", "here", box=None, pad_edge=False)
    for row in rows:
        field = "yes" if row.accepts_negative else "refused" if row.field_exists else "none"
        acts = "yes" if row.negative_effective else "no"
        here = "runs" if row.runs_here else "with weights" if row.weights_wanted else "facts"
        table.add_row(row.id, row.modality, field, acts, ", ".join(row.methods), here)
    out().print(table)
