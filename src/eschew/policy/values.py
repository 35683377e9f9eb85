"""What a policy file says, as frozen values, and where in the file each line of it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

__all__ = [
    "LEVELS",
    "Ask",
    "Ban",
    "Budget",
    "Compose",
    "CuratedSet",
    "Floor",
    "Level",
    "Line",
    "Policy",
    "Remark",
    "covers",
]

Level = Literal["organisation", "domain", "team", "user"]

LEVELS: tuple[Level, ...] = ("organisation", "domain", "team", "user")
"""Who goes before whom: floors are written in this order, and only a later one may yield."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Something always to avoid: `text` stands in every negative prompt, at weight 1, before the user's words."""

    text: str
    reason: str
    concept: str = ""
    """The taxonomy's name for it: other wordings in the prompt are then known to ask for it."""
    words: tuple[str, ...] = ()
    """Further wordings that ask for it."""
    opposites: tuple[str, ...] = ()
    """Wordings that a user may not put into the negative prompt, because avoiding them undoes this."""
    when_asked: Literal["refuse", "remark"] = "refuse"
    """What happens when the prompt asks for it. The floor stays either way."""
    required: bool = True
    """Whether a model that cannot be made to hear it must refuse."""
    modalities: tuple[Literal["image", "music"], ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ban:
    """Something never to ask for. Nothing is written into the request; a request that asks for it is refused."""

    reason: str
    concepts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    field: Literal["prompt", "negative_prompt", "both"] = "prompt"
    mention: Literal["asked", "any"] = "asked"
    """asked: "no logo" in a prompt is fine. any: the word itself may not stand there."""
    modalities: tuple[Literal["image", "music"], ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Something always to ask for: `text` stands in front of every prompt that does not say it already."""

    text: str
    reason: str
    concept: str = ""
    modalities: tuple[Literal["image", "music"], ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a run may cost. `guidance_scale` is a range in eschew's numbers, 1.0 = off."""

    reason: str
    num_inference_steps: int | None = None
    """At most."""
    guidance_scale: tuple[float, float] | None = None
    clauses: int | None = None
    """At most, in the whole negative prompt, floors included."""


@dataclass(frozen=True, kw_only=True)
class Compose:
    """How this policy goes with others."""

    on_conflict: Literal["error", "yield"] = "error"
    """yield: a line that contradicts one of a higher level gives way, and the composite says so."""
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CuratedSet:
    """A named list of clauses to avoid, from a community template: nothing applies it until somebody chooses it."""

    name: str
    avoid: tuple[str, ...] = ()
    prompt: str = ""
    """The template's positive side, `{prompt}` where the user's words go. Kept, not applied."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy file."""

    name: str
    title: str
    version: str
    owner: str
    level: Level = "team"
    domain: str = ""
    about: str = ""
    modalities: tuple[Literal["image", "music"], ...] = ()
    """Where it applies; empty = everywhere."""
    models: tuple[str, ...] = ()
    """Ids or patterns such as `sd-*`; empty = all."""
    floor: tuple[Floor, ...] = ()
    ban: tuple[Ban, ...] = ()
    ask: tuple[Ask, ...] = ()
    budget: Budget | None = None
    compose: Compose = Compose()
    sets: tuple[CuratedSet, ...] = ()
    origin: str = field(default="", compare=False)
    """The file it was read from."""
    lines: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)
    """Line number of each table of that file: ("floor.0", 12)."""

    def line(self, table: str, index: int = 0) -> Line:
        """Where the `index`-th table called `table` stands."""
        key = table if table in ("budget", "compose") else f"{table}.{index}"
        rows = getattr(self, table, ())
        says = _gist(rows[index]) if isinstance(rows, tuple) and index < len(rows) else ""
        origin = self.origin or f"{self.name}.toml"
        return Line(self.name, origin, dict(self.lines).get(key, 0), f"{table} {says!r}" if says else table)


def _gist(entry: Floor | Ban | Ask | CuratedSet) -> str:
    """The few words by which a person knows a line again."""
    if isinstance(entry, CuratedSet):
        return entry.name
    return (*entry.concepts, *entry.words)[0] if isinstance(entry, Ban) else entry.text


@dataclass(frozen=True)
class Line:
    """A place in a policy file. `number` counts from 1; 0 = it was not read from a file."""

    policy: str
    origin: str
    number: int
    says: str
    """The table, and the few words by which a person knows the line again: floor 'watermark'."""

    def __str__(self) -> str:
        place = f", line {self.number}" if self.number else ""
        return f"policy {self.policy} ({self.origin}{place}: {self.says})"


@dataclass(frozen=True)
class Remark:
    """Something a policy has to say about a request, or `check_file` about a policy. Nothing was refused for it."""

    severity: Literal["note", "warning", "error"]
    message: str
    line: Line
    field: str = ""
    span: tuple[int, int] | None = None


def covers(
    modalities: tuple[Literal["image", "music"], ...],
    models: tuple[str, ...],
    modality: str,
    model: str,
) -> bool:
    """Whether a policy or one of its lines applies to this model."""
    return (not modalities or modality in modalities) and (
        not models or any(fnmatchcase(model, pattern) for pattern in models)
    )
