"""A few pairs of every arm, to listen to or to look at: the first seeds, prompts in turn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eschew.lab.values import Comparison
from eschew.report import words
from eschew.report.markup import Markup, tag
from eschew.report.pairs import Sides, guide, players

Shown = Sequence[tuple[str, str, tuple[Comparison, ...]]]
"""(arm, the arm it is measured against, its pairs prompt by prompt)."""


def samples_section(shown: Shown, folder: Path) -> Markup:
    """Players or pictures, one block an arm; the first lies open. Empty if no file was kept. FileError if one is missing."""
    shown = [block for block in shown if block[2]]
    if not shown:
        return Markup("")
    pictures = shown[0][2][0].modality == "image"
    blocks = []
    number = 0
    for place, (arm, against, comparisons) in enumerate(shown):
        parts: list[Markup] = []
        for comparison in comparisons:
            number += 1
            parts.append(tag("p", words.printable(comparison.prompt), attributes={"class": "of-prompt"}))
            if comparison.negative_prompt:
                parts.append(
                    tag(
                        "p",
                        f"Negative: {words.printable(comparison.negative_prompt)}",
                        attributes={"class": "note"},
                    )
                )
            parts += _pairs(comparison, folder, number, _sides(arm, against))
        summary = tag("summary", f"“{words.printable(arm)}” beside “{words.printable(against)}”")
        blocks.append(tag("details", summary, *parts, attributes={"open": place == 0}))
    if pictures:
        from eschew.report.pictures import looking

        return tag("div", tag("h3", "Look"), looking(), *blocks, attributes={"class": "looks"})
    return tag("div", tag("h3", "Listen"), guide(), *blocks, attributes={"class": "pairs"})


def _sides(arm: str, against: str) -> Sides:
    before, after = words.printable(against), words.printable(arm)
    return Sides((before, after), (before, after), (f"in arm {before}", f"in arm {after}"))


def _pairs(comparison: Comparison, folder: Path, number: int, sides: Sides) -> list[Markup]:
    # Loaded here: sound and picture libraries are heavy, and only a page needs them.
    if comparison.modality == "image":
        from eschew.report.pictures import gallery, looks

        return [gallery(looks(comparison, folder, number, sides))]
    from eschew.report.clips import clips_of

    clips = [clips_of(pair, folder) for pair in comparison.pairs]
    return players(comparison, clips, number, sides)
