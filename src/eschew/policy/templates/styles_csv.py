"""Styles as CSV: A1111's `styles.csv` and InvokeAI's preset import, which share their columns."""

from __future__ import annotations

import csv
import io

from eschew.errors import FileError
from eschew.policy.templates.sets import LeftOut, Row

__all__ = ["read_csv"]

KNOWN = ("name", "prompt", "positive_prompt", "text", "negative_prompt")
"""`text` is what the oldest A1111 files call the prompt."""


def read_csv(text: str, origin: str) -> tuple[list[Row], list[LeftOut]]:
    """The rows, and the columns and cells that no style has. Raises FileError without a `name` column."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        table = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise FileError("this is not CSV", where=origin, why=str(error)) from error
    if not table or "name" not in (header := [cell.strip().lower() for cell in table[0][1]]):
        raise FileError(
            "this CSV is no list of styles", where=origin, hint="its first row: name,prompt,negative_prompt"
        )
    rows: list[Row] = []
    lost: list[LeftOut] = []
    for line, cells in table[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        named = dict(zip(header, cells, strict=False))
        for column, cell in named.items():
            if column not in KNOWN and cell.strip():
                lost.append(LeftOut(line, f"{column} = {cell!r}", "a style has no such column"))
        for cell in cells[len(header) :]:
            if cell.strip():
                lost.append(LeftOut(line, repr(cell), "it stands beyond the last column"))
        prompt = next((named[key] for key in ("prompt", "positive_prompt", "text") if named.get(key)), "")
        rows.append(Row(line, named.get("name", ""), prompt, named.get("negative_prompt", "")))
    return rows, lost
