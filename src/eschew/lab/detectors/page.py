"""The page of detectors: what each reads, and its error rates, from the evaluation files. Nothing here is typed by hand.

    python -m eschew.lab.detectors.page docs/detectors.md

Every `evaluation.json` below `lab/` that is named in SECTIONS becomes a table; one that is not there is left out.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eschew.lab.detectors.image import PICTURE_DETECTORS
from eschew.lab.detectors.music import SOUND_DETECTORS
from eschew.lab.detectors.music.players import CARD, PLAYERS

Json = dict[str, Any]

LAB = Path(__file__).parents[1]
HIGH_BOUND, BOUND = 0.95, 0.9
HIGH = frozenset(
    {
        "vinyl-crackle", "tape-hiss", "harsh-distortion", "long-reverb", "bit-crush",
        "blurry", "image-noise", "jpeg-artefacts",
    }
)  # fmt: skip
"""Concepts whose detectors are to reach HIGH_BOUND; all others BOUND."""
FEW = 10
"""Fewer clips or pictures that have the concept say little: the area is not held against a bound."""


@dataclass(frozen=True)
class Section:
    """One evaluation file, under a heading, with what its two kinds of material are."""

    heading: str
    file: Path
    others: str
    heldout: str


SECTIONS = (
    Section(
        "Sound",
        LAB / "listeners" / "evaluation.json",
        "Clips of a rule-made band under effects that other people wrote, at ordinary strengths: SoX, FFmpeg, LADSPA "
        "(swh-plugins, Autotalent), pedalboard, Praat; voices by espeak-ng and flite. About half are played by another sound font "
        "than the one that the listeners learnt from; instruments are judged on those alone.",
        "Fresh renders of nano-music's world, with the effects that the listeners were trained on.",
    ),
    Section(
        "Pictures of any size",
        LAB / "detectors" / "image" / "evaluation.json",
        "Photographs, drawings, pages of text and fields of shapes, 192 to 448 pixels a side, under effects that other people "
        "wrote, at ordinary strengths: FFmpeg, ImageMagick, OpenCV. Other photographs, things, typefaces and software than the "
        "detectors were fitted on. Where nobody could tell (a blurred cloud of colour, a grey photograph made more colourful), a "
        "picture counts neither way.",
        "Fresh renders of nano-image's world.",
    ),
    Section(
        "Pictures of nano-image",
        LAB / "viewers" / "evaluation.json",
        "Pictures under effects that other people wrote.",
        "Fresh renders of nano-image's world, 64 × 64 pixels.",
    ),
)

HEAD = """# Detectors

What `eschew detect` reads in clips and pictures, and what comparisons count with. Each detector gives a score, a calibrated
probability, and *present* from a threshold that was chosen on other material than any below. Clips are resampled to 24 kHz and
levelled; of longer ones windows of about five seconds are heard, and what is there in a quarter of them is there.

This page is generated: `python -m eschew.lab.detectors.page docs/detectors.md`. Areas are areas under the ROC curve with 95 %
intervals (Newcombe 2006); *missed* and *false alarms* are at the shipped threshold. The bound is an area of 0.95 for crackle, hiss,
distortion, reverb, bit-crush, blur, noise and JPEG blocks, and of 0.90 for the rest.
"""


def page() -> str:
    """The whole page."""
    there = [(s, json.loads(s.file.read_text("utf-8"))) for s in SECTIONS if s.file.exists()]
    parts = [HEAD, _short(there)]
    parts += [_section(section, found) for section, found in there]
    return "\n".join([*parts, _cards()])


def shortfalls(found: Json) -> list[tuple[str, str, float, float]]:
    """(concept, material, area, bound) wherever enough clips say that a detector stays below its bound."""
    out = []
    for concept, entry in sorted(found.items()):
        bound = HIGH_BOUND if concept in HIGH else BOUND
        for kind in ("others", "heldout"):
            rates = entry.get(kind)
            if rates and min(rates["positives"], rates["negatives"]) >= FEW and rates["auc"] < bound:
                out.append((concept, kind, rates["auc"], bound))
    return out


def _short(there: list[tuple[Section, Json]]) -> str:
    names = {"others": "others' effects", "heldout": "its own world"}
    rows = [
        f"- {section.heading.lower()}: **{concept}** on {names[kind]}, {area:.3f} where {bound:.2f} is asked"
        for section, found in there
        for concept, kind, area, bound in shortfalls(found)
    ]
    said = "\n".join(rows) if rows else "None."
    return f"## Below the bound\n\n{said}\n"


def _section(section: Section, found: Json) -> str:
    lines = [f"## {section.heading}", ""]
    for kind, title, about in (
        ("others", "Others' effects", section.others),
        ("heldout", "Its own world, held out", section.heldout),
    ):
        rows = [
            _row(c, entry["detector"], entry[kind]) for c, entry in sorted(found.items()) if entry.get(kind)
        ]
        if rows:
            lines += [f"### {title}", "", about, "", *TABLE, *rows, ""]
    return "\n".join(lines)


TABLE = (
    "| concept | detector | with / without | area | missed | false alarms |",
    "|---|---|---|---|---|---|",
)


def _row(concept: str, detector: str, rates: Json) -> str:
    low, high = rates["auc_ci95"]
    return (
        f"| {concept} | `{detector}` | {rates['positives']} / {rates['negatives']} | {rates['auc']:.3f} "
        f"({low:.3f} – {high:.3f}) | {_share(rates['missed'])} | {_share(rates['false_alarms'])} |"
    )


def _share(rate: Json) -> str:
    low, high = rate["ci95"]
    return f"{100 * rate['rate']:.1f} % ({100 * low:.0f} – {100 * high:.0f})"


def _cards() -> str:
    lines = ["## Cards", ""]
    for detector in SOUND_DETECTORS:
        if detector not in PLAYERS:
            lines += _card(
                detector.concept, detector.card.hears, detector.card.method, detector.card.confuses
            )
    lines += _card("instruments and styles", CARD.hears, CARD.method, CARD.confuses)
    for picture in PICTURE_DETECTORS:
        lines += _card(picture.concept, picture.card.sees, "", picture.card.errs)
    return "\n".join(lines)


def _card(name: str, reads: str, method: str, confuses: str) -> list[str]:
    said = (("Reads", reads), ("How", method), ("Errs", confuses))
    return [f"**{name}**", "", *(f"- {what}: {text}" for what, text in said if text), ""]


def main() -> None:
    """Write the page."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
