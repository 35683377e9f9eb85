"""What each guidance method needs, costs and is turned by: one TOML file a method, with its source and date.

The mathematics itself is in `eschew.guidance`; here are the facts a plan and a check decide by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from eschew.catalog.facts import Confidence, decode_facts, file_names, listed, read_facts, unknown_name
from eschew.errors import KnobError

__all__ = [
    "PLAN_FIELDS",
    "Cost",
    "Knob",
    "MethodFacts",
    "Preset",
    "Setting",
    "decode_method",
    "default_strength",
    "method",
    "method_ids",
    "methods",
]

FOLDER = Path(__file__).with_name("methods")

ANY_FAMILY = "any"

PLAN_FIELDS = ("guidance_scale", "negative_scale", "window_start", "window_stop")
"""Knobs of methods that the plan holds as fields of its own."""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """One number that turns a method. Bounds are inclusive; None = unbounded."""

    name: str
    default: float
    min: float | None = None
    max: float | None = None
    off: float | None = None
    """The value at which the method changes nothing."""
    integer: bool = False
    follows_guidance: bool = False
    """Left open it is guidance_scale − 1, as strong as plain substitution, and not the default."""
    about: str

    def checked(self, value: float) -> float:
        """`value`, or KnobError when it is NaN, infinite, out of range or not whole where it must be."""
        low = "-∞" if self.min is None else f"{self.min:g}"
        high = "∞" if self.max is None else f"{self.max:g}"
        finite = value == value and abs(value) != float("inf")
        inside = (self.min is None or value >= self.min) and (self.max is None or value <= self.max)
        whole = not self.integer or value == int(value) if finite else False
        if not (finite and inside and whole):
            kind = "a whole number" if self.integer else "a number"
            raise KnobError(
                f"{self.name} must be {kind} from {low} to {high}, not {value:g}", where=self.name
            )
        return value


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One knob at one value."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Knobs that were found to work together, and for which models."""

    name: str
    models: tuple[str, ...] = ()
    """Model ids of the catalogue; empty = any."""
    for_other_models: str = ""
    """Models the catalogue does not list, in words."""
    knobs: tuple[Setting, ...]
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Forward passes per denoising step, where 1 = the positive prompt alone."""

    passes: float
    max_passes: float | None = None
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class MethodFacts:
    """One way to make a negative act."""

    id: str
    title: str
    kind: Literal["velocity", "attention", "words", "host"]
    """velocity: combines model outputs. attention: acts inside the layers that read text. words: in the prompt."""
    formula: str
    about: str
    families: tuple[str, ...]
    """Model families it works on; `any` = all."""
    never: tuple[str, ...] = ()
    """Model ids or families it is known to fail on."""
    suits_distilled: bool
    """Whether it works where distillation has removed guidance."""
    needs: Literal["guidance", "text-attention", "field", "nothing"]
    stateful: bool = False
    """Whether a step needs memory of the one before."""
    uses_null: bool = False
    reads: Literal["negative", "prompt-and-negative"] = "negative"
    """What its negative branch is given: the negative as it stands, or behind the prompt, as one text."""
    several_negatives: bool = False
    """Whether each of several negatives can have its own strength."""
    fails: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str
    date: str
    confidence: Confidence
    cost: Cost
    knobs: tuple[Knob, ...] = ()
    presets: tuple[Preset, ...] = ()

    def fits(self, family: str, model_id: str = "") -> bool:
        """Whether the method works on this family and is not known to fail on this model."""
        if model_id in self.never or family in self.never:
            return False
        return ANY_FAMILY in self.families or family in self.families

    def knob(self, name: str) -> Knob:
        """The knob called `name`. Raises UnknownNameError."""
        for knob in self.knobs:
            if knob.name == name:
                return knob
        names = [knob.name for knob in self.knobs]
        listing = f"it has {', '.join(names)}" if names else "it has no knobs"
        raise unknown_name(f"knob of {self.id}", name, names, listing=listing)

    def preset_for(self, model_id: str) -> Preset | None:
        """The first preset that names this model."""
        return next((preset for preset in self.presets if model_id in preset.models), None)


def default_strength(facts: MethodFacts, guidance_scale: float) -> float:
    """The `negative_scale` for somebody who names none; 0 where the method has no strength of its own."""
    knob = next((knob for knob in facts.knobs if knob.name == "negative_scale"), None)
    if knob is None:
        return 0.0
    return guidance_scale - 1.0 if knob.follows_guidance else knob.default


def decode_method(tables: Mapping[str, Any], where: str) -> MethodFacts:
    """Tables, as a TOML file has them, as facts. Raises FileError for unknown keys and wrong types."""
    out = listed(tables, "knobs", "presets")
    if isinstance(out.get("presets"), list):
        out["presets"] = [with_settings(preset) for preset in out["presets"]]
    return decode_facts(out, MethodFacts, where)


def with_settings(preset: Mapping[str, Any]) -> dict[str, Any]:
    """A preset whose `knobs = {tau = 2.5}` is a list of settings."""
    knobs = preset.get("knobs")
    if not isinstance(knobs, Mapping):
        return dict(preset)
    return {**preset, "knobs": [{"name": name, "value": value} for name, value in knobs.items()]}


@cache
def method_ids() -> tuple[str, ...]:
    """The ids of all methods, sorted. Lists a folder and reads no file."""
    return file_names(FOLDER)


def methods() -> tuple[MethodFacts, ...]:
    """All methods, sorted by id."""
    return tuple(_read(method_id) for method_id in method_ids())


def method(method_id: str) -> MethodFacts:
    """One method; only its file is read. Raises UnknownNameError with the closest names."""
    if method_id in method_ids():
        return _read(method_id)
    for facts in methods():
        if method_id.casefold() in {alias.casefold() for alias in facts.aliases}:
            raise unknown_name("method", method_id, [], listing=f"here it is called {facts.id}")
    raise unknown_name("method", method_id, method_ids(), listing=f"there are {', '.join(method_ids())}")


@cache  # the files are part of the package and the facts are frozen: reading one twice can give nothing new
def _read(method_id: str) -> MethodFacts:
    name = f"{method_id}.toml"
    return decode_method(read_facts(FOLDER / name), name)
