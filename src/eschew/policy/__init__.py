"""Policies: what an organisation never wants to see or hear, and the proof that it stands in the request.

    composite = compose([load("quality-floor"), load("brand.toml")])      PolicyError if the two contradict
    applied = apply(request, composite, capabilities(model("sdxl")))      PolicyError if a line refuses
    floor_present(applied.request.negative_prompt, composite, can)        read afresh, by every syntax

A floor is always avoided, a ban is never asked for, an ask is always asked for, a budget is kept. A floor is written
before the user's own words, so no length pushes it out, and the user's words are made unable to act on it.
"""

from __future__ import annotations

from eschew.policy.applying import Addition, Applied, FloorClause, apply
from eschew.policy.budgeting import check_budget
from eschew.policy.checking import check_file
from eschew.policy.composing import Composite, Yielded, compose, floors_for
from eschew.policy.reading import decode, load, shipped
from eschew.policy.templates import Imported, LeftOut, import_template, use_set
from eschew.policy.values import (
    LEVELS,
    Ask,
    Ban,
    Budget,
    Compose,
    CuratedSet,
    Floor,
    Line,
    Policy,
    Remark,
)
from eschew.policy.verifying import Missing, floor_present, missing_floors, missing_from_prompt
from eschew.policy.writing import to_toml

__all__ = [
    "LEVELS",
    "Addition",
    "Applied",
    "Ask",
    "Ban",
    "Budget",
    "Compose",
    "Composite",
    "CuratedSet",
    "Floor",
    "FloorClause",
    "Imported",
    "LeftOut",
    "Line",
    "Missing",
    "Policy",
    "Remark",
    "Yielded",
    "apply",
    "check_budget",
    "check_file",
    "compose",
    "decode",
    "floor_present",
    "floors_for",
    "import_template",
    "load",
    "missing_floors",
    "missing_from_prompt",
    "shipped",
    "to_toml",
    "use_set",
]
