"""The second rung: a negative of up to five short clauses, where negating this kind of thing is reliable."""

from __future__ import annotations

from dataclasses import replace

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import place_clause
from eschew.catalog.taxonomy import Concept, class_facts, concept
from eschew.catalog.vocabulary import unknown_words, vocabulary
from eschew.catalog.wording import fold, squash, stems
from eschew.check.meaning import clashes
from eschew.errors import PromptError
from eschew.plan.advise_problem import Problem
from eschew.plan.advise_values import Draft
from eschew.plan.rewrite import rewrite
from eschew.plan.rewrite_scene import scene_of
from eschew.plan.rewrite_words import sure_concept
from eschew.prompt import clauses
from eschew.request import Request

__all__ = ["negative_draft"]

MOST_CLAUSES = 5
ENOUGH_CLAUSES = 3
FIELD = "Z.Tools, “Negative prompts in AI music”, 2026-11"


def negative_draft(request: Request, can: Capabilities, problem: Problem) -> Draft:
    """The negative with the problem in it; or, where there is no field, the prompt with it; or why neither."""
    draft = Draft(
        "Add a negative",
        "A few short clauses push away from what has a name; long lists do less than short ones.",
        request,
        f"Three to five short clauses are the field's advice ({FIELD}).",
    )
    if problem.kind != "unwanted":
        return draft.blocked(_why_no_negative(problem))
    known = problem.concept
    if known is None:
        return draft.blocked("what should go away was not recognised; name it in one or two words")
    facts = class_facts(known.klass)
    claim = f"{facts.negating.claim} (claim from the field: {facts.negating.source}, {facts.negating.date})"
    draft = replace(draft, expected=claim)
    if known.reliability == "unreliable":
        kind = known.klass.replace("-", " ")
        return draft.blocked(
            f"negating this ({kind}: {known.wording}) is not reliable; ask for something else instead"
        )
    if clash := _clash(request.prompt, problem, can):
        return draft.blocked(
            f"the prompt asks for “{clash}”, so a negative would fight it; change the prompt first"
        )
    if not can.negative_effective:
        return _folded(draft, request, problem, can)
    wanted = _wordings(known, request, can)
    before = clauses(request.negative_prompt)
    has = any(place_clause(c.text, can.modality).concept == known.id for c in before if c.weight > 0)
    most = min(MOST_CLAUSES, can.limits.clauses or MOST_CLAUSES)
    if has and len(before) <= most:
        return replace(draft, because=f"the negative already names {known.wording}", done=True)
    if len(before) + 1 > most:
        return _shortened(draft, request, known, can, most)
    added = wanted[: 1 if has else max(1, min(ENOUGH_CLAUSES, most - len(before)))]
    text = ", ".join(part for part in (request.negative_prompt.strip(" ,;"), *added) if part)
    return replace(
        draft,
        title=f"Add to the negative: {', '.join(added)}",
        because=f"{can.title} can act on a negative, and negating this ({known.klass}) is {_word(known)}",
        why=f"{draft.why}{_condition(can)}",
        request=_acting(replace(request, negative_prompt=text)),
    )


def _why_no_negative(problem: Problem) -> str:
    return {
        "missing": "something is missing, and a negative only takes away",
        "ignored": "more words do not help a model that ignores them; see guidance",
        "drift": "the complaint is about the source; see strength",
        "stuck": "the complaint is about the source; see strength",
    }.get(problem.kind, "what should go away was not recognised; name it in one or two words")


def _clash(prompt: str, problem: Problem, can: Capabilities) -> str:
    """The words of the prompt that ask for the problem; a style's companion does not count."""
    placed = place_clause(problem.subject, can.modality)
    found = clashes(clauses(prompt), clauses(problem.subject)[:1], (placed,), can.model)
    return next((clash.said for clash in found if clash.kind != "companion"), "")


def _wordings(known: Concept, request: Request, can: Capabilities) -> tuple[str, ...]:
    """The thing in up to three wordings: its own, its companions' that the prompt's style brings too, its synonyms."""
    implied = scene_of(request.prompt, can.modality).implied
    companions = [concept(name) for name in known.near if name in implied and name not in known.opposes]
    others = [
        other.wording
        for other in companions
        if other.klass == known.klass and other.reliability == "reliable"
    ]
    # An instrument's other names name other instruments as often as not, and a watermark's name companies.
    synonyms = list(known.also) if known.klass not in ("instrument", "object", "text") else []
    words_known = vocabulary(can.limits.tokenizer)
    out = [known.wording]
    for wording in (*others, *synonyms):
        heard = words_known is None or not unknown_words(wording, words_known)
        new = all(not set(stems(fold(wording))) <= set(stems(fold(one))) for one in out)
        longer = any(set(stems(fold(one))) <= set(stems(fold(wording))) for one in out)
        spelt = any(squash(fold(one))[:5] == squash(fold(wording))[:5] for one in out if " " not in one)
        if heard and new and not longer and not spelt and len(wording.split()) <= 3:
            out.append(wording)
    return tuple(out[:ENOUGH_CLAUSES])


def _shortened(draft: Draft, request: Request, known: Concept, can: Capabilities, most: int) -> Draft:
    """Five clauses, the problem first, and then what negatives are good at; what goes is named."""
    before = clauses(request.negative_prompt)

    def promise(index: int) -> tuple[int, int]:
        found = sure_concept(place_clause(before[index].text, can.modality))
        mine = found is not None and found.id == known.id
        order = ("reliable", "depends", "unreliable").index(found.reliability) if found else 2
        return (-1 if mine else order, index)

    ranked = sorted(range(len(before)), key=promise)
    named = bool(ranked) and promise(ranked[0])[0] == -1
    kept = ranked[: most if named else most - 1]
    source = request.negative_prompt
    texts = [before[index].text for index in kept]
    gone = [before[index].text for index in sorted(ranked[len(kept) :])]
    text = ", ".join(texts if named else (known.wording, *texts))
    return replace(
        draft,
        title=f"Cut the negative to {most} clauses, with {known.wording} first",
        why=f"It has {len(before)} clauses, and long negatives do less than short ones. What goes: {', '.join(gone)}.",
        because=f"the negative has {len(before)} clauses",
        request=_acting(replace(request, negative_prompt=text)) if source else request,
    )


def _folded(draft: Draft, request: Request, problem: Problem, can: Capabilities) -> Draft:
    """No field, or one that does nothing: the same thing said in the prompt."""
    negative = ", ".join(part for part in (request.negative_prompt.strip(" ,;"), problem.subject) if part)
    try:
        written = rewrite(request.prompt, negative, can)
    except PromptError as error:
        return draft.blocked(error.what)
    lost = (
        f" Left out: {'; '.join(f'{one.clause} ({one.reason})' for one in written.left_out)}."
        if written.left_out
        else ""
    )
    mine = [one for one in written.said if one.span[1] == len(negative)]
    if not mine:
        return draft.blocked(f"{can.why_not or 'No negative can act here.'}{lost}")
    folded = replace(
        draft,
        title=f"Say it in the prompt: {mine[0].phrase}",
        why=f"{can.why_not or 'No negative can act here.'} Services read “no autotune” as part of the description.{lost}",
        because="there is room for it in the prompt",
        request=replace(request, prompt=written.text, negative_prompt=""),
        expected=f"A different mechanism from a negative, with similar results most of the time ({FIELD}).",
    )
    return (
        replace(folded, because="the prompt says it already", done=True) if mine[0].by == "prompt" else folded
    )


def _acting(request: Request) -> Request:
    """A method "none" or a guidance that is off would leave the new negative without effect."""
    method = None if request.method == "none" else request.method
    scale = request.guidance_scale
    return replace(
        request, method=method, guidance_scale=None if scale is not None and scale <= 1.0 else scale
    )


def _condition(can: Capabilities) -> str:
    """What must hold before the host's own field acts."""
    native = can.methods[:1] == ("native",) and can.requires
    return f" It acts here with {' and '.join(map(str, can.requires))}." if native else ""


def _word(known: Concept) -> str:
    return "reliable" if known.reliability == "reliable" else "sometimes reliable"
