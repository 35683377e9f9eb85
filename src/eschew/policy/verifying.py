"""Is the floor in the final text? Read afresh, by every prompt syntax, within the model's own limits.

Nothing here knows how the text was put together: it gets the negative prompt as it will be sent, and believes only
what it reads there. A floor counts when all five syntaxes read it as a clause of its own, at weight 1 or more, in
every step, in the first chunk, and before the model could have stopped reading. A text with structure, or with
weights that could starve a neighbour, proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import place_clause
from eschew.catalog.taxonomy import by_id
from eschew.check.instead import positive_words
from eschew.policy.composing import Composite, floors_for
from eschew.policy.limits import sure_to_be_read
from eschew.policy.matching import Target, mentions
from eschew.policy.values import Floor, Line
from eschew.prompt import ALWAYS, DIALECTS, Clause, clauses, parse, words

__all__ = ["Missing", "floor_present", "missing_floors", "missing_from_prompt"]

STRUCTURE = frozenset({"switch", "turns", "next", "end", "break", "part"})
LIGHTEST, HEAVIEST = 0.0, 2.0
"""Weights of other clauses that leave a floor its effect: above the first, at most the second."""
FULL = 0.999
"""A floor is said at this weight or more."""
SPOKEN = ("text", "escape")
STRETCH = re.compile(r"[^,;.:!?\n\r，、；。：！？]+")
"""What stands between two stops."""


@dataclass(frozen=True)
class Missing:
    """A floor that could not be found, and where it was looked for in vain."""

    floor: Floor
    line: Line
    because: str


def floor_present(negative_prompt: str, composite: Composite, can: Capabilities) -> bool:
    """Whether every floor that holds for this model is provably in `negative_prompt`, as it will be sent."""
    return not missing_floors(negative_prompt, composite, can)


def missing_floors(negative_prompt: str, composite: Composite, can: Capabilities) -> tuple[Missing, ...]:
    """The floors that are not provably there, each with the reason."""
    floors = floors_for(composite, can)
    if not floors:
        return ()
    read = sure_to_be_read(negative_prompt, can)
    out: list[Missing] = []
    for name in DIALECTS:
        unsafe = _unsafe(negative_prompt, name)
        said = {_spoken(clause.text): clause for clause in reversed(clauses(parse(read, name)))}
        for floor, line in floors:
            clause = said.get(_spoken(floor.text))
            if unsafe:
                out.append(Missing(floor, line, unsafe))
            elif clause is None:
                out.append(Missing(floor, line, f"{name} does not read it within what {can.model} reads"))
            elif not _acts(clause):
                out.append(
                    Missing(floor, line, f"{name} reads it at weight {clause.weight:g} or not in every step")
                )
    return tuple({entry.line: entry for entry in reversed(out)}.values())


def _spoken(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in words(text))


def _acts(clause: Clause) -> bool:
    return (
        all(phrase.weight >= FULL for phrase in clause.phrases if phrase.text.strip())
        and clause.when == ALWAYS
        and clause.chunk == 0
        and not clause.part.join
    )


def _unsafe(text: str, dialect: str) -> str:
    """Why this reading of the whole text proves nothing; empty if it may."""
    for node in parse(text, dialect).nodes:
        if node.role in STRUCTURE:
            return f"{dialect} reads commands in the text"
        if node.text.strip(" ,") and not LIGHTEST < node.weight <= HEAVIEST:
            return f"{dialect} reads a weight of {node.weight:g} beside it"
    return ""


def missing_from_prompt(prompt: str, composite: Composite, can: Capabilities) -> tuple[Missing, ...]:
    """The required floors that a prompt does not keep out in words, for models without a negative.

    Kept out is what the prompt excludes ("no watermark"), what it lists in the vendor's own pattern ("Avoid:
    watermark"), and what it replaces, in a clause of its own, by what the taxonomy would ask for ("instrumental" for
    vocals). It counts only where every dialect reads it at full weight.
    """
    required = [(floor, line) for floor, line in floors_for(composite, can) if floor.required]
    readings = [_heard(prompt, name) for name in DIALECTS] if required else []
    out: list[Missing] = []
    for floor, line in required:
        instead = _instead(floor, can)
        if not all(_kept_out(text, floor, instead, can) for text in readings):
            because = "the prompt does not exclude it in words"
            if instead:
                because += f", nor ask for {' or '.join(map(repr, instead))}"
            out.append(Missing(floor, line, because))
    return tuple(out)


def _heard(prompt: str, dialect: str) -> str:
    """What one dialect hears of a prompt at full weight and in every step."""
    return "".join(
        node.text
        if node.role in SPOKEN and node.weight >= FULL and node.when == ALWAYS and not node.part.join
        else ", " * (node.role != "markup")
        for node in parse(prompt, dialect).nodes
    )


def _instead(floor: Floor, can: Capabilities) -> tuple[str, ...]:
    """The words that stand for a floor on a host that takes no negative."""
    name = floor.concept or place_clause(floor.text, can.modality).concept
    known = by_id().get(name or "")
    both = (positive_words(known), positive_words(known, plain_only=True)) if known else ()
    return tuple(dict.fromkeys(text for text in both if text))


def _kept_out(prompt: str, floor: Floor, instead: tuple[str, ...], can: Capabilities) -> bool:
    if any(mention.negated for mention in mentions(prompt, Target((), (floor.text,), can.modality))):
        return True
    said = [_spoken(stretch) for stretch in STRETCH.findall(prompt)]
    wanted = [[_spoken(stretch) for stretch in STRETCH.findall(text)] for text in instead]
    if any(said[at : at + len(row)] == row for row in wanted for at in range(len(said))):
        return True
    pattern, _, _ = can.fold.partition("{negative}")
    _, found, listed = prompt.rpartition(pattern) if pattern.strip() else ("", "", "")
    return bool(found) and _spoken(floor.text) in [_spoken(part) for part in STRETCH.findall(listed)]
