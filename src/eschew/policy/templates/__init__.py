"""Community templates → a policy with curated sets, and a list of all that did not come along.

    A1111       styles.csv: name, prompt, negative_prompt
    InvokeAI    style presets as CSV or JSON: name, prompt (or positive_prompt), negative_prompt
    Fooocus     sdxl_styles/*.json: a list of {name, prompt, negative_prompt}

A set is a list of clauses under a name, and nothing applies it until somebody chooses it with `use_set`: a style's
negatives fit that style, and a floor holds for everything.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from eschew.catalog.facts import unknown_name
from eschew.errors import FileError
from eschew.policy.reading import NAME, plain_clause, text_of
from eschew.policy.templates.sets import Imported, LeftOut, set_of
from eschew.policy.templates.styles_csv import read_csv
from eschew.policy.templates.styles_json import read_json
from eschew.policy.values import CuratedSet, Floor, Policy

__all__ = ["READERS", "Imported", "LeftOut", "import_template", "use_set"]

READERS = {".csv": read_csv, ".json": read_json}


def import_template(path: str | Path) -> Imported:
    """The template file as a policy, and what was left out. Raises FileError if it is none of the known formats."""
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError("this is no template format", where=str(path), hint="a .csv or .json file of styles")
    text = text_of(path, "template")
    rows, left_out = reader(text, str(path))
    sets: list[CuratedSet] = []
    for row in rows:
        curated, lost = set_of(row)
        left_out += lost
        if curated is None:
            continue
        if any(curated.name == other.name for other in sets):
            left_out.append(LeftOut(row.line, row.name, "another style has this name already"))
        else:
            sets.append(curated)
    name = "-".join(path.stem.lower().split()).replace("_", "-")
    policy = Policy(
        name=name if NAME.fullmatch(name) else "imported",
        title=f"Imported from {path.name}",
        version="1",
        owner="nobody yet",
        level="user",
        modalities=("image",),
        about="Curated sets of a community template. A set acts once its clauses are made floors.",
        sets=tuple(sets),
    )
    return Imported(policy, tuple(left_out))


def use_set(policy: Policy, name: str) -> Policy:
    """`policy` with the clauses of its set `name` as floors. Clauses that cannot be floors stay out (they hold markup)."""
    chosen = next((entry for entry in policy.sets if entry.name == name), None)
    if chosen is None:
        names = [entry.name for entry in policy.sets]
        raise unknown_name("set", name, names, listing=f"{policy.name} has {len(names)} sets")
    present = {floor.text for floor in policy.floor}
    reason = f"from the community set {name!r}"
    floors = tuple(
        Floor(text=text, reason=reason, when_asked="remark", required=False)
        for text in chosen.avoid
        if text not in present and not plain_clause(text)
    )
    return replace(policy, floor=(*policy.floor, *floors))
