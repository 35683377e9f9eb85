"""`eschew models`: the catalogue."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.table import Table

from eschew import api
from eschew.catalog.capabilities import capabilities
from eschew.cli.options import Json
from eschew.cli.screen import out


def models(as_json: Json = False) -> None:
    """List the models of the catalogue: what each does with a negative, and what can be run here."""
    rows = [_row(facts) for facts in api.models()]
    rows.sort(key=lambda r: (not r["runs_here"], r["modality"], r["id"]))
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table("model", "makes", "negative field", "acts", "methods", "runs here", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row["id"],
            row["modality"],
            "yes" if row["negative"]["accepted"] else "refused" if row["negative"]["field_exists"] else "none",
            "yes" if row["negative"]["effective"] else "no",
            ", ".join(row["methods"]),
            "yes" if row["runs_here"] else "",
        )
    out().print(table)


def _row(facts: Any) -> dict[str, Any]:
    can = capabilities(facts)
    return {
        "id": facts.id,
        "title": facts.title,
        "modality": facts.modality,
        "backend": facts.backend,
        "runs_here": facts.backend == "nano",
        "negative": {
            "field_exists": can.field_exists,
            "accepted": can.accepts_negative,
            "effective": can.field_effective,
            "why_not": can.why_not,
        },
        "methods": list(can.methods),
        "guidance_scale": can.guidance.default if can.guidance else None,
        "num_inference_steps": can.num_inference_steps.default if can.num_inference_steps else None,
    }
