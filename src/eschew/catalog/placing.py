"""Placing any wording in the taxonomy: which concepts it means, of which class, and how sure that is.

The first step that answers wins: the wording is in the lexicon as it stands (or spelt apart, or inflected); it is
once what only stresses is dropped and slips are mended; its words belong to the families of one that is; it is like
wordings that are; its words speak for a class. No model and no download: word statistics of the lexicon itself, a
head noun that weighs more than what qualifies it, and letter triples for words nobody listed. Every step is less sure
than the one before; the last guess is a guess, and its confidence says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from eschew.catalog.lexicon import Lexicon, lexicon
from eschew.catalog.mending import STRESSING, looser, mended
from eschew.catalog.taxonomy import CLASS_IDS, Modality
from eschew.catalog.wording import clauses, fold, plain_words, squash, stem, stems, without_negation, words_of

__all__ = ["UNKNOWN", "How", "Placement", "place", "place_clause"]

UNKNOWN = "unknown"
"""The class of a wording that nothing speaks for."""

How = Literal["exact", "wording", "near", "none"]
"""exact: the concept's own name. wording: a listed wording. near: by likeness. none: nothing like it is known."""

# Found on the development wordings of tests/catalog/wordings, never on the held-out ones.
HEAD_GAIN = 2.0
LIKENESS_GAIN = 3.0
LOOKALIKE_GAIN = 0.8
HEAD_RARITY = 8.0
"""Least idf of a head word: "drums" is common in the lexicon, and still decides what mellow drums are."""
HEAD_MIX = 1.0
"""How much of what the head word says anywhere joins what it says as a head."""
SHARPNESS = 2.0
CONCEPT_FLOOR = 0.45
"""Least cosine to a listed wording at which a concept is named, not only a class."""
NEAR_CEILING = 0.9
"""Confidence of a placement by likeness never exceeds this."""

KIN_CEILING = 0.72
"""Confidence of a placement by families of words: more than a guess, less than a listed wording."""
LONGEST_KIN = 6

PREPOSITIONS = frozenset(
    words_of("of in on with from for by at behind to over under near against around during like")
)
HOLLOW = frozenset(
    map(
        stem,
        words_of(
            "sound lot presence use kind type touch hint element thing stuff bit piece part amount level look feel "
            "effect excess layer bunch lack"
        ),
    )
)
"""Nouns that can head any phrase; what follows the preposition decides instead."""


@dataclass(frozen=True)
class Placement:
    """Where one clause of a text belongs."""

    text: str
    """The clause as written."""
    concepts: tuple[str, ...]
    """Ids, the likeliest first; empty when only a class could be told."""
    klass: str
    """One of the classes of taxonomy.CLASS_IDS, or "unknown"."""
    confidence: float
    """0..1; 1 = the concept's own name. Below 0.3 it is a guess."""
    how: How
    modality: Modality | None

    @property
    def concept(self) -> str | None:
        """The likeliest concept."""
        return self.concepts[0] if self.concepts else None


def place(text: str, modality: Modality | None = None) -> tuple[Placement, ...]:
    """Each clause of `text` placed, in order. Without a modality the surer one is taken, music on a tie."""
    out: list[Placement] = []
    for clause in clauses(text):
        whole = place_clause(clause, modality)
        parts = clause.replace(" and ", "\0").replace(" or ", "\0").replace(" & ", "\0").split("\0")
        if whole.how in ("exact", "wording") or len(parts) == 1:
            out.append(whole)
            continue
        # "cowbell and accordion" is two clauses, "dust and scratches" is one: split only where every part is known.
        split = [place_clause(part.strip(), modality) for part in parts if part.strip()]
        known = all(part.how in ("exact", "wording") for part in split)
        out.extend(split if known and len(split) > 1 else [whole])
    return tuple(out)


@lru_cache(maxsize=1024)
def place_clause(clause: str, modality: Modality | None = None) -> Placement:
    """One clause placed, commas and all taken as part of it."""
    wanted = (modality,) if modality is not None else tuple(CLASS_IDS)
    found = [place_in(clause, one) for one in wanted]
    return max(found, key=lambda placement: placement.confidence)


def place_in(clause: str, modality: Modality) -> Placement:
    """One clause placed among the concepts of one modality."""
    words = lexicon(modality)
    folded = without_negation(fold(clause))
    listed = look_up(words, folded)
    if listed is None:
        for text, share in looser(words, folded):
            listed = look_up(words, text)
            if listed is not None:
                listed = listed[0], round(listed[1] * share, 3)
                break
    if listed is not None:
        numbers, confidence = listed
        own = folded in words.canonical and words.canonical[folded] == numbers[0]
        names = tuple(words.concepts[number] for number in numbers)
        klass = words.classes[words.class_of[numbers[0]]]
        return Placement(
            clause, names, klass, 1.0 if own else confidence, "exact" if own else "wording", modality
        )
    return place_kin(words, clause, folded, modality) or place_near(words, clause, folded, modality)


def place_kin(words: Lexicon, clause: str, folded: str, modality: Modality) -> Placement | None:
    """The concept of a wording whose words are of the same families: a shrill top end is harsh treble.

    A wording of three words and more may leave one out that is not its head.
    """
    if not folded:
        return None
    parts = tuple(word for word in folded.split() if word not in STRESSING) or tuple(folded.split())
    ready, certainty = mended(words, parts)
    tokens, head = tokens_and_head(" ".join(ready))
    kin = words.family(tokens)
    found = words.kin_bags.get(" ".join(sorted(kin)))
    share = KIN_CEILING
    if found is None and 2 < len(kin) <= LONGEST_KIN:
        top = words.family((head,))[0]
        fewer = [kin[:at] + kin[at + 1 :] for at, token in enumerate(kin) if token != top]
        bags = [words.kin_bags.get(" ".join(sorted(some))) for some in fewer]
        known = [bag for bag in bags if bag]
        # "breathy female voice": what to leave out is not clear when the readings disagree.
        if len({words.class_of[bag[0]] for bag in known}) == 1:
            found, share = known[0], KIN_CEILING * 0.65
    if found is None:
        return None
    names = tuple(words.concepts[number] for number in found[:1])
    return Placement(
        clause, names, words.classes[words.class_of[found[0]]], round(share * certainty, 3), "near", modality
    )


def look_up(words: Lexicon, folded: str) -> tuple[tuple[int, ...], float] | None:
    """The concepts of a listed wording and how sure that is, trying ever looser spellings."""
    if folded in words.exact:
        return words.exact[folded], 0.98
    lean = " ".join(plain_words(folded))
    if lean in words.exact:
        return words.exact[lean], 0.96
    tight = squash(lean)
    if len(tight) > 3 and tight in words.squashed:
        return words.squashed[tight], 0.95
    bag = " ".join(sorted(stems(folded)))
    if bag in words.bags:
        return words.bags[bag], 0.93
    return None


def place_near(words: Lexicon, clause: str, folded: str, modality: Modality) -> Placement:
    """The class its words speak for, and the concept of that class with the likest wording."""
    if not folded:
        return Placement(clause, (), UNKNOWN, 0.0, "none", modality)
    parts = tuple(word for word in folded.split() if word not in STRESSING) or tuple(folded.split())
    ready, _ = mended(words, parts)
    tokens, head = tokens_and_head(" ".join(ready))
    scores = [0.0] * len(words.classes)
    heard = whole = 0.0
    known: dict[str, float] = {}
    for token in dict.fromkeys(tokens):
        alike = [(token, 1.0)] if token in words.evidence else list(words.lookalikes(token))
        rarity = words.idf.get(token, 6.0)
        if token == head:
            rarity = max(rarity, HEAD_RARITY)
        gain = HEAD_GAIN if token == head else 1.0
        whole += rarity * gain
        if not alike:
            continue
        best = alike[0][1]
        heard += rarity * gain * (best if best == 1.0 else best * LOOKALIKE_GAIN)
        sway = sum(score**2 for _, score in alike)
        for other, score in alike:
            known[other] = max(known.get(other, 0.0), score)
            weight = rarity * gain * (score**2 / sway) * (1.0 if best == 1.0 else best * LOOKALIKE_GAIN)
            speaks = words.evidence[other]
            if token == head and words.heads.get(other):
                speaks = words.heads[other] + tuple((klass, share * HEAD_MIX) for klass, share in speaks)
                weight /= 1 + HEAD_MIX
            for klass, share in speaks:
                scores[klass] += weight * share
    if heard == 0.0:
        return Placement(clause, (), UNKNOWN, 0.0, "none", modality)
    alikes = likeness(words, known)
    nearest: dict[int, tuple[float, int]] = {}
    for number, score in alikes.items():
        klass = words.class_of[number]
        if score > nearest.get(klass, (0.0, 0))[0]:
            nearest[klass] = (score, number)
    for klass, (score, _) in nearest.items():
        scores[klass] += LIKENESS_GAIN * score * whole / max(1, len(tokens))
    sharp = [score**SHARPNESS for score in scores]
    winner = max(range(len(sharp)), key=lambda klass: sharp[klass])
    share = sharp[winner] / sum(sharp)
    score, number = nearest.get(winner, (0.0, -1))
    named = (words.concepts[number],) if number >= 0 and score >= CONCEPT_FLOOR else ()
    # Words alone, without a listed wording like the whole, are thinner ground than their shares say.
    confidence = round(NEAR_CEILING * share * heard / whole * (0.6 + 0.4 * min(1.0, score)), 3)
    return Placement(clause, named, words.classes[winner], confidence, "near", modality)


def tokens_and_head(folded: str) -> tuple[tuple[str, ...], str]:
    """Stems of a folded text, and the one that heads it: the noun that the rest qualifies."""
    words = folded.split()
    cut = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS), len(words))
    before = [stem(word) for word in plain_words(" ".join(words[:cut]))]
    after = [stem(word) for word in plain_words(" ".join(words[cut + 1 :]))] if cut < len(words) else []
    tokens = tuple(before + [token for token in after if token])
    while len(before) > 1 and before[-1] in HOLLOW and not after:
        # "church organ sound" is about the organ
        before = before[:-1]
    head = after[-1] if after and before and before[-1] in HOLLOW else (before or list(tokens))[-1]
    return tokens, head


def likeness(words: Lexicon, known: dict[str, float]) -> dict[int, float]:
    """Concept → best cosine between the idf vectors of the text and one of its wordings."""
    dots: dict[int, float] = {}
    length = 0.0
    for token, score in known.items():
        value = words.idf.get(token, 6.0) * score
        length += value * value
        for row in words.postings.get(token, ()):
            dots[row] = dots.get(row, 0.0) + value * words.idf[token]
    best: dict[int, float] = {}
    size = max(length**0.5, 1e-9)
    for row, dot in dots.items():
        number, norm = words.wordings[row]
        cosine = dot / (size * norm) if norm else 0.0
        if cosine > best.get(number, 0.0):
            best[number] = cosine
    return best
