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


@dataclass(frozen=True)
class Point:
    """One way to run a negative. `removed` and `harm` in 0..1; `passes` per step, 1 = the prompt alone."""

    name: str
    removed: float
    harm: float
    passes: float
    on_front: bool
    chosen: bool = False


def front_plot(points: Sequence[Point]) -> Markup:
    """A numbered circle for each point, larger where more passes are needed, and the same numbers as a table."""
    across = Axis("Harm: lost of what should stay", _rounded_up(max((p.harm for p in points), default=0.0)))
    upwards = Axis("Removed")
    least, most = _span([point.passes for point in points])
    shapes = []
    for number, point in enumerate(points, 1):
        grown = (point.passes - least) / (most - least) if most > least else 0.0
        x, y = across.at(point.harm), upwards.at(point.removed)
        radius = RADIUS[0] + grown * (RADIUS[1] - RADIUS[0])
        kind = "point" + (" front" if point.on_front else "") + (" chosen" if point.chosen else "")
        shapes += [mark(kind, x, y, radius, _told(point)), label(str(number), x, y)]
    told = "Removed against harm. " + "; ".join(_told(p) for p in points if p.on_front)
    key = tag(
        "p",
        "Filled: nothing else removes as much, at as little harm, in as few passes. "
        "Larger: more passes a step. Up and to the left is better.",
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
    rows = [
        tag(
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
            tag("td", "on the front" if point.on_front else ""),
        )
        for number, point in enumerate(points, 1)
    ]
    return table("The front", ("No.", "way", "#removed", "#harm", "#passes a step", "Pareto"), rows)


def _number(value: float, shown: str) -> Markup:
    return tag("td", data(value, shown), attributes={"class": "number"})
