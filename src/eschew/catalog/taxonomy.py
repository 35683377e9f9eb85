"""The taxonomy of negatives: what people ask to be kept out of music and pictures, sorted into classes.

One TOML file a class and modality, in `concepts/`, holds the concepts with their wordings and how reliable negating
that class is. `concept_index` compiles them to JSON, because a cold start cannot afford to parse 300 kB of TOML;
a test fails when the two disagree. Placing a wording nobody listed is the work of `placing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from eschew.catalog.facts import Confidence, unknown_name
from eschew.errors import FileError

__all__ = [
    "CLASS_IDS",
    "FOLDER",
    "ClassFacts",
    "Concept",
    "Modality",
    "Negating",
    "Reliability",
    "Taxonomy",
    "class_facts",
    "classes",
    "concept",
    "concepts",
    "modality_of",
    "read_json",
]

T = TypeVar("T")

FOLDER = Path(__file__).with_name("concepts")

Modality = Literal["music", "image"]

Reliability = Literal["reliable", "unreliable", "depends"]
"""Whether a negative of this kind usually does what it says, seldom does, or hangs on the model and the wording."""

CLASS_IDS: dict[Modality, tuple[str, ...]] = {
    "music": ("production", "instrument", "mix-character", "genre", "mood", "vocal-style"),
    "image": (
        "anatomy",
        "style",
        "quality",
        "artefact",
        "object",
        "text",
        "lighting",
        "composition",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Negating:
    """How reliable it is to negate a class, who says so, and when it was read."""

    reliability: Reliability
    claim: str
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class ClassFacts:
    """One class of negatives in one modality."""

    id: str
    modality: Modality
    about: str
    abstract: bool
    """Whether its concepts are felt or inferred rather than heard or seen."""
    negating: Negating


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One thing a negative can name."""

    id: str
    klass: str
    modality: Modality
    wording: str
    """The canonical wording: short, and one a model has met in captions."""
    also: tuple[str, ...]
    """Other wordings. One wording may belong to several concepts: "lo-fi noise" is crackle and hiss."""
    near: tuple[str, ...]
    """Concepts that sound or look alike, so that asking for one and forbidding the other contradicts. Symmetric."""
    opposes: tuple[str, ...]
    """Concepts that cannot be there together. Symmetric."""
    implies: tuple[str, ...]
    """Companions that models tend to add unasked when this is asked for."""
    abstract: bool
    reliability: Reliability
    """Of its class, unless the concept is known to differ."""
    instead: str
    """What to ask for in the positive prompt in place of negating this."""


@dataclass(frozen=True)
class Taxonomy:
    """All classes and concepts, as compiled."""

    classes: tuple[ClassFacts, ...]
    concepts: tuple[Concept, ...]


def read_json(path: Path, kind: type[T]) -> T:
    """A compiled file as `kind`. Raises FileError when it is missing or does not fit."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise FileError("this compiled catalogue cannot be read", where=path.name, why=str(error)) from error
    except msgspec.DecodeError as error:
        raise FileError(
            "this compiled catalogue does not fit its schema",
            where=path.name,
            why=str(error),
            hint="python -m eschew.catalog.concept_index",
        ) from error


@cache
def taxonomy() -> Taxonomy:
    """The compiled taxonomy, read once."""
    return read_json(FOLDER / "taxonomy.json", Taxonomy)


@cache
def by_id() -> dict[str, Concept]:
    """Concepts by id."""
    return {entry.id: entry for entry in taxonomy().concepts}


def concepts(modality: Modality | None = None) -> tuple[Concept, ...]:
    """All concepts, or those of one modality, class by class."""
    return tuple(entry for entry in taxonomy().concepts if modality in (None, entry.modality))


def concept(name: str) -> Concept:
    """The concept with this id. Raises UnknownNameError, which names the nearest ones."""
    found = by_id().get(name)
    if found is None:
        raise unknown_name("concept", name, by_id(), listing="`eschew concepts TEXT` places any wording")
    return found


def classes(modality: Modality | None = None) -> tuple[ClassFacts, ...]:
    """All classes, or those of one modality."""
    return tuple(entry for entry in taxonomy().classes if modality in (None, entry.modality))


def class_facts(name: str) -> ClassFacts:
    """The class with this id. Raises UnknownNameError."""
    for entry in taxonomy().classes:
        if entry.id == name:
            return entry
    known = [entry.id for entry in taxonomy().classes]
    raise unknown_name("class of negatives", name, known, listing="the classes are " + ", ".join(known))


def modality_of(klass: str) -> Modality | None:
    """Which modality a class belongs to; None for "unknown"."""
    for modality, names in CLASS_IDS.items():
        if klass in names:
            return modality
    return None
