"""The frame of a plot with two axes, each 0 to `most`: grid, ticks and names. Coordinates are percentages, so text keeps its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eschew.report import words
from eschew.report.markup import Markup, tag

STEPS = 5


@dataclass(frozen=True)
class Axis:
    """Its name and the share at its far end, 0..1."""

    name: str
    most: float = 1.0

    def at(self, share: float) -> float:
        """Where a share lies, in percent of the axis."""
        return 100 * share / self.most


def chart(told: str, x: Axis, y: Axis, shapes: Sequence[Markup], kind: str) -> Markup:
    """`shapes` over a grid. `told` is what is read to those who do not see it; `kind` names it for the style."""
    lines = [_grid_line(100 * i / STEPS) for i in range(STEPS + 1)]
    ticks = [
        tick
        for i in range(STEPS + 1)
        for tick in (
            _tick(f"{100 * i / STEPS:g}%", "100%", ("0", "20"), "middle", x.most * i / STEPS),
            _tick("0", f"{100 - 100 * i / STEPS:g}%", ("-10", "4"), "end", y.most * i / STEPS),
        )
    ]
    svg = tag(
        "svg",
        tag("g", *lines, attributes={"aria-hidden": "true"}),
        tag("g", *ticks, attributes={"class": "ticks", "aria-hidden": "true"}),
        *shapes,
        attributes={"role": "img", "aria-label": told},
    )
    return tag(
        "figure",
        tag("p", y.name, attributes={"class": "axis-name"}),
        tag("div", svg, attributes={"class": "area"}),
        tag("p", x.name, attributes={"class": "axis-name below"}),
        attributes={"class": f"chart {kind}"},
    )


def mark(kind: str, x: float, y: float, radius: float, told: str) -> Markup:
    """A circle at x and y percent, y upwards; `told` shows when pointed at."""
    place = {"class": kind, "cx": f"{x:.2f}%", "cy": f"{100 - y:.2f}%", "r": f"{radius:g}"}
    return tag("circle", tag("title", told), attributes=place)


def stroke(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Markup:
    """A line between two places in percent, y upwards."""
    ends = {"x1": start[0], "y1": 100 - start[1], "x2": end[0], "y2": 100 - end[1]}
    return tag("line", attributes={"class": kind} | {key: f"{value:.2f}%" for key, value in ends.items()})


def label(text: str, x: float, y: float) -> Markup:
    """A word centred on x and y percent."""
    place = {
        "x": f"{x:.2f}%",
        "y": f"{100 - y:.2f}%",
        "dy": "4.5",
        "text-anchor": "middle",
        "class": "number-mark",
    }
    return tag("text", text, attributes=place)


def _grid_line(at: float) -> Markup:
    return tag("g", stroke("grid", (at, 0), (at, 100)), stroke("grid", (0, at), (100, at)))


def _tick(x: str, y: str, by: tuple[str, str], anchor: str, share: float) -> Markup:
    place = {"x": x, "y": y, "dx": by[0], "dy": by[1], "text-anchor": anchor}
    return tag("text", words.percent(share), attributes=place)
