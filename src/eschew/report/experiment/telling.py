"""Verdicts as sentences. One place, so that terminal and page say the same."""

from __future__ import annotations

from eschew.lab.calling import FEWEST_TO_REMOVE
from eschew.lab.verdicts import KeptVerdict, MovedVerdict, TargetVerdict, Verdicts
from eschew.report import words

NOTHING_TO_REMOVE = "nothing to remove"
TONES = {
    "removed": "good",
    "reduced": "good",
    "stayed": "good",
    "made worse": "bad",
    "lost": "bad",
}
"""Of a verdict, for colour; the others are plain."""


def facts(verdicts: Verdicts) -> str:
    """Where the numbers come from, in a line."""
    seeds = words.seed_words(range(verdicts.first_seed, verdicts.first_seed + verdicts.pairs_run))
    parts = [
        verdicts.model,
        words.plural(len(verdicts.prompts), "prompt"),
        words.plural(len(verdicts.arms), "arm"),
        f"seeds {seeds}",
    ]
    if verdicts.looks:
        parts.append(
            f"stopped at {verdicts.pairs_run} of {verdicts.pairs_asked} pairs a prompt"
            if verdicts.pairs_run < verdicts.pairs_asked
            else f"looked at after {', '.join(map(str, verdicts.looks))} pairs"
        )
    return " · ".join(parts)


def corrected(p_adjusted: float) -> str:
    """An adjusted p-value: "p < 0.001 after correction"."""
    return f"{words.p_words(p_adjusted)} after correction"


def points(difference: float) -> str:
    """A difference of two shares in whole points, with its sign: +76."""
    return words.signed(round(100 * difference))


def headline(target: TargetVerdict, modality: str) -> str:
    """What became of a target in one arm, in a sentence."""
    things = "pictures" if modality == "image" else "clips"
    said = (
        f"{words.titled(words.named(target.concept))}: in {target.had} of {target.pairs} {things} of “{target.against}”, "
        f"in {target.had - target.gone + target.came} of “{target.arm}”"
    )
    if target.removed is None:
        said += "; there was nothing to remove"
    else:
        interval = words.percent_range(target.removed_ci95)
        said += f": removed in {words.percent(target.removed)} (95 % interval {interval}), {corrected(target.p_adjusted)}"
    beside = target.beside_placebo
    if beside is not None:
        low, high = (points(bound) for bound in beside.difference_ci95)
        said += (
            f". “{beside.placebo}”, which says unrelated words, removes it in "
            f"{words.percent(beside.removed_by_placebo)}: a difference of {points(beside.difference)} points "
            f"({low} to {high})"
        )
    if target.appeared:
        said += f". It appeared in {words.percent(target.appeared)} of the {things} that did not have it"
    return f"{said}."


def heterogeneity(target: TargetVerdict) -> str:
    """How much prompts differ, in a sentence; empty if there was only one."""
    if target.pooled is None:
        return ""
    low, high = target.pooled.heterogeneity_interval
    return (
        f"A further prompt’s rate is to be expected in {words.percent_range(target.pooled.next_prompt)}. Share of the "
        f"variance that lies between prompts: {words.percent(target.pooled.heterogeneity)} "
        f"(95 % interval {words.percent_range((low, high))})."
    )


def nothing_to_remove(verdicts: Verdicts) -> str:
    """The targets of which nothing can be concluded, in a sentence for each arm that hardly has them; or empty."""
    rare: dict[str, list[str]] = {}
    for target in verdicts.targets:
        concept, found = words.named(target.concept), rare.setdefault(target.against, [])
        if target.verdict == NOTHING_TO_REMOVE and concept not in found:
            found.append(concept)
    share = words.percent(FEWEST_TO_REMOVE)
    return " ".join(
        f"{words.titled(', '.join(found))}: there in less than {share} of “{arm}”, so that nothing can be concluded of "
        "what is measured against it."
        for arm, found in rare.items()
        if found
    )


def told(verdicts: Verdicts) -> list[TargetVerdict]:
    """The verdicts that are worth a sentence each: no placebo's, and none where there was nothing to remove."""
    placebos = {arm.name for arm in verdicts.arms if arm.placebo}
    return [t for t in verdicts.targets if t.arm not in placebos and t.verdict != NOTHING_TO_REMOVE]


def change_range(kept: KeptVerdict) -> str:
    """The interval of the change with, less without, in points: "−4 to +2"."""
    low, high = kept.change_ci90
    return f"{points(-high)} to {points(-low)}"


def change(kept: KeptVerdict) -> str:
    """With, less without, in points."""
    return points(kept.present_with - kept.present_without)


def amount_moved(moved: MovedVerdict, value: float | None) -> str:
    """A distance with its unit."""
    return words.NOTHING if value is None else f"{words.signed(value)} {moved.measure.unit}".rstrip()


def interval_moved(interval: tuple[float, float] | None) -> str:
    """Two bounds with their signs: −0.6 to +0.2."""
    return words.NOTHING if interval is None else " to ".join(words.signed(bound) for bound in interval)
