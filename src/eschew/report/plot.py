"""The picture of a verdict: for each concept presence before → after, and the rate of interest with its interval.

Each row is a line of a grid with two small SVGs. They use percentages of their own width as coordinates, so the text
beside them keeps its size on any screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.values import Comparison, Interval
from eschew.report import words
from eschew.report.markup import Markup, data, tag, together

TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Row:
    """One concept: presence before and after, and `rate` (None if nobody had it) with its interval."""

    concept: str
    before: float
    after: float
    rate: float | None
    interval: Interval
    rate_name: str
    note: str = ""


def plot(comparison: Comparison) -> Markup:
    """Targets first, then what should stay."""
    targets = [
        Row(words.named(t.concept), t.present_without, t.present_with, t.removed, t.removed_ci95, "removed")
        for t in comparison.targets
    ]
    kept = [
        Row(
            words.named(k.concept),
            k.present_without,
            k.present_with,
            k.kept,
            k.kept_ci95,
            "kept",
            "" if k.asked else "not asked for",
        )
        for k in comparison.kept
    ]
    groups = [
        _group(title, measure, rows)
        for title, measure, rows in (
            ("What should go", "Removed, with its 95 % interval", targets),
            ("What should stay", "Kept, with its 95 % interval", kept),
        )
        if rows
    ]
    return tag("div", *groups, attributes={"class": "plot"})


def _group(title: str, measure: str, rows: list[Row]) -> Markup:
    head = tag(
        "div",
        tag("h4", title),
        tag("p", "Present without ", _key("before"), " and with ", _key("after"), " the negative"),
        tag("p", measure),
        attributes={"class": "row head"},
    )
    scale = tag(
        "div",
        tag("span", ""),
        axis(),
        tag("span", ""),
        axis(),
        tag("span", ""),
        attributes={"class": "row axis", "aria-hidden": "true"},
    )
    kind = rows[0].rate_name
    return tag("div", head, *(_row(row) for row in rows), scale, attributes={"class": f"group {kind}"})


def _row(row: Row) -> Markup:
    name = tag("span", row.note, attributes={"class": "note"}) if row.note else Markup("")
    return tag(
        "div",
        tag("div", words.titled(row.concept), name, attributes={"class": "name"}),
        _dumbbell(row),
        tag(
            "div",
            data(row.before, words.percent(row.before)),
            " → ",
            data(row.after, words.percent(row.after)),
            attributes={"class": "figures"},
        ),
        _forest(row),
        tag("div", *_rate(row), attributes={"class": "figures"}),
        attributes={"class": "row"},
    )


def _rate(row: Row) -> tuple[str, ...]:
    if row.rate is None:
        return (tag("span", "none had it", attributes={"class": "note"}),)
    low, high = row.interval
    interval = tag("data", words.percent_range(row.interval), attributes={"value": f"{low!r} {high!r}"})
    return (
        tag("strong", data(row.rate, words.percent(row.rate))),
        " ",
        tag("span", interval, attributes={"class": "note"}),
    )


def _dumbbell(row: Row) -> Markup:
    before, after = at(row.before), at(row.after)
    told = f"{words.titled(row.concept)}: present in {words.percent(row.before)} without, {words.percent(row.after)} with"
    return track(
        told,
        line("change", before, after),
        circle("before", before, "6"),
        circle("after", after, "4.5"),
    )


def _forest(row: Row) -> Markup:
    if row.rate is None:
        return track(f"{words.titled(row.concept)}: no pair had it")
    low, high = row.interval
    told = (
        f"{words.titled(row.concept)}: {row.rate_name} in {words.percent(row.rate)}, "
        f"95 % interval {words.percent_range(row.interval)}"
    )
    return track(told, line("interval", at(low), at(high)), circle("estimate", at(row.rate), "5"))


def track(told: str, *shapes: Markup) -> Markup:
    """`shapes` over the grid of 0 to 100 %; `told` is what is read to those who do not see it."""
    grid = [
        tag("line", attributes={"class": "grid", "x1": f"{t}%", "x2": f"{t}%", "y1": "0", "y2": "100%"})
        for t in TICKS
    ]
    return tag(
        "div",
        tag("svg", *grid, *shapes, attributes={"role": "img", "aria-label": told}),
        attributes={"class": "track"},
    )


def axis() -> Markup:
    """The numbers under a track."""
    labels = [
        tag("text", str(t), attributes={"x": f"{t}%", "y": "12", "text-anchor": "middle"}) for t in TICKS[:-1]
    ]
    last = tag("text", "100 %", attributes={"x": "100%", "y": "12", "text-anchor": "middle"})
    return tag("div", tag("svg", together([*labels, last])), attributes={"class": "track"})


def _key(mark: str) -> Markup:
    """A sample of the mark in the running text."""
    circle = tag(
        "circle", attributes={"class": mark, "cx": "7", "cy": "7", "r": "6" if mark == "before" else "4.5"}
    )
    return tag("svg", circle, attributes={"class": "key", "aria-hidden": "true"})


def line(kind: str, x1: str, x2: str) -> Markup:
    """A level line between two places (`at`)."""
    return tag("line", attributes={"class": kind, "x1": x1, "x2": x2, "y1": "50%", "y2": "50%"})


def circle(kind: str, x: str, radius: str) -> Markup:
    """A circle at a place (`at`)."""
    return tag("circle", attributes={"class": kind, "cx": x, "cy": "50%", "r": radius})


def at(rate: float) -> str:
    """Where a rate lies on a track."""
    return f"{100 * rate:.2f}%"
