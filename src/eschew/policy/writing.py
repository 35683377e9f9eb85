"""A policy as the TOML text it would be read from. What stands at its default is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

from eschew.policy.values import Compose, Policy

__all__ = ["to_toml"]

TABLES = ("floor", "ban", "ask", "sets")
SKIPPED = (*TABLES, "budget", "compose", "origin", "lines")


def to_toml(policy: Policy) -> str:
    """`policy` as TOML; reading it back gives an equal policy."""
    out = [*_pairs(policy, SKIPPED)]
    if policy.budget is not None:
        out += ["", "[budget]", *_pairs(policy.budget, ())]
    if policy.compose != Compose():
        out += ["", "[compose]", *_pairs(policy.compose, ())]
    for table in TABLES:
        for row in getattr(policy, table):
            out += ["", f"[[{table}]]", *_pairs(row, ())]
    return "\n".join(out) + "\n"


def _pairs(value: Any, skipped: tuple[str, ...]) -> Iterator[str]:
    for entry in fields(value):
        content = getattr(value, entry.name)
        if entry.name not in skipped and (entry.default is MISSING or content != entry.default):
            yield f"{entry.name} = {_spelled(content)}"


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON escapes what TOML does, but for DEL; half a surrogate pair is in neither language.
        text = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, tuple):
        return "[" + ", ".join(_spelled(item) for item in value) + "]"
    return repr(value)
