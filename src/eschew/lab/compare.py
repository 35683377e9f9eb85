"""Put a negative to the test on paired seeds and count: was it removed, did it appear, what stayed, what else moved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eschew.backends import Backend
from eschew.catalog.model_facts import model
from eschew.lab import contents
from eschew.lab.calling import called
from eschew.lab.concepts import Watch, watch
from eschew.lab.pairs import Progress, Row, apart, run
from eschew.lab.statistics import mcnemar, wilson
from eschew.lab.values import Comparison, Kept, Pair, Reading, Target
from eschew.plan import Plan, without_negative

WORLDS = {
    "nano-music": "five-second mono loops from a rule-made world",
    "nano-image": "64 × 64 pixels, sixty-four things in five styles from a rule-made world",
}
"""How each embedded model's world is small, by how its id begins."""


def compare(
    plan: Plan, seeds: Sequence[int], backend: Backend, folder: Path, workers: int, progress: Progress
) -> Comparison:
    """Two arms that differ in the negative alone, on the same noise. `folder` keeps clips and rows."""
    bare = without_negative(plan)
    (without, with_negative), seconds = run((bare, plan), seeds, backend, folder, workers, progress)
    return concluded(bare, plan, without, with_negative, folder, seconds)


def concluded(
    bare: Plan, plan: Plan, without: Sequence[Row], with_negative: Sequence[Row], folder: Path, seconds: float
) -> Comparison:
    """What the rows of two arms, seed by seed, amount to."""
    modality = model(plan.model).modality
    watched = watch(plan.prompt, plan.negative_prompt, modality, embedded=plan.model.startswith("nano-"))
    pairs = tuple(_pair(a, b, watched) for a, b in zip(without, with_negative, strict=True))
    moved = [apart(a, b, folder) for a, b in zip(without, with_negative, strict=True)]
    identical = sum(p.identical for p in pairs)
    return Comparison(
        model=plan.model,
        prompt=plan.prompt,
        negative_prompt=plan.negative_prompt,
        plan_without=bare,
        plan_with=plan,
        pairs=pairs,
        targets=tuple(target(c, pairs) for c in watched.targets),
        kept=tuple(kept(c, pairs, c in watched.asked) for c in (*watched.asked, *watched.companions)),
        moved=contents.summary(modality, moved),
        identical_outputs=identical,
        passes_per_step_without=_passes(without),
        passes_per_step=_passes(with_negative),
        seconds=seconds,
        remarks=tuple(_remarks(plan, watched, identical, len(pairs))),
        modality=modality,
    )


def target(concept: str, pairs: Sequence[Pair]) -> Target:
    """What became of a concept that the negative names."""
    before, after = _presence(concept, pairs)
    had = sum(before)
    gone = sum(b and not a for b, a in zip(before, after, strict=True))
    came = sum(a and not b for b, a in zip(before, after, strict=True))
    clean = len(pairs) - had
    p_value = mcnemar(gone, came)
    return Target(
        concept=concept,
        detector=_detector(concept, pairs),
        present_without=had / len(pairs),
        present_with=sum(after) / len(pairs),
        removed=gone / had if had else None,
        removed_ci95=wilson(gone, had),
        appeared=came / clean if clean else None,
        p_value=p_value,
        verdict=called(had / len(pairs), gone, came, had, p_value),
    )


def kept(concept: str, pairs: Sequence[Pair], asked: bool) -> Kept:
    """What became of a concept that should have stayed."""
    before, after = _presence(concept, pairs)
    had = sum(before)
    stayed = sum(b and a for b, a in zip(before, after, strict=True))
    return Kept(
        concept=concept,
        detector=_detector(concept, pairs),
        present_without=had / len(pairs),
        present_with=sum(after) / len(pairs),
        kept=stayed / had if had else None,
        kept_ci95=wilson(stayed, had),
        asked=asked,
    )


def _detector(concept: str, pairs: Sequence[Pair]) -> str:
    """Who read the concept in these pairs."""
    names = (r.detector for p in pairs for r in p.readings_without if r.concept == concept)
    return next(names, "")


def _presence(concept: str, pairs: Sequence[Pair]) -> tuple[list[bool], list[bool]]:
    def there(readings: tuple[Reading, ...]) -> bool:
        return any(r.present for r in readings if r.concept == concept)

    return [there(p.readings_without) for p in pairs], [there(p.readings_with) for p in pairs]


def _pair(without: Row, with_negative: Row, watched: Watch) -> Pair:
    wanted = {*watched.targets, *watched.asked, *watched.companions}
    return Pair(
        seed=without.seed,
        file_without=without.file,
        file_with=with_negative.file,
        identical=without.sha256 == with_negative.sha256,
        readings_without=tuple(r for r in without.readings if r.concept in wanted),
        readings_with=tuple(r for r in with_negative.readings if r.concept in wanted),
    )


def _passes(rows: Sequence[Row]) -> float:
    return sum(r.passes for r in rows) / sum(r.steps for r in rows)


def _remarks(plan: Plan, watched: Watch, identical: int, pairs: int) -> list[str]:
    out = []
    world = next((text for name, text in WORLDS.items() if plan.model.startswith(name)), None)
    if world:
        out.append(
            f"{plan.model} is a small embedded model: {world}. What it shows of a negative holds for it; for another "
            "model, compare there."
        )
    if plan.words_unknown:
        out.append(
            "The model never saw these words and reads each as 'unknown': "
            + ", ".join(plan.words_unknown)
            + "."
        )
    if watched.unheard:
        out.append(
            f"Nothing here can {'see' if watched.modality == 'image' else 'hear'}: "
            + "; ".join(watched.unheard)
            + ". Sent to the model, but not measured."
        )
    if identical:
        out.append(
            f"{identical} of {pairs} pairs are equal byte for byte: there the negative did nothing at all."
        )
    return out
