"""The parts of an experiment's page that are tables: arms, targets, what stayed, what else moved."""

from __future__ import annotations

from eschew.lab.verdicts import ArmSummary, KeptVerdict, MovedVerdict, TargetVerdict, Verdicts
from eschew.report import words
from eschew.report.experiment import telling
from eschew.report.markup import Markup, data, tag
from eschew.report.sections import table

SAID = 3
"""Wordings of one arm that are shown."""


def badge(verdict: str) -> Markup:
    """A verdict in a word or two."""
    tone = telling.TONES.get(verdict, "plain")
    return tag("span", verdict, attributes={"class": f"verdict {tone}"})


def arms_table(verdicts: Verdicts) -> Markup:
    """What was compared with what, and at which cost."""
    heads = ("Arm", "measured against", "says", "method", "#passes a step", "#equal to reference")
    return table("The arms", heads, [_arm(arm) for arm in verdicts.arms], "arms")


def _arm(arm: ArmSummary) -> Markup:
    kind = "baseline" if arm.against is None else "placebo" if arm.placebo and arm.name != "placebo" else ""
    note = tag("span", kind, attributes={"class": "note block"}) if kind else Markup("")
    says = [words.printable(text) for text in arm.says[:SAID]]
    if len(arm.says) > SAID:
        says.append(f"and {len(arm.says) - SAID} more")
    if arm.adds:
        says.append(f"in the prompt: {words.printable(arm.adds)}")
    return tag(
        "tr",
        tag("th", words.printable(arm.name), note, attributes={"scope": "row"}),
        tag("td", words.NOTHING if arm.against is None else words.printable(arm.against)),
        tag("td", *(tag("span", text, attributes={"class": "block"}) for text in says or [words.NOTHING])),
        tag("td", arm.method),
        _number(arm.passes_per_step, words.amount(round(arm.passes_per_step, 2))),
        tag(
            "td",
            words.NOTHING if arm.against is None else f"{arm.identical} of {arm.pairs}",
            attributes={"class": "number"},
        ),
    )


def targets_table(verdicts: Verdicts) -> Markup:
    """The answer in numbers: every target in every arm."""
    heads = (
        "Target", "arm", "#without", "#with", "#removed", "#beyond the placebo", "#appeared", "#adjusted p", "verdict",
    )  # fmt: skip
    return table("Verdicts", heads, [_target(target) for target in verdicts.targets], "targets")


def _target(target: TargetVerdict) -> Markup:
    beside = target.beside_placebo
    return tag(
        "tr",
        tag("th", words.titled(words.named(target.concept)), attributes={"scope": "row"}),
        tag("td", words.printable(target.arm)),
        _number(target.present_without, words.percent(target.present_without)),
        _number(target.present_with, words.percent(target.present_with)),
        tag("td", *_rate(target.removed, target.removed_ci95), attributes={"class": "number"}),
        tag("td", words.NOTHING, attributes={"class": "number"})
        if beside is None
        else _number(beside.difference, f"{telling.points(beside.difference)} points"),
        tag(
            "td",
            words.NOTHING
            if target.appeared is None
            else data(target.appeared, words.percent(target.appeared)),
            attributes={"class": "number"},
        ),
        _number(target.p_adjusted, words.p_words(target.p_adjusted).removeprefix("p = ").removeprefix("p ")),
        tag("td", badge(target.verdict)),
    )


def kept_section(verdicts: Verdicts) -> Markup:
    """What stayed: shown to have changed by less than the margin, not merely not shown to have changed."""
    if not verdicts.kept:
        return Markup("")
    margin = words.percent(verdicts.kept[0].margin).removesuffix(" %")
    note = tag(
        "p",
        f"“Stayed” is said only where a change of {margin} points or more is excluded, by two one-sided tests; “lost” where "
        "McNemar’s test shows it. Both are corrected over all lines. Everything between is undecided.",
        attributes={"class": "note lead"},
    )
    heads = ("Concept", "arm", "#without", "#with", "#kept", "#change in points", "#90 % interval", "verdict")
    rows = [_kept(kept) for kept in verdicts.kept]
    return tag("div", tag("h3", "What should stay"), note, table("What should stay", heads, rows))


def _kept(kept: KeptVerdict) -> Markup:
    return tag(
        "tr",
        tag("th", words.titled(words.named(kept.concept)), attributes={"scope": "row"}),
        tag("td", words.printable(kept.arm)),
        _number(kept.present_without, words.percent(kept.present_without)),
        _number(kept.present_with, words.percent(kept.present_with)),
        tag("td", *_rate(kept.kept, kept.kept_ci95), attributes={"class": "number"}),
        tag("td", telling.change(kept), attributes={"class": "number"}),
        tag("td", telling.change_range(kept), attributes={"class": "number note"}),
        tag("td", badge(kept.verdict)),
    )


def moved_section(verdicts: Verdicts) -> Markup:
    """What else moved, and how much of that a placebo moves as well."""
    if not verdicts.moved:
        return Markup("")
    note = tag(
        "p",
        "Any change of the words moves something. “Beyond the placebo” takes off, seed by seed, what as many unrelated "
        "words move; p is a paired permutation test of that, corrected over all lines.",
        attributes={"class": "note lead"},
    )
    heads = ("Measure", "arm", "#mean", "#95 % interval", "#placebo", "#beyond the placebo", "#adjusted p")
    meanings = dict.fromkeys((m.measure.name, m.measure.meaning) for m in verdicts.moved)
    glossary = tag(
        "dl",
        *(part for name, text in meanings for part in (tag("dt", words.titled(name)), tag("dd", text))),
        attributes={"class": "glossary"},
    )
    rows = [_moved(moved) for moved in verdicts.moved]
    return tag("div", tag("h3", "What else moved"), note, table("What else moved", heads, rows), glossary)


def _moved(moved: MovedVerdict) -> Markup:
    beyond = telling.amount_moved(moved, moved.beyond)
    if moved.beyond is not None:
        beyond += f" ({telling.interval_moved(moved.beyond_ci95)})"
    p = words.NOTHING if moved.p_adjusted is None else words.p_words(moved.p_adjusted)
    return tag(
        "tr",
        tag("th", words.titled(moved.measure.name), attributes={"scope": "row"}),
        tag("td", words.printable(moved.arm)),
        _number(moved.mean, telling.amount_moved(moved, moved.mean)),
        tag("td", telling.interval_moved(moved.ci95), attributes={"class": "number note"}),
        tag("td", telling.amount_moved(moved, moved.placebo_mean), attributes={"class": "number"}),
        tag("td", beyond, attributes={"class": "number"}),
        tag("td", p.removeprefix("p = ").removeprefix("p "), attributes={"class": "number"}),
    )


def _number(value: float, shown: str) -> Markup:
    return tag("td", data(value, shown), attributes={"class": "number"})


def _rate(rate: float | None, interval: tuple[float, float]) -> tuple[str, ...]:
    if rate is None:
        return (words.NOTHING,)
    low, high = interval
    spread = {"class": "note", "value": f"{low!r} {high!r}"}
    return (
        data(rate, words.percent(rate)),
        " ",
        tag("data", words.percent_range(interval), attributes=spread),
    )
