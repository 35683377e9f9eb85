"""The forest plot: of one target in one arm, the rate removed prompt by prompt, and pooled over prompts as a diamond."""

from __future__ import annotations

from eschew.lab.values import Interval
from eschew.lab.verdicts import PromptCount, TargetVerdict, Verdicts
from eschew.report import words
from eschew.report.experiment.telling import heterogeneity
from eschew.report.markup import Markup, data, tag
from eschew.report.plot import at, axis, circle, line, track


def forest_section(verdicts: Verdicts) -> Markup:
    """One plot for each target and arm that had something to remove; those of placebos last, behind a click."""
    placebos = {arm.name for arm in verdicts.arms if arm.placebo}
    told = [target for target in verdicts.targets if target.removed is not None]
    open_plots = [_plot(target, verdicts) for target in told if target.arm not in placebos]
    closed = [_plot(target, verdicts) for target in told if target.arm in placebos]
    if not open_plots and not closed:
        return Markup("")
    parts = [tag("h3", "Prompt by prompt"), *open_plots]
    if closed:
        parts.append(tag("details", tag("summary", "The same for the placebo"), *closed))
    return tag("div", *parts, attributes={"class": "forests"})


def _plot(target: TargetVerdict, verdicts: Verdicts) -> Markup:
    head = tag(
        "div",
        tag("h4", f"{words.titled(words.named(target.concept))}, “{words.printable(target.arm)}”"),
        tag(
            "p",
            f"Removed, of the pairs that had it in “{words.printable(target.against)}”, with 95 % intervals",
        ),
        attributes={"class": "forest-head"},
    )
    rows = [_prompt(count, verdicts.prompts[count.subject]) for count in target.by_prompt]
    total = _pooled(target) if target.pooled is not None else Markup("")
    scale = tag(
        "div",
        tag("span", ""),
        axis(),
        tag("span", ""),
        attributes={"class": "row axis", "aria-hidden": "true"},
    )
    spread = heterogeneity(target)
    note = tag("p", words.unbroken(spread), attributes={"class": "note"}) if spread else Markup("")
    return tag("div", head, *rows, total, scale, note, attributes={"class": "plot forest group removed"})


def _prompt(count: PromptCount, prompt: str) -> Markup:
    shown = words.printable(prompt)
    if count.removed is None:
        bars, figures = (
            track(f"{shown}: no pair had it"),
            (tag("span", "none had it", attributes={"class": "note"}),),
        )
    else:
        bars = track(
            _told(shown, count.removed, count.removed_ci95),
            line("interval", at(count.removed_ci95[0]), at(count.removed_ci95[1])),
            circle("estimate", at(count.removed), f"{3 + min(4.0, count.had**0.5 / 2):.1f}"),
        )
        figures = (_rate(count.removed, count.removed_ci95, f"{count.gone} of {count.had}"),)
    return _row(tag("div", shown, attributes={"class": "name prompt"}), bars, figures)


def _pooled(target: TargetVerdict) -> Markup:
    pooled = target.pooled
    if pooled is None:
        return Markup("")
    name = tag(
        "div",
        "All such prompts",
        tag("span", "pooled", attributes={"class": "note"}),
        attributes={"class": "name"},
    )
    bars = track(
        _told("Pooled over prompts", pooled.rate, pooled.interval), _diamond(pooled.rate, pooled.interval)
    )
    return _row(name, bars, (_rate(pooled.rate, pooled.interval, ""),), "pooled")


def _diamond(rate: float, interval: Interval) -> Markup:
    """Left and right tips at the interval's bounds, widest at the rate: a small picture stretched over that range."""
    low, high = interval
    middle = 100 * (rate - low) / (high - low) if high > low else 50.0
    shape = tag(
        "polygon", attributes={"class": "diamond", "points": f"0,5 {middle:.1f},0 100,5 {middle:.1f},10"}
    )
    return tag(
        "svg",
        shape,
        attributes={
            "x": at(low),
            "width": at(max(high - low, 0.002)),
            "y": "31%",
            "height": "38%",
            "viewBox": "0 0 100 10",
            "preserveAspectRatio": "none",
        },
    )


def _row(name: Markup, bars: Markup, figures: tuple[Markup, ...], kind: str = "") -> Markup:
    return tag(
        "div",
        name,
        bars,
        tag("div", *figures, attributes={"class": "figures"}),
        attributes={"class": f"row {kind}".rstrip()},
    )


def _rate(rate: float, interval: Interval, counted: str) -> Markup:
    low, high = interval
    spread = tag(
        "data", words.percent_range(interval), attributes={"class": "note", "value": f"{low!r} {high!r}"}
    )
    note = tag("span", f" · {counted}", attributes={"class": "note"}) if counted else Markup("")
    return tag("span", tag("strong", data(rate, words.percent(rate))), " ", spread, note)


def _told(name: str, rate: float, interval: Interval) -> str:
    return f"{name}: removed in {words.percent(rate)}, 95 % interval {words.percent_range(interval)}"
