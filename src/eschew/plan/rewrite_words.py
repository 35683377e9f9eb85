"""How one avoidance can be said in a positive prompt: as a contrast ("no autotune") or as what is wanted ("dry mix").

Nothing here is measured on a model. Which wording comes first follows what the field and the vendors say; the
sources stand beside the constants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import final

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import Placement
from eschew.catalog.taxonomy import Concept, Modality, concept
from eschew.catalog.wording import fold, stem, stems, without_negation
from eschew.check.abstractions import NOTIONS
from eschew.check.instead import PLAIN_NO, positive_words
from eschew.check.meaning import mentions
from eschew.check.negation import leading_negation
from eschew.plan.rewrite_scene import Scene
from eschew.prompt import Clause, words

__all__ = [
    "CHOICES",
    "NO_DIRECTION",
    "PLAIN_NO",
    "Option",
    "Thing",
    "clashes_with",
    "contrast",
    "options",
    "refusal",
    "same_words",
    "subject_of",
    "sure_concept",
]

LONGEST_WORDS = 4
LONGEST_CHARACTERS = 40
"""A contrast up to so long still reads as part of a description: "no vocoder" does, a sentence does not."""
SURE = 0.5
"""Least confidence at which a wording that no lexicon lists counts as its concept."""

CHOICES = frozenset({"genre", "instrument", "object"})
"""Classes in which every replacement brings in a thing nobody asked for, so that it can only be proposed."""
POSITIVE_ONLY = frozenset({"mood", "vocal-style"})
"""Moods and ways of singing can be steered to, hardly away from (Z.Tools, "Negative prompts in AI music", 2026-11)."""
NO_DIRECTION = NOTIONS
IMITATION = frozenset({"protected-imitation", "artist-imitation"})

VAGUE = frozenset(
    stem(word)
    for word in [
        "aesthetic",
        "aesthetics",
        "vibe",
        "vibes",
        "feel",
        "feeling",
        "era",
        "sounding",
        "like",
        "style",
    ]
)
ADJECTIVE = re.compile(r"[a-z]{2,}(?:y|ed|ish|ous|ful|less)", re.IGNORECASE)
NOUN_IN_Y = re.compile(
    r"\w*(?:phy|try|ony|ody|ory|ity|ncy|ghty|ey|copy|toy|boy|body|sky|fly|baby)", re.IGNORECASE
)

RELIABILITY = {"reliable": 1.0, "depends": 0.6, "unreliable": 0.3}
UNKNOWN = 0.4
POSITIVE_OF_UNRELIABLE = 0.6
CONTRAST_IN_IMAGES = 0.3
"""Text encoders of image models read negation badly (NegBench, arXiv 2501.09425, 2025): a last resort there."""
NOW_AND_THEN = 0.3


@final
@dataclass(frozen=True, slots=True)
class Thing:
    """One clause of the negative, and what the taxonomy makes of it."""

    index: int
    clause: Clause
    subject: str
    """The clause without the negation it opens with."""
    placement: Placement
    concept: Concept | None
    """The likeliest concept where that is sure enough."""
    held: bool = False
    """It must be said: it goes before all others, and nothing in the prompt talks it away."""


@final
@dataclass(frozen=True, slots=True)
class Option:
    """One way to say it: words that name the thing, words that say what is wanted, or both; and what that is worth."""

    contrast: str
    positive: str
    worth: float

    @property
    def phrase(self) -> str:
        """All its words."""
        return ", ".join(part for part in (self.contrast, self.positive) if part)


def subject_of(text: str) -> str:
    """A clause without the negation it opens with; empty when there is nothing else in it."""
    subject = text[leading_negation(text) :].strip(" \t.()[]{}\"'")
    folded = fold(subject)
    bare = folded.split() and set(folded.split()) <= {"no", "not", "without", "never", "avoid", "none"}
    return subject if folded and not bare else ""


def sure_concept(placement: Placement) -> Concept | None:
    """The concept of a placement, unless it is a guess."""
    listed = placement.how in ("exact", "wording") or placement.confidence >= SURE
    return concept(placement.concept) if placement.concept and listed else None


def refusal(thing: Thing) -> str:
    """Why a clause cannot be said in a few words of description; empty when it can be tried."""
    known = thing.concept
    if known is None:
        long = not short(thing.subject)
        return "it cannot be said in a few words, and the taxonomy does not know it" if long else ""
    if known.id in NO_DIRECTION:
        return "it is an idea, not something a model has heard or seen, so no words point away from it"
    if known.id in IMITATION:
        return "whom a result must not imitate is a matter of policy, not of a description"
    if known.klass == "genre":
        return "a genre is not one sound but many shared with its neighbours, and naming it may invite it"
    if known.reliability == "unreliable" and known.klass in ("production", "mix-character"):
        return "an era's or a label's whole aesthetic cannot be said shortly: the prompt would get long and vague"
    return ""


def short(subject: str) -> bool:
    """Whether "no …" before it still reads as a description."""
    said = fold(subject).split()
    return (
        len(subject.split()) <= LONGEST_WORDS
        and len(subject) <= LONGEST_CHARACTERS
        and not any(stem(word) in VAGUE for word in said)
    )


def contrast(subject: str) -> str:
    """A clause as part of a description: "no autotune", "not blurry", "not too much reverb"."""
    one_adjective = ADJECTIVE.fullmatch(subject) and not NOUN_IN_Y.fullmatch(subject)
    return f"not {subject}" if one_adjective or subject.casefold().startswith("too ") else f"no {subject}"


def clashes_with(text: str, known: Concept, scene: Scene, avoided: frozenset[str], modality: Modality) -> str:
    """What the positive words `text` for a concept would contradict, in words; empty when nothing."""
    asked = {name for mention in mentions(words(text), modality) for name in mention.concepts}
    for name in sorted(avoided & set(known.opposes)):
        return f"{concept(name).wording}, which is to be avoided too"
    for name in sorted(asked & avoided - {known.id}):
        return f"{concept(name).wording}, which is to be avoided too"
    for name in sorted(asked):
        for other in concept(name).opposes:
            if other in scene.wanted and other != known.id:
                return f"“{scene.wanted[other]}” in the prompt"
    return ""


def options(thing: Thing, can: Capabilities, scene: Scene, avoided: frozenset[str]) -> tuple[Option, ...]:
    """Ways to say a clause, the best first; none when no words would do."""
    known, plain_only = thing.concept, can.positive_words_only
    weight = min(2.0, abs(thing.clause.weight))
    # "lo-fi noise" is crackle or hiss: who says each of them says more.
    specific = thing.placement.confidence / len(thing.placement.concepts) if known else 0.5
    worth = weight * specific * (RELIABILITY[known.reliability] if known else UNKNOWN)
    named = "" if plain_only or not short(thing.subject) else thing.subject
    # A vendor's own "Avoid: …" brings the negation; the clause is named bare.
    against = "" if not named else named if can.fold else contrast(named)
    instead = _usable_positive(known, can, scene, avoided, plain_only)
    if known is None:
        return (Option(against, "", worth),) if against else ()
    if not instead:
        against = "" if known.klass == "mood" else against
        return (Option(against, "", worth * _contrast_worth(known)),) if against else ()
    good = Option("", instead, max(worth, weight * specific * POSITIVE_OF_UNRELIABLE))
    if not against or known.klass == "mood":
        return (good,)
    bad = Option(against, "", worth * _contrast_worth(known))
    if known.klass in POSITIVE_ONLY:
        return (good, bad)
    both = (Option(against, instead, good.worth),) if weight > 1.0 else ()
    first, second = (good, bad) if _better(instead, against, known.modality) else (bad, good)
    return (*both, first, second)


def _usable_positive(
    known: Concept | None, can: Capabilities, scene: Scene, avoided: frozenset[str], plain_only: bool
) -> str:
    text = positive_words(known, plain_only) if known else ""
    if not text or known is None or scene.says(text):
        return ""
    brings_things = known.klass in CHOICES and len(text.split()) > 1
    if brings_things or clashes_with(text, known, scene, avoided, can.modality):
        return ""
    return text


def _better(instead: str, against: str, modality: Modality) -> bool:
    """Whether positive words come first: always for images; in music where they are the shorter way to say it.

    "no autotune" works as contrastive phrasing on music services (Z.Tools, 2026-11), so there it only has to be beaten
    in characters, or by a single word ("instrumental").
    """
    return modality == "image" or len(instead) < len(against) or len(instead.split()) == 1


def _contrast_worth(known: Concept) -> float:
    if known.modality == "image":
        return CONTRAST_IN_IMAGES
    return NOW_AND_THEN if known.klass in POSITIVE_ONLY else 1.0


def same_words(one: str, other: str) -> bool:
    """Whether two clauses say the same in the same words, however inflected."""
    return stems(without_negation(fold(one))) == stems(without_negation(fold(other)))
