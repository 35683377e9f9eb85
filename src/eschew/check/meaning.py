"""Whether a negative forbids what the prompt asks for: in the same words, in other words, or a style's companion.

The prompt is searched for everything the lexicon has a wording for; the negative's clauses are placed in the
taxonomy; then two concepts clash when they are one, when one is the family of the other, or when the taxonomy says
that they sound or look alike. Words that only trim a thing ("too much bass") or name its bad form ("harsh cymbals")
do not forbid the thing. Tuned on tests/check/contradictions/development.tsv alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal, final

from eschew.catalog.kinship import kind_members, quality_wordings
from eschew.catalog.lexicon import lexicon
from eschew.catalog.model_facts import model, model_ids
from eschew.catalog.placing import Placement, look_up
from eschew.catalog.taxonomy import Concept, Modality, concept
from eschew.catalog.wording import FILLERS, fold, stem, stems, without_negation
from eschew.check.members import found_in
from eschew.check.negation import negated
from eschew.check.opposites import opposed, same_side, spoils, trims
from eschew.check.tempo import pace_asked, pace_named
from eschew.prompt import Clause, Word, words

__all__ = ["Clash", "Mention", "clashes", "mentions"]

LONGEST_WORDING = 5
MOST_WORDS = 1500
"""Words of the prompt that are searched: no model reads more."""
SURE = 0.5
"""Least confidence at which a negative placed by likeness counts as its concept."""

FAMILIES: dict[str, str] = {
    "drums": "kick-drum snare-drum hi-hats cymbals toms drum-machine busy-drums",
    "percussion": "kick-drum snare-drum hi-hats cymbals toms drums congas shaker tambourine cowbell tabla taiko claps "
    "woodblock triangle timpani gong",
    "strings": "violin viola cello double-bass-bowed",
    "orchestra": "strings brass woodwinds timpani orchestral",
    "brass": "trumpet trombone french-horn tuba",
    "woodwinds": "flute clarinet oboe bassoon saxophone recorder-instrument tin-whistle",
    "synths": "synth-lead synth-pad synth-bass synth-arpeggio synth-stab",
    "guitar": "nylon-guitar steel-guitar electric-guitar overdriven-guitar fuzz-guitar",
    "bass": "electric-bass upright-bass synth-bass",
    "vocals": "male-vocal female-vocal child-vocal choir backing-vocals rapping whispering screaming belting crooning "
    "falsetto soft-singing breathy-vocal spoken-word natural-vocal raspy-vocal",
    "animals": "dogs cats birds insects spiders snakes fish horses rodents",
    "people": "background-people children-people professions",
    "text-in-image": "title-text subtitles label-text signage-text speech-bubble numbers",
}
"""Who names the family forbids its members; who names a member leaves the family its others."""

COLLECTIVE_WORDS = "kit set section ensemble full part sound track line group any"
COLLECTIVE = frozenset(stem(word) for word in COLLECTIVE_WORDS.split())
"""Words that leave a family's name a family's name: "drum kit", "brass section"."""

ALIKE = frozenset({"production", "mix-character", "mood", "vocal-style", "style", "lighting", "quality"})
"""Classes in which concepts that sound or look alike cannot be told apart by a model. Two instruments can."""
SOUND = frozenset({"production", "mix-character", "instrument", "genre", "vocal-style", "mood"})
PLAYERS = frozenset({"instrument", "vocal-style"})
BROAD_CLASSES = frozenset({"object", "genre"})
BROAD = frozenset({"age-appearance", "body-type", "bad-angle", "skin-flaws"})
"""Their wordings name different things of one kind: only the same words, or the kind itself, clash."""
PARTS = frozenset({"halftone dots", "halftone", "ben day dots", "sun haze"})
"""What a style or a light brings along, listed under it: forbidden, the style can stay."""
BLURS = frozenset({"blurry", "motion-blur"})
"""Near one another, and told apart all the same: a soft picture has not moved."""
SUCH_WORDS = (
    "dry wet warm cold bright dark clean raw flat thin hollow crackling popping clicking buzzing humming hissing dull "
    "sharp soft rough smooth hard heavy light distant close wide deep open static live"
)
SUCH = frozenset(SUCH_WORDS.split())
"""Adjectives of sound that also qualify what makes no sound: the martini is dry, not the mix."""
COMPANIONS: dict[str, str] = {
    "lo-fi-sound": "vinyl-crackle tape-hiss wow-flutter muffled-sound bit-crush",
    "raw-recording": "lo-fi-sound",
    "live-recording": "crowd-noise room-reverb",
}
"""Sounds that bring others along, as styles do: forbidding the other fights the style and contradicts nothing."""

Kind = Literal["words", "meaning", "companion"]


@final
@dataclass(frozen=True, slots=True)
class Mention:
    """A wording of the lexicon, found in a clause: its characters [start, end), its words, its concepts."""

    start: int
    end: int
    words: tuple[str, ...]
    concepts: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Clash:
    """A clause of the negative against a clause of the prompt."""

    kind: Kind
    negative: int
    """Index of the clause of the negative."""
    positive: int
    """Index of the clause of the prompt."""
    said: str
    """The words of the prompt that clash."""
    why: str
    sure: bool = True


def clashes(
    positives: tuple[Clause, ...], negatives: tuple[Clause, ...], placed: tuple[Placement, ...], model_id: str
) -> tuple[Clash, ...]:
    """At most one clash for each clause of the negative: the plainest there is."""
    if not positives or not negatives or not placed:
        return ()
    modality = placed[0].modality or "image"
    scenes = tuple(islice(_scenes(positives, modality), MOST_WORDS))
    brought = _brought_by_model(model_id, " ".join(clause.text for clause in positives[:50]))
    out: list[Clash] = []
    for at, (clause, placement) in enumerate(zip(negatives, placed, strict=False)):
        folded = without_negation(fold(clause.text))
        if clause.weight > 0:
            found = _against(at, folded, placement, scenes, brought)
            out += [found] if found else []
    return tuple(out)


@final
@dataclass(frozen=True, slots=True)
class _Scene:
    """A clause of the prompt, without what it says is not there."""

    index: int
    text: str
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]


def _scenes(positives: tuple[Clause, ...], modality: Modality) -> Iterator[_Scene]:
    left = MOST_WORDS
    for index, clause in enumerate(positives):
        if clause.weight <= 0 or left <= 0:
            continue
        gone = negated(clause.text)
        live = [w for w in words(clause.text) if not any(n.start <= w.span[0] < n.end for n in gone)][:left]
        left -= len(live)
        found = mentions(tuple(live), modality)
        inside = tuple(_players_in_genres(live, found, modality))
        yield _Scene(index, clause.text, tuple(live), (*found, *inside))


def _players_in_genres(live: list[Word], found: tuple[Mention, ...], modality: Modality) -> Iterator[Mention]:
    """Instruments and voices that a genre's name holds: a piano ballad has a piano, vocal house a voice."""
    for mention in found:
        # "drum and bass" is a name, and says nothing of its drums.
        if _is_genre(mention) and len(mention.words) > 1 and not FILLERS & set(mention.words):
            own = [word for word in live if mention.start <= word.span[0] and word.span[1] <= mention.end]
            for part in (own[:-1], own[1:]):
                yield from (one for one in mentions(tuple(part), modality) if _are_players(one.concepts))


def _is_genre(mention: Mention) -> bool:
    return bool(mention.concepts) and all(concept(name).klass == "genre" for name in mention.concepts)


def _are_players(names: tuple[str, ...]) -> bool:
    return bool(names) and all(concept(name).klass in PLAYERS for name in names)


def mentions(tokens: tuple[Word, ...], modality: Modality) -> tuple[Mention, ...]:
    """The wordings of the lexicon among `tokens`, the longest at each place, none overlapping."""
    known = lexicon(modality)
    out: list[Mention] = []
    at = 0
    while at < len(tokens):
        for size in range(min(LONGEST_WORDING, len(tokens) - at), 0, -1):
            some = tokens[at : at + size]
            if " ".join(word.text for word in some) in known.other_senses:
                out.append(Mention(some[0].span[0], some[-1].span[1], tuple(word.text for word in some), ()))
                at += size
                break
            if some[0].text in FILLERS or some[-1].text in FILLERS:
                continue
            folded = fold(" ".join(word.text for word in some))
            # "funk with slap" is no wording; "drum and bass" is one because it is listed as it stands.
            loose = not any(word.text in FILLERS for word in some)
            found = look_up(known, folded) if loose or folded in known.exact else None
            if found and not (size == 1 and modality == "music" and _qualifies_no_sound(tokens, at)):
                names = tuple(known.concepts[number] for number in found[0])
                out.append(
                    Mention(some[0].span[0], some[-1].span[1], tuple(word.text for word in some), names)
                )
                at += size
                break
        else:
            at += 1
    return tuple(out)


def _qualifies_no_sound(tokens: tuple[Word, ...], at: int) -> bool:
    """Whether the word at `at` is an adjective before a noun that the lexicon of sound has never met."""
    if tokens[at].text not in SUCH or at + 1 >= len(tokens):
        return False
    following = tokens[at + 1].text
    known = lexicon("music")
    return following not in FILLERS and stem(following) not in known.evidence and following not in known.exact


def _against(
    at: int, folded: str, placement: Placement, scenes: tuple[_Scene, ...], brought: dict[str, str]
) -> Clash | None:
    """The clash of one clause of the negative, if there is one."""
    unlisted = placement.how == "near"
    named = placement.concepts if not unlisted or placement.confidence >= SURE else ()
    trimmed, spoilt = trims(folded), spoils(folded)
    companion: Clash | None = None
    for scene in scenes:
        said = _same_words(folded, scene, named)
        if said and not trimmed:
            return Clash("words", at, scene.index, said, "the same words")
    unsure: Clash | None = None
    for scene in scenes:
        for mention in scene.mentions:
            for mine in mention.concepts:
                for theirs in named:
                    said = scene.text[mention.start : mention.end]
                    kind, why = _relation(
                        concept(mine), concept(theirs), fold(said), folded, spoilt, unlisted
                    )
                    if kind == "companion":
                        companion = companion or Clash(kind, at, scene.index, said, why)
                    elif kind and not trimmed and not opposed(folded.split(), _around(scene, mention)):
                        clash = Clash(kind, at, scene.index, said, why, not unlisted)
                        if clash.sure:
                            return clash
                        unsure = unsure or clash
    if not trimmed and (found := _member(at, folded, scenes, placement.modality or "image")):
        return found
    if unsure:
        return unsure
    for theirs in named:
        if companion is None and theirs in brought:
            companion = Clash("companion", at, 0, brought[theirs], f"learned from {brought[theirs]}")
    return companion


def _member(at: int, folded: str, scenes: tuple[_Scene, ...], modality: Modality) -> Clash | None:
    """The clash of a kind with one of its members, or of a property with a way to ask for it."""
    known = lexicon(modality)
    for wanted, things in ((kind_members(known, folded), True), (quality_wordings(known, folded), False)):
        members = frozenset(wanted)
        for scene in scenes if members else ():
            for first, last in found_in(scene.words, members, heads=things and modality == "image"):
                if not (
                    _elsewhere(first, last, scene) or (not things and _names_a_genre(first, last, scene))
                ):
                    why = f"a kind of {folded}" if things else f"that is {folded}"
                    return Clash("meaning", at, scene.index, scene.text[first:last], why)
    if modality == "music" and (pace := pace_named(folded)):
        for scene in scenes:
            if said := pace_asked(scene.text, pace):
                return Clash("meaning", at, scene.index, said, f"that is {folded}")
    return None


def _relation(
    mine: Concept, theirs: Concept, said: str, folded: str, spoilt: bool, unlisted: bool
) -> tuple[Kind | None, str]:
    """How what is asked for (`mine`) stands to what is forbidden (`theirs`)."""
    if folded in PARTS:
        return "companion", f"{mine.wording} invites {folded}"
    generic = stems(folded) == stems(fold(theirs.wording)) or len(set(stems(folded)) - COLLECTIVE) == 1
    if mine.id == theirs.id:
        if spoilt and (unlisted or not (spoils(said) or same_side(said.split(), folded.split()))):
            return None, ""
        if mine.klass in BROAD_CLASSES or mine.id in BROAD:
            whole = mine.id not in BROAD and stems(folded) == stems(fold(theirs.wording))
            return ("meaning", f"a kind of {theirs.wording}") if whole else (None, "")
        return "meaning", f"both are {theirs.wording}"
    if theirs.id in mine.implies or theirs.id in COMPANIONS.get(mine.id, "").split():
        return "companion", f"{mine.wording} invites {theirs.wording}"
    if mine.id in FAMILIES.get(theirs.id, "").split():
        return ("meaning", f"{mine.wording} belongs to {theirs.wording}") if generic else (None, "")
    if theirs.id not in mine.near or spoilt or unlisted:
        return None, ""
    why = f"{mine.wording} and {theirs.wording} are alike to a model"
    if mine.klass == theirs.klass:
        return ("meaning", why) if mine.klass in ALIKE and {mine.id, theirs.id} != BLURS else (None, "")
    if "genre" in (mine.klass, theirs.klass):
        return "companion", f"{mine.wording} invites {theirs.wording}"
    if {mine.klass, theirs.klass} <= SOUND:
        return ("meaning", why) if "mood" not in (mine.klass, theirs.klass) else ("companion", why)
    return "companion", f"{mine.wording} invites {theirs.wording}"


def _same_words(folded: str, scene: _Scene, named: tuple[str, ...]) -> str:
    """The words of a scene that say just what the negative says; empty when there are none."""
    wanted = stems(folded)
    have = [
        (stem(part), word)
        for word in scene.words
        if word.text not in FILLERS
        for part in fold(word.text).split()
    ]
    size = len(wanted)
    for start in range(len(have) - size + 1 if size else 0):
        if tuple(token for token, _ in have[start : start + size]) != wanted:
            continue
        first, last = have[start][1].span[0], have[start + size - 1][1].span[1]
        if not _only_qualifies(first, last, scene, named):
            return scene.text[first:last]
    return ""


def _only_qualifies(first: int, last: int, scene: _Scene, named: tuple[str, ...]) -> bool:
    """Whether the words are there as part of the name of another thing: the bass of a bass drum.

    The name of a genre asks for the instruments in it, so there they are meant.
    """
    if _elsewhere(first, last, scene):
        return True
    for mention in scene.mentions:
        if mention.concepts and mention.start <= first and last < mention.end:
            if _is_genre(mention) and _are_players(named):
                return False
            return not any(
                mine == theirs or mine in concept(theirs).near
                for mine in mention.concepts
                for theirs in named
            )
    return False


def _elsewhere(first: int, last: int, scene: _Scene) -> bool:
    """Whether the words are part of a phrase in which they mean something else: a signature cocktail."""
    return any(
        not mention.concepts
        and mention.start <= first
        and last <= mention.end
        and (first, last) != (mention.start, mention.end)
        for mention in scene.mentions
    )


def _names_a_genre(first: int, last: int, scene: _Scene) -> bool:
    """Whether the words are part of a genre's longer name: noise rock has a singer and no hiss."""
    return any(
        _is_genre(mention)
        and mention.start <= first
        and last <= mention.end
        and (first, last) != (mention.start, mention.end)
        for mention in scene.mentions
    )


def _around(scene: _Scene, mention: Mention) -> list[str]:
    """The words of a mention and the two before it."""
    before = [word.text for word in scene.words if word.span[1] <= mention.start][-2:]
    return [*before, *mention.words]


def _brought_by_model(model_id: str, prompt: str) -> dict[str, str]:
    """Concept → the style in `prompt` that this model has learned to bring it with."""
    if model_id not in model_ids():
        return {}
    said = f" {fold(prompt)} "
    return {
        name: companion.style
        for companion in model(model_id).companions
        if f" {fold(companion.style)} " in said
        for thing in companion.brings
        for name in _named(thing, model(model_id).modality)
    }


@cache
def _named(wording: str, modality: Modality) -> tuple[str, ...]:
    """The concepts of a listed wording."""
    known = lexicon(modality)
    found = look_up(known, fold(wording))
    return tuple(known.concepts[number] for number in found[0]) if found else ()
