"""The pairs to listen to: two spectrograms side by side, one player that switches between them at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eschew.lab.values import Comparison, Pair, Reading
from eschew.report import words
from eschew.report.markup import Markup, tag, void

if TYPE_CHECKING:
    from eschew.report.clips import Clip


@dataclass(frozen=True)
class Sides:
    """What the two of a pair are called: over each, on the switch between them, and when spoken after "Seed 3"."""

    labels: tuple[str, str] = ("Without", "With the negative")
    switch: tuple[str, str] = ("Without", "With")
    spoken: tuple[str, str] = ("without the negative", "with the negative")


OF_A_NEGATIVE = Sides()
OPEN_PAIRS = 6
"""How many pairs lie open; the others wait behind one click."""


def pairs_section(comparison: Comparison, clips: Sequence[tuple[Clip, Clip]], number: int) -> Markup:
    """All pairs of a comparison; `clips` holds (without, with) in the order of the pairs."""
    shown = players(comparison, clips, number)
    parts = [tag("h3", "Listen"), guide(), *shown[:OPEN_PAIRS]]
    if rest := shown[OPEN_PAIRS:]:
        summary = tag("summary", f"{words.plural(len(rest), 'more pair')}")
        parts.append(tag("details", summary, *rest))
    return tag("div", *parts, attributes={"class": "pairs"})


def players(
    comparison: Comparison, clips: Sequence[tuple[Clip, Clip]], number: int, sides: Sides = OF_A_NEGATIVE
) -> list[Markup]:
    """A player for each pair. `number` keeps their names apart from those of other comparisons on the page."""
    return [
        _pair(comparison, pair, both, number, sides)
        for pair, both in zip(comparison.pairs, clips, strict=True)
    ]


def guide() -> Markup:
    """How to play and what the marks mean; holds the switch that repeats, for all players beside it."""
    return tag(
        "div",
        tag(
            "p",
            "Click a spectrogram to hear that clip from there. While it plays, switch sides: the music goes on, "
            "only the negative changes. Keys for the pair in focus: ",
            tag("kbd", "Space"),
            " plays, ",
            tag("kbd", "X"),
            " switches. The detectors’ calls, before → after: ",
            dot("present"),
            " present, ",
            dot("absent"),
            " absent.",
        ),
        tag(
            "label",
            void("input", {"type": "checkbox", "class": "loop", "checked": True}),
            " Repeat",
        ),
        attributes={"class": "guide"},
    )


def _pair(comparison: Comparison, pair: Pair, clips: tuple[Clip, Clip], number: int, sides: Sides) -> Markup:
    return tag(
        "article",
        head_of(comparison, pair, number),
        tag(
            "div",
            *(
                _clip(clip, label, spoken, pair.seed)
                for clip, label, spoken in zip(clips, sides.labels, sides.spoken, strict=True)
            ),
            attributes={"class": "sides"},
        ),
        _controls(pair.seed, sides.switch),
        attributes={"class": "pair", "tabindex": "0", "aria-labelledby": name_of(pair, number)},
    )


def _clip(clip: Clip, label: str, spoken: str, seed: int) -> Markup:
    width, height = clip.picture_size
    picture = void(
        "img",
        {
            "src": clip.picture,
            "width": str(width),
            "height": str(height),
            "alt": f"Spectrogram of seed {seed} {spoken}",
            "decoding": "async",
        },
    )
    return tag(
        "figure",
        tag("figcaption", label),
        tag(
            "button",
            picture,
            tag("span", attributes={"class": "playhead", "aria-hidden": "true"}),
            attributes={"type": "button", "class": "hear", "aria-label": f"Play seed {seed} {spoken}"},
        ),
        tag(
            "audio",
            attributes={
                "controls": True,
                "preload": "none",
                "src": clip.sound,
                "aria-label": f"Seed {seed} {spoken}",
            },
        ),
        attributes={"class": "clip", "data-seconds": f"{clip.seconds:.3f}"},
    )


def _controls(seed: int, labels: tuple[str, str]) -> Markup:
    sides = [
        tag(
            "button",
            label,
            attributes={"type": "button", "class": "side", "aria-pressed": pressed},
        )
        for label, pressed in zip(labels, ("true", "false"), strict=True)
    ]
    return tag(
        "div",
        tag("button", "Play", attributes={"type": "button", "class": "play"}),
        tag(
            "div",
            *sides,
            attributes={"class": "switch", "role": "group", "aria-label": f"Which clip of seed {seed}"},
        ),
        tag("span", "0.0 s", attributes={"class": "time"}),
        tag("span", attributes={"class": "trouble", "role": "status"}),
        attributes={"class": "controls"},
    )


def name_of(pair: Pair, number: int) -> str:
    """The id of the heading of a pair in comparison `number` of a page."""
    return f"c{number}-seed-{pair.seed}"


def head_of(comparison: Comparison, pair: Pair, number: int) -> Markup:
    """A pair's seed, whether its two samples are equal, and what the detectors called in them."""
    same = (
        tag("span", "identical, byte for byte", attributes={"class": "same"})
        if pair.identical
        else Markup("")
    )
    return tag(
        "header",
        tag("h4", f"Seed {pair.seed}", same, attributes={"id": name_of(pair, number)}),
        chips(comparison, pair),
    )


def chips(comparison: Comparison, pair: Pair) -> Markup:
    """For each concept that was measured in both clips: there or not, before → after."""
    before = {reading.concept: reading for reading in pair.readings_without}
    after = {reading.concept: reading for reading in pair.readings_with}
    called = [
        _chip(before[concept], after[concept], wanted=wanted)
        for concept, wanted in (
            *((target.concept, False) for target in comparison.targets),
            *((kept.concept, True) for kept in comparison.kept),
        )
        if concept in before and concept in after
    ]
    how = "Seen" if comparison.modality == "image" else "Heard"
    return tag(
        "ul",
        *called,
        attributes={"class": "chips", "aria-label": f"{how} by the detectors, before and after"},
    )


def dot(state: str) -> Markup:
    """The mark of one call, as the legend shows it."""
    return tag("span", attributes={"class": f"{state} legend", "aria-hidden": "true"})


def _chip(before: Reading, after: Reading, *, wanted: bool) -> Markup:
    words_for = {True: "present", False: "absent"}
    tone = "plain"
    if before.present != after.present:
        tone = "good" if after.present == wanted else "bad"
    elif not wanted and after.present:
        tone = "bad"
    probability = f"probability {before.probability:.2f} before, {after.probability:.2f} after"
    return tag(
        "li",
        tag("span", words.named(before.concept), attributes={"class": "concept"}),
        tag("span", words_for[before.present], attributes={"class": words_for[before.present]}),
        tag("span", " → ", attributes={"class": "arrow"}),
        tag("span", words_for[after.present], attributes={"class": words_for[after.present]}),
        attributes={"class": f"chip {tone}", "title": probability},
    )
