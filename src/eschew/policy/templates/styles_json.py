"""Styles as JSON: Fooocus' `sdxl_styles/*.json` and InvokeAI's style presets, plain or with `preset_data`."""

from __future__ import annotations

import json
from typing import Any

from eschew.errors import FileError
from eschew.policy.templates.sets import LeftOut, Row

__all__ = ["read_json"]

KNOWN = ("name", "prompt", "positive_prompt", "negative_prompt", "preset_data")


def read_json(text: str, origin: str) -> tuple[list[Row], list[LeftOut]]:
    """The rows, and the keys that no style has. Raises FileError if it is not a list of objects with names."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError("this is not JSON", where=origin, why=str(error)) from error
    entries = [data] if isinstance(data, dict) and "name" in data else data
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FileError(
            "this JSON is no list of styles", where=origin, hint='[{"name": …, "negative_prompt": …}]'
        )
    rows: list[Row] = []
    lost: list[LeftOut] = []
    for entry in entries:
        rows.append(_row(entry, lost))
    return rows, lost


def _row(entry: dict[str, Any], lost: list[LeftOut]) -> Row:
    name = entry.get("name")
    inner = entry.get("preset_data")
    flat = {**entry, **inner} if isinstance(inner, dict) else entry
    for key, value in flat.items():
        if key not in KNOWN:
            lost.append(
                LeftOut(
                    0,
                    f"{key} = {json.dumps(value, ensure_ascii=False)} of {name!r}",
                    "a set has no such field",
                )
            )
        elif key != "preset_data" and not isinstance(value, str) and value is not None:
            lost.append(
                LeftOut(0, f"{key} = {json.dumps(value, ensure_ascii=False)} of {name!r}", "it is not text")
            )
    return Row(
        0,
        _text(name),
        _text(flat.get("prompt")) or _text(flat.get("positive_prompt")),
        _text(flat.get("negative_prompt")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
