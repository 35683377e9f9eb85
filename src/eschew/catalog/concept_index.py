"""Compiles `concepts/*.toml` into the JSON that is read at run time: `python -m eschew.catalog.concept_index`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from eschew.catalog.facts import decode_facts, file_names, read_facts
from eschew.catalog.lexicon import Lexicon
from eschew.catalog.taxonomy import (
    CLASS_IDS,
    FOLDER,
    ClassFacts,
    Concept,
    Modality,
    Negating,
    Reliability,
    Taxonomy,
)
from eschew.catalog.wording import fold, plain_words, stem, stems
from eschew.errors import FileError

__all__ = ["compile_lexicon", "compile_taxonomy", "read_sources", "write_index"]

CUE_WEIGHT = 1.5
HEAD_WEIGHT = 4.0


@dataclass(frozen=True, kw_only=True)
class ConceptSource:
    """A concept as it is written in TOML; its id is the table's name."""

    wording: str
    instead: str
    also: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    abstract: bool | None = None
    reliability: Reliability | None = None


@dataclass(frozen=True, kw_only=True)
class ClassSource:
    """One file of `concepts/`."""

    id: str
    modality: Modality
    about: str
    abstract: bool = False
    cues: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    negating: Negating
    concepts: dict[str, ConceptSource] = field(default_factory=dict)


def read_sources(folder: Path = FOLDER) -> tuple[ClassSource, ...]:
    """The TOML files in the order of CLASS_IDS. Raises FileError for a file that does not fit or has no class."""
    read = {
        name: decode_facts(read_facts(folder / f"{name}.toml"), ClassSource, f"{name}.toml")
        for name in file_names(folder)
    }
    wanted = {f"{modality}-{klass}" for modality, names in CLASS_IDS.items() for klass in names}
    if wanted != set(read):
        odd = ", ".join(sorted(wanted ^ set(read)))
        raise FileError("the files of concepts and the classes do not match", where=folder.name, why=odd)
    return tuple(read[f"{modality}-{klass}"] for modality, names in CLASS_IDS.items() for klass in names)


def compile_taxonomy(sources: Iterable[ClassSource]) -> Taxonomy:
    """Classes and concepts; `near` and `opposes` hold both ways. Raises FileError for a link to nowhere."""
    sources = tuple(sources)
    home = {name: source.modality for source in sources for name in source.concepts}
    links: dict[str, dict[str, list[str]]] = {
        name: {"near": [], "opposes": [], "implies": []} for name in home
    }
    for source in sources:
        for name, entry in source.concepts.items():
            for kind, targets in (
                ("near", entry.near),
                ("opposes", entry.opposes),
                ("implies", entry.implies),
            ):
                for target in targets:
                    if home.get(target) != source.modality or target == name:
                        raise FileError(
                            f"{name} {kind} {target}, which is no other concept of {source.modality}"
                        )
                    links[name][kind].append(target)
                    if kind != "implies":
                        links[target][kind].append(name)
    concepts = tuple(
        Concept(
            id=name,
            klass=source.id,
            modality=source.modality,
            wording=entry.wording,
            also=entry.also,
            near=tuple(dict.fromkeys(links[name]["near"])),
            opposes=tuple(dict.fromkeys(links[name]["opposes"])),
            implies=tuple(dict.fromkeys(links[name]["implies"])),
            abstract=source.abstract if entry.abstract is None else entry.abstract,
            reliability=entry.reliability or source.negating.reliability,
            instead=entry.instead,
        )
        for source in sources
        for name, entry in source.concepts.items()
    )
    classes = tuple(
        ClassFacts(
            id=source.id,
            modality=source.modality,
            about=source.about,
            abstract=source.abstract,
            negating=source.negating,
        )
        for source in sources
    )
    return Taxonomy(classes, concepts)


def compile_lexicon(sources: Iterable[ClassSource], modality: Modality) -> Lexicon:
    """The tables that placing reads, for one modality."""
    sources = tuple(source for source in sources if source.modality == modality)
    names = tuple(name for source in sources for name in source.concepts)
    class_of = tuple(index for index, source in enumerate(sources) for _ in source.concepts)
    canonical: dict[str, int] = {}
    exact: dict[str, list[int]] = defaultdict(list)
    entries = [entry for source in sources for entry in source.concepts.values()]
    for number, (name, entry) in enumerate(zip(names, entries, strict=True)):
        for own in (fold(entry.wording), fold(name)):
            canonical.setdefault(own, number)
            exact[own].append(number)
    for number, entry in enumerate(entries):
        for text in entry.also:
            exact[fold(text)].append(number)
    unique = {key: tuple(dict.fromkeys(numbers)) for key, numbers in exact.items()}

    bags: dict[str, list[int]] = defaultdict(list)
    holders: dict[str, list[int]] = defaultdict(list)
    for row, (key, numbers) in enumerate(unique.items()):
        bags[" ".join(sorted(stems(key)))] += numbers
        for token in dict.fromkeys(stems(key)):
            holders[token].append(row)
    total = len(unique)
    idf = {token: round(math.log(1 + total / len(rows)), 3) for token, rows in holders.items()}
    lengths = tuple(
        (numbers[0], round(math.sqrt(sum(idf[token] ** 2 for token in dict.fromkeys(stems(key)))), 3))
        for key, numbers in unique.items()
    )
    rare = round(math.log(1 + total), 3)
    evidence, heads = class_evidence(sources, class_of, unique)
    return Lexicon(
        classes=tuple(source.id for source in sources),
        concepts=names,
        class_of=class_of,
        canonical=canonical,
        exact=unique,
        bags={
            bag: tuple(dict.fromkeys(numbers))
            for bag, numbers in bags.items()
            if len({class_of[number] for number in numbers}) == 1
        },
        wordings=lengths,
        postings={token: tuple(rows) for token, rows in holders.items()},
        idf={token: idf.get(token, rare) for token in evidence},
        evidence=evidence,
        heads=heads,
    )


Shares = dict[str, tuple[tuple[int, float], ...]]
Counts = defaultdict[str, defaultdict[int, float]]


def class_evidence(
    sources: tuple[ClassSource, ...], class_of: tuple[int, ...], exact: Mapping[str, tuple[int, ...]]
) -> tuple[Shares, Shares]:
    """For each stem the share of each class it speaks for: anywhere in a wording, and as its last word."""
    anywhere: Counts = defaultdict(lambda: defaultdict(float))
    last: Counts = defaultdict(lambda: defaultdict(float))
    for key, numbers in exact.items():
        words = plain_words(key)
        for klass in {class_of[number] for number in numbers}:
            for word in dict.fromkeys(words):
                # A word alone says more about itself than one of four does.
                anywhere[stem(word)][klass] += 1 / math.sqrt(len(words))
            last[stem(words[-1])][klass] += 1 / math.sqrt(len(words))
    for index, source in enumerate(sources):
        for cue in source.cues:
            for token in stems(fold(cue)):
                anywhere[token][index] += CUE_WEIGHT / len(stems(fold(cue)))
        for head in source.heads:
            last[stem(fold(head))][index] += HEAD_WEIGHT
            anywhere[stem(fold(head))][index] += CUE_WEIGHT
    return shares(anywhere), shares(last)


def shares(counts: Counts) -> Shares:
    """Counts as fractions of one, the smallest left out."""
    out: Shares = {}
    for token, counter in counts.items():
        whole = sum(counter.values())
        kept = [(klass, round(count / whole, 3)) for klass, count in sorted(counter.items()) if whole]
        out[token] = tuple((klass, share) for klass, share in kept if share >= 0.02)
    return out


def compiled(folder: Path = FOLDER) -> dict[str, bytes]:
    """File name → content of every compiled file."""
    sources = read_sources(folder)
    values: dict[str, Any] = {"taxonomy.json": compile_taxonomy(sources)}
    for modality in CLASS_IDS:
        values[f"lexicon-{modality}.json"] = compile_lexicon(sources, modality)
    return {name: msgspec.json.encode(value) + b"\n" for name, value in values.items()}


def write_index(folder: Path = FOLDER) -> tuple[str, ...]:
    """Write the compiled files beside their sources; their names."""
    files = compiled(folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return tuple(files)


if __name__ == "__main__":
    write_index()
