"""The Pareto front: what is removed, at what harm, in how many passes. For arms of an experiment and trials of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from eschew.report import words
from eschew.report.chart import Axis, chart, label, mark
from eschew.report.markup import Markup, data, tag
from eschew.report.sections import table

RADIUS = (9.0, 17.0)
"""Pixels: of the fewest and of the most passes."""
MOST_ROWS = 12
"""Of the table; where there are more points, those that are not on the front are folded away."""
HEADS = ("No.", "way", "#removed", "#harm", "#passes a step", "Pareto")


@dataclass(frozen=True)
class Point:
    """One way to run a negative. `removed` and `harm` in 0..1; `passes` per step, 1 = the prompt alone."""

    name: str
    removed: float
    harm: float
    passes: float
    on_front: bool
    chosen: bool = False
    aside: str = ""
    """Why it is not compared with the others: "a first look, 8 pairs"."""


def front_plot(points: Sequence[Point]) -> Markup:
    """A numbered circle for each point, larger where more passes are needed, and the same numbers as a table."""
    across = Axis("Harm: lost of what should stay", _rounded_up(max((p.harm for p in points), default=0.0)))
    upwards = Axis("Removed")
    least, most = _span([point.passes for point in points])
    shapes = []
    # What matters most is drawn last, so that nothing lies over it.
    for number, point in sorted(enumerate(points, 1), key=lambda n: (n[1].on_front, n[1].chosen)):
        grown = (point.passes - least) / (most - least) if most > least else 0.0
        x, y = across.at(point.harm), upwards.at(point.removed)
        radius = RADIUS[0] + grown * (RADIUS[1] - RADIUS[0])
        kinds = {"front": point.on_front, "chosen": point.chosen, "aside": bool(point.aside)}
        kind = " ".join(["point", *(name for name, holds in kinds.items() if holds)])
        shapes += [mark(kind, x, y, radius, _told(point)), label(str(number), x, y)]
    told = "Removed against harm. " + "; ".join(_told(p) for p in points if p.on_front)
    asides = "; ".join(dict.fromkeys(point.aside for point in points if point.aside))
    key = tag(
        "p",
        "Filled: nothing else removes as much, at as little harm, in as few passes. "
        + (f"Dashed, and left out of that: {asides}. " if asides else "")
        + "Larger: more passes a step. Up and to the left is better.",
        attributes={"class": "note"},
    )
    return tag(
        "div",
        chart(told, across, upwards, shapes, "front-plot"),
        key,
        _table(points),
        attributes={"class": "with-chart"},
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    return (min(values), max(values)) if values else (0.0, 0.0)


def _rounded_up(share: float) -> float:
    return min(1.0, max(0.1, ceil(share * 10 + 1e-9) / 10))


def _told(point: Point) -> str:
    return (
        f"{point.name}: removed {words.percent(point.removed)}, harm {words.percent(point.harm)}, "
        f"{words.amount(round(point.passes, 2))} passes a step"
    )


def _table(points: Sequence[Point]) -> Markup:
    numbered = list(enumerate(points, 1))
    if len(points) <= MOST_ROWS:
        return table("The front", HEADS, [_row(*each) for each in numbered], "ways")
    front = [_row(*each) for each in numbered if each[1].on_front]
    others = [_row(*each) for each in numbered if not each[1].on_front]
    more = words.plural(len(others), "more way")
    folded = tag("details", tag("summary", more), table(more, HEADS, others, "ways"))
    return tag("div", table("The front", HEADS, front, "ways"), folded)


def _row(number: int, point: Point) -> Markup:
    standing = "on the front" if point.on_front else point.aside
    return tag(
        "tr",
        tag("td", str(number)),
        tag(
            "th",
            words.printable(point.name),
            " (chosen)" if point.chosen else "",
            attributes={"scope": "row"},
        ),
        _number(point.removed, words.percent(point.removed)),
        _number(point.harm, words.percent(point.harm)),
        _number(point.passes, words.amount(round(point.passes, 2))),
        tag("td", standing, attributes={"class": "standing note"}),
    )


def _number(value: float, shown: str) -> Markup:
    return tag("td", data(value, shown), attributes={"class": "number"})
