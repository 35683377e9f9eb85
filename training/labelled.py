"""Write material with its labels: one sample after another into a folder, `labels.jsonl` at the end, and a count by concept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from eschew.errors import EschewError, KnobError

Row = Mapping[str, object]


def write(
    out: Path,
    count: int,
    things: str,
    check_tools: Callable[[], None],
    make: Callable[[int], Iterable[Row]],
    concepts: Iterable[str] = (),
) -> None:
    """`make` samples 0 to `count` - 1; each gives its rows, with "concept" and "present". SystemExit with a sentence if it cannot.

    `things` is what they are called, as the option that counts them; `concepts` those to be counted, all where none are given.
    """
    rows: list[Row] = []
    try:
        if count < 1:
            raise KnobError(f"{count} {things} are none", where=f"--{things}", hint="a number from 1 up")
        check_tools()
        out.mkdir(parents=True, exist_ok=True)
        for index in range(count):
            rows += make(index)
        path = out / "labels.jsonl"
        temporary = path.with_suffix(".tmp")
        temporary.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise SystemExit(f"--out: cannot write to {out}\nwhy: {error}") from None
    except EschewError as error:
        raise SystemExit(str(error)) from None
    for concept in concepts or sorted({str(row["concept"]) for row in rows}):
        found = Counter(bool(row["present"]) for row in rows if row["concept"] == concept)
        print(f"{concept:20} {found[True]:4} with, {found[False]:4} without")
