"""The first rung: say more exactly what is wanted, in two or three details from the taxonomy."""

from __future__ import annotations

import re
from dataclasses import replace

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import place_clause
from eschew.catalog.taxonomy import CLASS_IDS, Concept, concept
from eschew.catalog.vocabulary import unknown_words, vocabulary
from eschew.check.lengths import tokens_over
from eschew.check.meaning import clashes
from eschew.plan.advise_problem import Problem
from eschew.plan.advise_values import Draft
from eschew.plan.rewrite_scene import Scene, scene_of, stem_set
from eschew.plan.rewrite_words import NO_DIRECTION, PLAIN_NO, clashes_with
from eschew.prompt import clauses
from eschew.request import Request

__all__ = ["positive_draft"]

MOST_DETAILS = 3
SPECIFIC = 4
"""Named instruments, treatments, objects and the like from which a prompt leaves little room. A judgement."""
VAGUE_CLASSES = frozenset({"genre", "mood", "style"})
TEMPO = re.compile(r"\b\d{2,3} ?bpm\b", re.IGNORECASE)
SPLIT = re.compile(r" with (?:a |an )?| and a ")
DANGLING = re.compile(r"(?:\s*\b(?:with|and|in|of|on|a|an|the|plus|or)\b)+\s*$", re.IGNORECASE)
FIELD = "Z.Tools, “Negative prompts in AI music”, 2026-11"


def positive_draft(request: Request, can: Capabilities, problem: Problem) -> Draft:
    """The prompt with two or three details that leave no room for the problem."""
    draft = Draft(
        "Say more exactly what you want",
        "Most wrong results come from a prompt that left room for them.",
        request,
        "Two or three more specific details settle most problems, more often than a negative does "
        f"(claim from the field: {FIELD}).",
    )
    if problem.kind in ("drift", "stuck"):
        return draft.blocked("push strength before touching the words: the complaint is about the source")
    if problem.kind == "ignored":
        return draft.blocked("the texts are not followed, so more text is no cure; see guidance")
    known = problem.concept
    if known is None or known.id in NO_DIRECTION:
        what = f"“{problem.subject}” is" if problem.subject else "the complaint names"
        return draft.blocked(
            f"{what} nothing the taxonomy has details for; say in two or three words what should be there instead"
        )
    scene = scene_of(request.prompt, can.modality)
    prompt, removed = request.prompt, ""
    if problem.kind == "unwanted":
        prompt, removed = _without_invitation(request.prompt, problem, can)
    after = scene_of(prompt, can.modality)
    details = _details(known, problem, can, after)
    fitting = _as_many_as_fit(prompt, details, can)
    done = not removed and _is_enough(request.prompt, scene, known, details, problem)
    if not fitting and not removed:
        if done or not details:
            return replace(draft, because=_why_done(scene, known, details), done=True)
        return draft.blocked(f"the prompt has no room left for “{details[0]}”")
    written = ", ".join(part for part in (prompt.rstrip(" ,;"), *fitting) if part)
    quoted = [f"“{detail}”" for detail in fitting]
    asks = " and ".join(part for part in (", ".join(quoted[:-1]), *quoted[-1:]) if part)
    title = f"Ask for {asks}" if fitting else f"Take “{removed}” out of the prompt"
    if removed and fitting:
        title = f"Take “{removed}” out of the prompt, and ask for {asks}"
    because = (
        _why_done(scene, known, details) if done else f"nothing in the prompt speaks against {known.wording}"
    )
    if removed:
        because = f"“{removed}” in the prompt invites it"
    elif problem.kind == "missing":
        because = f"“{known.wording}” is wanted and did not come"
    return replace(draft, title=title, request=replace(request, prompt=written), because=because, done=done)


def _without_invitation(prompt: str, problem: Problem, can: Capabilities) -> tuple[str, str]:
    """The prompt without the words that ask for the problem, and those words."""
    placed = place_clause(problem.subject, can.modality)
    positives, negatives = clauses(prompt), clauses(problem.subject)[:1]
    found = next(iter(clashes(positives, negatives, (placed,), can.model)), None)
    # A style that brings the thing along stays: it was asked for. Only what is the thing itself goes.
    if found is None or found.kind == "companion":
        return prompt, ""
    start, end = positives[found.positive].span
    at = prompt.find(found.said, start, end)
    if at < 0:
        return prompt, ""
    before = DANGLING.sub("", prompt[start:at]) if at + len(found.said) >= end else prompt[start:at]
    rest = " ".join((before + prompt[at + len(found.said) : end]).split())
    pieces = (prompt[:start].rstrip(" ,;"), rest, prompt[end:].lstrip(" ,;"))
    return ", ".join(piece for piece in pieces if stem_set(piece)), found.said


def _details(known: Concept, problem: Problem, can: Capabilities, scene: Scene) -> tuple[str, ...]:
    """Up to three things to ask for, none that the prompt says or contradicts or the model has never heard of."""
    if problem.kind == "missing":
        candidates = [
            f"clearly audible {known.wording}"
            if can.modality == "music"
            else f"clearly visible {known.wording}"
        ]
        candidates.append(known.wording)
    else:
        candidates = _parts(known.instead)
        # One opposite is a detail more; "dry room" beside "dry mix" is none.
        opposites = [concept(name).wording for name in known.opposes]
        speaking = (wording for wording in opposites if stem_set(wording) & stem_set(known.instead))
        candidates += sorted(speaking, key=lambda wording: (len(wording), wording))[:1]
        companions = [concept(name) for name in known.near if name in scene.implied]
        candidates += [other.instead for other in companions if other.klass == known.klass]
    words_known = vocabulary(can.limits.tokenizer)
    out: list[str] = []
    for text in candidates:
        new = stem_set(text) - frozenset(stem for one in out for stem in stem_set(one))
        speaks = problem.kind == "missing" or not (
            PLAIN_NO.search(text) or clashes_with(text, known, scene, frozenset({known.id}), can.modality)
        )
        heard = words_known is None or not unknown_words(text, words_known)
        if new and speaks and heard and (not scene.says(text) or problem.kind == "missing"):
            out.append(text)
        if problem.kind == "missing" and out:
            break
    return tuple(out[:MOST_DETAILS])


def _parts(instead: str) -> list[str]:
    """A replacement in its details: "electric piano, synth bass" is two, "dry, close, intimate sound" is one."""
    out: list[str] = []
    for part in SPLIT.split(instead.split(", or ")[0]):
        pieces = [piece.strip() for piece in part.split(", ")]
        out += pieces if all(" " in piece for piece in pieces) else [part.strip()]
    return out


def _as_many_as_fit(prompt: str, details: tuple[str, ...], can: Capabilities) -> tuple[str, ...]:
    most = can.limits.prompt_max_characters
    for count in range(len(details), 0, -1):
        text = ", ".join((prompt, *details[:count]))
        if (most is None or len(text) <= most) and not tokens_over(text, can.limits.prompt_max_tokens, can):
            return details[:count]
    return ()


def _is_enough(prompt: str, scene: Scene, known: Concept, details: tuple[str, ...], problem: Problem) -> bool:
    """Whether the prompt is specific already; for what a negative cannot do, only if it speaks of the matter."""
    speaks = not details or any(name in scene.wanted for name in known.opposes)
    if problem.kind == "missing":
        return False
    return speaks if known.reliability == "unreliable" else speaks or _specifics(prompt, scene) >= SPECIFIC


def _specifics(prompt: str, scene: Scene) -> int:
    """How many concrete things a prompt names: instruments, treatments, objects, a tempo."""
    concrete = {name for names in CLASS_IDS.values() for name in names} - VAGUE_CLASSES
    named = sum(concept(name).klass in concrete for name in scene.wanted)
    return named + bool(TEMPO.search(prompt))


def _why_done(scene: Scene, known: Concept, details: tuple[str, ...]) -> str:
    opposite = next((scene.wanted[name] for name in known.opposes if name in scene.wanted), "")
    if opposite:
        return f"the prompt already asks for “{opposite}”"
    if not details:
        return "the taxonomy has no detail to add that fits both the prompt and the model"
    return "the prompt already names what is wanted in detail"
