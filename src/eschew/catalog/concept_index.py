"""Compiles `concepts/*.toml` into the JSON that is read at run time: `python -m eschew.catalog.concept_index`."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
MAJORITY = 0.65
"""Share of the wordings of one family bag that must be of one class for the bag to say anything."""
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


@dataclass(frozen=True, kw_only=True)
class Kinship:
    """One file of `concepts/kinship/`: how words of one modality are related, whatever concept they belong to."""

    alike: tuple[tuple[str, ...], ...]
    """Families of one or two words each that can stand for one another beside the same noun."""
    kinds: dict[str, tuple[str, ...]]
    """Kind → its members."""
    elsewhere: tuple[str, ...]
    """Phrases in which a listed word has another sense."""
    qualities: tuple[Quality, ...]
    """Properties of the whole, each said in several ways."""


@dataclass(frozen=True, kw_only=True)
class Quality:
    """One property, as a negative and a prompt may name it."""

    names: tuple[str, ...]
    """General names. Any of them, forbidden, forbids the property."""
    said: tuple[str, ...] = ()
    """What only asks for it: who forbids "low key" says nothing of all dim light."""


def read_kinship(folder: Path = FOLDER) -> dict[Modality, Kinship]:
    """The families and kinds of each modality. Raises FileError for a file that does not fit."""
    return {
        modality: decode_facts(
            read_facts(folder / "kinship" / f"{modality}.toml"), Kinship, f"kinship/{modality}.toml"
        )
        for modality in CLASS_IDS
    }


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


def compile_lexicon(sources: Iterable[ClassSource], kinship: Kinship, modality: Modality) -> Lexicon:
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
    alike = families(kinship)
    kinds = {
        " ".join(stems(fold(kind))): tuple(sorted({" ".join(stems(fold(member))) for member in members}))
        for kind, members in kinship.kinds.items()
    }
    for kind, members in kinds.items():
        speaks = heads.get(kind.split()[-1]) or evidence.get(kind.split()[-1])
        for member in members if speaks else ():
            # A member nobody listed speaks for the class that its kind does.
            evidence.setdefault(member.split()[-1], speaks or ())
    lexicon = Lexicon(
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
        alike=alike,
        kin_bags={},
        kinds=kinds,
        qualities=quality_words(kinship)[0],
        asking=quality_words(kinship)[1],
        elsewhere=tuple(
            # A listed phrase of several words already is the name of another thing.
            sorted(
                phrase
                for phrase in set(map(fold, kinship.elsewhere))
                if phrase not in unique or " " not in phrase
            )
        ),
    )
    return replace(lexicon, kin_bags=kin_bags(lexicon))


def quality_words(kinship: Kinship) -> tuple[dict[str, tuple[int, ...]], tuple[tuple[str, ...], ...]]:
    """Name of a property → rows that hold all that asks for it, its names among them, as stems."""
    rows = tuple(
        tuple(sorted({" ".join(stems(fold(wording))) for wording in (*quality.names, *quality.said)}))
        for quality in kinship.qualities
    )
    found: dict[str, list[int]] = defaultdict(list)
    for row, quality in enumerate(kinship.qualities):
        for name in dict.fromkeys(" ".join(stems(fold(name))) for name in quality.names):
            found[name].append(row)
    return {name: tuple(at) for name, at in found.items()}, rows


def families(kinship: Kinship) -> dict[str, str]:
    """Member of a family → its first word, both as stems; a word in two families belongs to the first."""
    out: dict[str, str] = {}
    for row in kinship.alike:
        first = "_".join(stems(fold(row[0])))
        for member in row:
            out.setdefault(" ".join(stems(fold(member))), first)
    return out


def kin_bags(words: Lexicon) -> dict[str, tuple[int, ...]]:
    """Bags of families where they are not the bag itself, left out where classes are of two minds."""
    found: dict[str, list[int]] = defaultdict(list)
    for key, numbers in words.exact.items():
        kin = words.family(stems(key))
        found[" ".join(sorted(kin))].append(numbers[0])
    out: dict[str, tuple[int, ...]] = {}
    for bag, firsts in found.items():
        if "_" not in bag and not set(bag.split()) & set(words.alike.values()):
            continue
        votes = Counter(words.class_of[number] for number in firsts)
        klass, most = votes.most_common(1)[0]
        if most >= MAJORITY * len(firsts):
            ranked = Counter(number for number in firsts if words.class_of[number] == klass).most_common(3)
            out[bag] = tuple(number for number, _ in ranked)
    return out


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
    kinship = read_kinship(folder)
    values: dict[str, Any] = {"taxonomy.json": compile_taxonomy(sources)}
    for modality in CLASS_IDS:
        values[f"lexicon-{modality}.json"] = compile_lexicon(sources, kinship[modality], modality)
    return {name: msgspec.json.encode(value) + b"\n" for name, value in values.items()}


def write_index(folder: Path = FOLDER) -> tuple[str, ...]:
    """Write the compiled files beside their sources; their names."""
    files = compiled(folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return tuple(files)


if __name__ == "__main__":
    write_index()
