"""Reading a complaint: "too much crackle", "it has drums but I asked for none", "wanders off from my source"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, final

from eschew.catalog.placing import UNKNOWN, Placement, place_clause
from eschew.catalog.taxonomy import Concept, Modality, concept
from eschew.check.meaning import mentions
from eschew.check.negation import negated
from eschew.errors import PromptError
from eschew.plan.text import checked
from eschew.prompt import words

__all__ = ["Kind", "Problem", "read_problem"]

Kind = Literal["unwanted", "missing", "ignored", "drift", "stuck", "unclear"]
"""unwanted: a thing came that nobody wants. missing: a wanted thing did not come. ignored: the texts are not followed.
drift: too far from the source clip. stuck: too close to it. unclear: none of these could be read."""

SOURCE = r"(?:source|original|reference|input|upload(?:ed)?|template|init(?:ial)? image|my (?:clip|track|song|recording|image|photo|picture|melody|demo))"
DRIFT = re.compile(
    rf"\b(?:wander\w*|drift\w*|stray\w*|depart\w*|deviat\w*|los(?:es|t|ing)|ignor\w+|too far|far away|unlike|"
    rf"chang\w+ too much|different from|no longer|unrecogni[sz]able|forgets?)\b.*\b{SOURCE}\b"
    rf"|\b(?:not|n['’]t|never)\b.*\b(?:like|keep\w*|follow\w*|match\w*|resemble|recogni[sz]e)\b.*\b{SOURCE}\b",
    re.IGNORECASE,
)
STUCK = re.compile(
    rf"\b(?:too (?:close|similar|near|much like)|barely chang\w+|just like|same as|copy of|copies)\b.*\b{SOURCE}\b",
    re.IGNORECASE,
)
IGNORED = re.compile(
    r"\b(?:ignor\w+|disregard\w*|(?:do(?:es)?n['’]?t|do(?:es)? not|not) (?:follow\w*|listen\w*|obey\w*|do what))\b.*"
    r"\b(?:prompts?|negatives?|positives?|text|words|instructions?|what i|both|me|asked|request)\b"
    r"|\bno matter what i (?:write|say|type)\b",
    re.IGNORECASE,
)
LACK = re.compile(
    r"\b(?:missing|lacks?|lacking|not enough|too (?:little|few)|absent|needs? more|where (?:is|are)|can(?:no|['’])t hear|"
    r"(?:is|are)(?: not|n['’]t) (?:there|any)|disappeared|gone)\b",
    re.IGNORECASE,
)
ASKED_FOR_NONE = re.compile(
    r"\b(?:ask\w*|want\w*|told|said|should|supposed|request\w*|prompt\w*)\b[^,;.]{0,25}$", re.IGNORECASE
)
CUT = re.compile(
    r"\s+(?:in|on|during|throughout|from|at|behind|across|over)\s+(?:the|my|every|each|all|its)\b.*|\s*(?:[,;.!?]|\bbut\b|\balthough\b|\bbecause\b).*",
    re.IGNORECASE | re.DOTALL,
)
FRAME = re.compile(
    r"^(?:(?:it|there|this|that|they|the|result|output|song|track|clip|image|picture|is|are|was|were|has|have|had|got|gets|"
    r"sounds?|looks?|feels?|comes? out|with|still|always|keeps?|adding|adds?|way|far|much|just|a|an|some|i|hear|see|can|"
    r"full of|lots? of|like)\s+)+",
    re.IGNORECASE,
)
SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (("drift", DRIFT), ("stuck", STUCK), ("ignored", IGNORED))
LEAST = 0.4
"""Confidence from which a complaint is taken to mean what its words are nearest to."""


@final
@dataclass(frozen=True, slots=True)
class Problem:
    """What a complaint is about."""

    text: str
    kind: Kind
    subject: str
    """The thing complained of, as the taxonomy words it where it knows it, else as it was written."""
    placement: Placement | None
    concept: Concept | None

    @property
    def klass(self) -> str:
        """The class of the thing; "unknown" where nothing was recognised."""
        return self.concept.klass if self.concept else UNKNOWN


def read_problem(text: str, modality: Modality) -> Problem:
    """What `text` complains of. PromptError when it is empty."""
    text = " ".join(checked(text, "problem").split())
    if not text:
        raise PromptError(
            "no problem is named",
            where="problem",
            hint='say what is wrong with the result: "too much crackle", "it has drums but I asked for none"',
        )
    for kind, sign in SIGNS:
        if sign.search(text):
            return Problem(text, kind, "", None, None)
    stretches = [gone for gone in negated(text) if not ASKED_FOR_NONE.search(text[: gone.start])]
    missing = bool(stretches) or LACK.search(text) is not None
    main = LACK.sub(" ", text) if missing else CUT.sub("", text, count=1)
    found = _placed(FRAME.sub("", main).strip(" .,;!?") or main, text, modality)
    if found is None:
        subject = FRAME.sub("", main).strip(" .,;!?") or text
        return Problem(text, "missing" if missing else "unclear", subject, None, None)
    known = concept(found.concept) if found.concept else None
    subject = known.wording if known else found.text
    return Problem(text, "missing" if missing else "unwanted", subject, found, known)


def _placed(main: str, text: str, modality: Modality) -> Placement | None:
    """The wording as a whole where it is listed; else what is mentioned in it; else what it is nearest to."""
    whole = place_clause(main, modality)
    if whole.how in ("exact", "wording"):
        return whole
    for part in (main, text):
        found = mentions(words(part), modality)
        if found:
            last = max(found, key=lambda mention: (len(mention.words), mention.start))
            return place_clause(part[last.start : last.end], modality)
    return whole if whole.concept and whole.confidence >= LEAST else None
