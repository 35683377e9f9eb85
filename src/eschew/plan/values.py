"""Plan and Change: what will run, and how it came to that. Frozen, JSON both ways, with a digest.

A plan holds no seed: the same plan runs with many. Its digest leaves the history out: two ways to the same run are one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from eschew.errors import UsageError

DIGEST_TAG = "p1:"
"""Names the algorithm (BLAKE2b-128 of canonical JSON), so that a later one can be told apart."""
OF_SOURCES = ("task", "source", "source_digest", "strength")
"""Fields that are None in a plan from text alone."""


@dataclass(frozen=True)
class Change:
    """One decision: `field` went from `before` to `after`, by whom, because of what."""

    field: str
    before: Any
    after: Any
    by: str
    because: str


@dataclass(frozen=True)
class Plan:
    """What will run, decided to the last knob.

    `method` is a name of the method catalogue, or "none"; `knobs` are those of its knobs that are no field here.
    `window` is (start, stop) as fractions of the steps.
    `words_unknown` are words of prompt and negative that the model never saw: they reach it as "unknown".
    `task` is None where everything is made from text. Where there is a source, `source` is its file, `source_digest` a
    hash of what is in that file, and `strength` (0 to 1) means what the history says.
    """

    model: str
    prompt: str
    negative_prompt: str
    method: str
    guidance_scale: float
    negative_scale: float
    window: tuple[float, float]
    num_inference_steps: int
    knobs: Mapping[str, float] = field(default_factory=dict)
    words_unknown: tuple[str, ...] = ()
    task: str | None = None
    source: str | None = None
    source_digest: str | None = None
    strength: float | None = None
    history: tuple[Change, ...] = ()

    @property
    def digest(self) -> str:
        """Tagged content digest. Of the source it holds the content, not the name; the history is not part of it."""
        content = msgspec.to_builtins(replace(self, history=(), source=None))
        # What only plans with a source have is left out of the others: their digests are older than it.
        told = {k: v for k, v in content.items() if k not in OF_SOURCES or v is not None}
        text = msgspec.json.encode(told, order="sorted")
        return DIGEST_TAG + hashlib.blake2b(text, digest_size=16).hexdigest()


def to_json(plan: Plan) -> bytes:
    """Canonical JSON: keys sorted, no spaces."""
    return msgspec.json.encode(plan, order="sorted")


def from_json(text: bytes | str) -> Plan:
    """A plan back from JSON; UsageError if it is not one."""
    try:
        plan = msgspec.json.decode(text, type=Plan)
    except msgspec.MsgspecError as problem:
        raise UsageError("this is not a plan", where="plan", why=str(problem)) from problem
    # JSON has no tuples: what a Change holds came back as lists.
    changes = tuple(replace(c, before=_tuple(c.before), after=_tuple(c.after)) for c in plan.history)
    return replace(plan, history=changes)


def replay(draft: Mapping[str, Any], history: tuple[Change, ...]) -> Plan:
    """Apply `history` to the first draft; each change must find the value it says it changed. UsageError if it does not."""
    values = dict(draft)
    for change in history:
        if change.field not in values:
            raise UsageError(f"the history changes {change.field!r}, which no plan has", where="plan.history")
        found = values[change.field]
        if _plain(found) != _plain(change.before):
            raise UsageError(
                f"the history does not fit: {change.field} is {found!r}, the history says {change.before!r}",
                where="plan.history",
            )
        values[change.field] = tuple(change.after) if isinstance(change.after, list) else change.after
    return Plan(**values, history=tuple(history))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """JSON has lists where Python has tuples."""
    return list(value) if isinstance(value, tuple) else value
