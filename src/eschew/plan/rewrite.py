"""Rewrite: avoidances said inside the positive prompt, for a host that has no field for them.

    rewrite("warm natural lead vocal", "autotune, long reverb", can).text
    "warm natural lead vocal, no autotune, dry mix"

The prompt is kept word for word. Each clause of the negative ends up in `said` or in `left_out`, with the reason.
What is worth more per character is said first; the order of the numbers is a judgement, not a measurement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, final

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import place_clause
from eschew.catalog.wording import fold
from eschew.check.instead import positive_words
from eschew.check.lengths import tokens_over
from eschew.check.meaning import Clash, clashes
from eschew.errors import PromptError
from eschew.plan.rewrite_scene import Scene, scene_of
from eschew.plan.rewrite_words import (
    Option,
    Thing,
    clashes_with,
    options,
    refusal,
    same_words,
    subject_of,
    sure_concept,
)
from eschew.plan.text import checked
from eschew.prompt import ALWAYS, clauses

__all__ = ["By", "LeftOut", "Rewrite", "Said", "rewrite"]

T = TypeVar("T")

By = Literal["contrast", "positive", "both", "fold", "prompt", "shared"]
"""How a clause is said. contrast: "no x". positive: what is wanted instead. both: the two. fold: in the vendor's own
pattern ("Avoid: x"). prompt: the prompt said it already. shared: the words for another clause say it too."""

MOST_CLAUSES = 200
"""Clauses of a negative that are placed and ranked; what comes after is left out by name."""
APART = frozenset({"object", "genre"})
"""Classes whose concepts gather different things: to say one of their wordings is not to say the others."""
STOPS = ",;:.!?，。、；：！？"
"""After these a space is enough."""


@final
@dataclass(frozen=True, slots=True)
class Said:
    """A clause of the negative, the words that say it, and how they do."""

    clause: str
    phrase: str
    by: By
    span: tuple[int, int] = (0, 0)
    """Characters [start, end) of the clause in the negative."""
    note: str = ""
    """What of the clause is lost in plain words: a weight, a schedule."""


@final
@dataclass(frozen=True, slots=True)
class LeftOut:
    """A clause of the negative that is not said, why, and what to ask for instead, where something is known."""

    clause: str
    reason: str
    proposal: str
    span: tuple[int, int] = (0, 0)


@final
@dataclass(frozen=True, slots=True)
class Rewrite:
    """The new prompt. `length` and `limit` are in characters (Unicode code points); limit None = none is known."""

    text: str
    said: tuple[Said, ...]
    left_out: tuple[LeftOut, ...]
    length: int
    limit: int | None

    @property
    def summary(self) -> str:
        """One sentence: how much was said, how much was not."""
        count = len(self.said) + len(self.left_out)
        room = f"{self.length} characters" + (f" of {self.limit}" if self.limit is not None else "")
        if not count:
            return f"There was nothing to avoid; the prompt has {room}."
        if not self.said:
            return f"None of the {count} avoidances could be said; the prompt has {room}."
        return f"{len(self.said)} of {count} avoidances are said in the prompt, which now has {room}."


def rewrite(prompt: str, negative: str, can: Capabilities, held: Collection[str] = ()) -> Rewrite:
    """`prompt` with the avoidances of `negative` said in it, within the host's limits.

    `held` are clauses of the negative, a policy's floors, that go before all others, in their shortest words if need
    be, and are said even where the prompt leans the other way.

    PromptError when the prompt is empty, alone too long, or with all that is said still too short for the host.
    """
    prompt, negative = checked(prompt, "prompt"), checked(negative, "negative_prompt")
    _check_prompt(prompt, can)
    things, left = _things(negative, can, frozenset(fold(text) for text in held))
    scene = scene_of(prompt, can.modality)
    avoided = frozenset(thing.concept.id for thing in things if thing.concept)
    found = {clash.negative: clash for clash in _clashes(prompt, things, can)}
    said: dict[int, Said] = {}
    open_to: dict[int, tuple[Option, ...]] = {}
    for at, thing in enumerate(things):
        already = _already(thing, scene)
        if already:
            said[thing.index] = _said(thing, already, "prompt")
        elif reason := ("" if thing.held else _contradiction(found.get(at))) or refusal(thing):
            left[thing.index] = _left_out(thing, reason)
        elif ways := options(thing, can, scene, avoided):
            open_to[at] = ways
        else:
            left[thing.index] = _left_out(thing, _no_words(thing, can, scene, avoided))
    chosen, unfit = _fitted(prompt, things, open_to, can)
    for at, option in chosen.items():
        said[things[at].index] = _said(things[at], option.phrase, _by(option, can))
    for at in unfit:
        thing, phrase = things[at], _shared(at, things, chosen)
        if phrase:
            said[thing.index] = _said(thing, phrase, "shared")
        else:
            left[thing.index] = _no_room(prompt, things, chosen, at, open_to[at], can)
    text = _composed(prompt, (chosen[at] for at in sorted(chosen)), can.fold)
    _check_minimum(text, can)
    limit = can.limits.prompt_max_characters
    return Rewrite(text, _in_order(said), _in_order(left), len(text), limit)


def _things(negative: str, can: Capabilities, held: frozenset[str]) -> tuple[list[Thing], dict[int, LeftOut]]:
    """The clauses that could be said, and those that could not be by their form alone."""
    things: list[Thing] = []
    left: dict[int, LeftOut] = {}
    for index, clause in enumerate(clauses(negative)):
        subject = subject_of(clause.text)
        reason = ""
        if index >= MOST_CLAUSES:
            reason = f"it comes after the first {MOST_CLAUSES} clauses, and no model gives weight to more"
        elif not subject:
            reason = "it names nothing"
        elif clause.weight <= 0 or clause.when.never:
            reason = (
                f"its weight of {clause.weight:g} takes it out"
                if clause.weight <= 0
                else "it is in at no step"
            )
        if reason:
            left[index] = LeftOut(clause.text, reason, "", clause.span)
            continue
        placement = place_clause(clause.text, can.modality)
        known = sure_concept(placement)
        things.append(Thing(index, clause, subject, placement, known, fold(clause.text) in held))
    return things, left


def _said(thing: Thing, phrase: str, by: By) -> Said:
    """With a note of what plain words cannot carry."""
    weight, notes = thing.clause.weight, []
    if weight != 1:
        told = "told by saying it both ways" if by == "both" else "used to rank it, and not sent"
        notes.append(f"its weight of {weight:g} is {told}")
    if thing.clause.when != ALWAYS:
        notes.append("its schedule is lost: words of a prompt act at every step")
    return Said(thing.clause.text, phrase, by, thing.clause.span, "; ".join(notes))


def _clashes(prompt: str, things: list[Thing], can: Capabilities) -> tuple[Clash, ...]:
    placed = tuple(thing.placement for thing in things)
    return clashes(clauses(prompt), tuple(thing.clause for thing in things), placed, can.model)


def _contradiction(clash: Clash | None) -> str:
    """Why a clause that fights the prompt is not said; empty when it does not. A style's companion is no contradiction."""
    if clash is None or clash.kind == "companion":
        return ""
    if clash.kind == "words":
        return f"the prompt asks for it: “{clash.said}”"
    return f"the prompt asks for “{clash.said}”, and {clash.why}: the result would split the difference"


def _already(thing: Thing, scene: Scene) -> str:
    """The words of the prompt that already say that the thing is not there."""
    for stemmed, words in scene.gone_words.items():
        if stemmed and same_words(words, thing.clause.text):
            return words
    # "no choir" is not yet "no vocals", so what must be said counts as said in its own words only.
    if thing.held or thing.concept is None or thing.concept.klass in APART:
        return ""
    return scene.gone.get(thing.concept.id, "")


def _left_out(thing: Thing, reason: str) -> LeftOut:
    """With what the taxonomy has in positive words, for a person to judge."""
    proposal = (
        thing.concept.instead if thing.concept else "two or three words for what should be there instead"
    )
    return LeftOut(thing.clause.text, reason, proposal, thing.clause.span)


def _no_words(thing: Thing, can: Capabilities, scene: Scene, avoided: frozenset[str]) -> str:
    known = thing.concept
    text = positive_words(known, can.positive_words_only) if known else ""
    clash = clashes_with(text, known, scene, avoided, can.modality) if known and text else ""
    if clash:
        return f"“{text}” would contradict {clash}"
    if text and scene.says(text):
        return f"the prompt already asks for “{text}”, and there is no other way to say it"
    if can.positive_words_only:
        return f"the vendor of {can.title} advises against negation words, and what stands in its place is your choice"
    return "it cannot be said in a few words"


def _fitted(
    prompt: str, things: list[Thing], ways: Mapping[int, tuple[Option, ...]], can: Capabilities
) -> tuple[dict[int, Option], list[int]]:
    """What is said and what is not; what must be said gets its shortest words if it has no room in its best."""
    chosen, rest = _filled(prompt, things, ways, can)
    if any(things[at].held for at in rest):
        brief = {
            at: tuple(sorted(options, key=lambda option: len(option.phrase))) if things[at].held else options
            for at, options in ways.items()
        }
        shorter, fewer = _filled(prompt, things, brief, can)
        if sum(things[at].held for at in fewer) < sum(things[at].held for at in rest):
            return shorter, fewer
    return chosen, rest


def _filled(
    prompt: str, things: list[Thing], ways: Mapping[int, tuple[Option, ...]], can: Capabilities
) -> tuple[dict[int, Option], list[int]]:
    """What is said, by expected value for each character; and what is not, because it is said or has no room."""
    ranked = sorted(
        ways,
        key=lambda at: (not things[at].held, -ways[at][0].worth / (len(ways[at][0].phrase) + 2), at),
    )
    chosen: dict[int, Option] = {}
    rest: list[int] = []
    for at in ranked:
        fits = None
        if not _shared(at, things, chosen):
            tried = (option for option in ways[at] if _fits(_with(prompt, chosen, at, option, can), can))
            fits = next(tried, None)
        if fits:
            chosen[at] = fits
        else:
            rest.append(at)
    return chosen, rest


def _shared(at: int, things: list[Thing], chosen: Mapping[int, Option]) -> str:
    """The words for other clauses that say this one too; empty when there are none."""
    mine = things[at]
    whole = mine.concept is not None and mine.concept.klass not in APART and mine.placement.how != "near"
    open_concepts = set(mine.placement.concepts)
    first = ""
    for other, option in sorted(chosen.items()):
        if same_words(things[other].subject, mine.subject):
            return option.phrase
        if whole and things[other].concept and things[other].placement.concepts[0] in open_concepts:
            open_concepts -= {things[other].placement.concepts[0]}
            first = first or option.phrase
    return first if whole and not open_concepts else ""


def _with(prompt: str, chosen: Mapping[int, Option], at: int, option: Option, can: Capabilities) -> str:
    both = {**chosen, at: option}
    return _composed(prompt, (both[key] for key in sorted(both)), can.fold)


def _composed(prompt: str, chosen: Iterable[Option], fold: str) -> str:
    """The prompt, what is wanted instead, and what is not wanted, each set of words once."""
    taken = tuple(chosen)
    if not fold:
        parts = (part for option in taken for part in (option.contrast, option.positive) if part)
        return _joined(prompt, ", ".join(dict.fromkeys(parts)), ", ")
    text = _joined(prompt, ", ".join(dict.fromkeys(o.positive for o in taken if o.positive)), ", ")
    names = ", ".join(dict.fromkeys(option.contrast for option in taken if option.contrast))
    return _joined(text, fold.replace("{negative}", names) if names else "", ". ")


def _joined(text: str, tail: str, comma: str) -> str:
    if not tail:
        return text
    return text + (" " if text[-1] in STOPS else comma) + tail


def _by(option: Option, can: Capabilities) -> By:
    if option.contrast and option.positive:
        return "both"
    if option.positive:
        return "positive"
    return "fold" if can.fold else "contrast"


def _fits(text: str, can: Capabilities) -> bool:
    most = can.limits.prompt_max_characters
    return (most is None or len(text) <= most) and tokens_over(
        text, can.limits.prompt_max_tokens, can
    ) is None


def _no_room(
    prompt: str,
    things: list[Thing],
    chosen: Mapping[int, Option],
    at: int,
    ways: tuple[Option, ...],
    can: Capabilities,
) -> LeftOut:
    shortest = min(ways, key=lambda option: len(option.phrase))
    text = _with(prompt, chosen, at, shortest, can)
    most = can.limits.prompt_max_characters
    if most is not None and len(text) > most:
        much = f"{len(text)} characters, and {can.title} takes {most}"
    else:
        over = tokens_over(text, can.limits.prompt_max_tokens, can)
        # what did not fit beside fewer phrases cannot fit beside more, so one of the two limits is passed
        much = f"about {over.count} tokens, and {can.title} reads {over.limit}" if over else "too much"
    clause = things[at].clause
    reason = f"there is no room: “{shortest.phrase}” would make it {much}"
    return LeftOut(clause.text, reason, shortest.phrase, clause.span)


def _check_prompt(prompt: str, can: Capabilities) -> None:
    if not prompt:
        raise PromptError(
            "the prompt is empty", where="prompt", hint='say what you want: "lo-fi hip-hop with piano"'
        )
    most = can.limits.prompt_max_characters
    if most is not None and len(prompt) > most:
        over = len(prompt) - most
        raise PromptError(
            f"the prompt has {len(prompt):,} characters and {can.title} takes {most:,}",
            where="prompt",
            text=prompt,
            span=(most, len(prompt)),
            why="it is over the limit before anything to avoid is said, and is never cut silently",
            hint=f"shorten it by {over:,} characters, and by some more for what it should avoid",
        )


def _check_minimum(text: str, can: Capabilities) -> None:
    least = can.limits.prompt_min_characters
    if least is not None and len(text) < least:
        raise PromptError(
            f"the prompt has {len(text)} characters and {can.title} wants {least} at least",
            where="prompt",
            hint="say more of what you want: an instrument, a production detail",
        )


def _in_order(found: Mapping[int, T]) -> tuple[T, ...]:
    return tuple(found[index] for index in sorted(found))
