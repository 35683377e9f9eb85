"""Verdicts → one HTML file that needs nothing else: style, script, sound and pictures are inside."""

from __future__ import annotations

from html import escape
from pathlib import Path

from eschew.lab.verdicts import ArmSummary, Verdicts
from eschew.report import words
from eschew.report.experiment.forest import forest_section
from eschew.report.experiment.samples import Shown, samples_section
from eschew.report.experiment.tables import arms_table, badge, kept_section, moved_section, targets_table
from eschew.report.experiment.telling import (
    NOTHING_TO_REMOVE,
    facts,
    headline,
    nothing_to_remove,
    told,
)
from eschew.report.front import Point, front_plot
from eschew.report.markup import Markup, tag, together
from eschew.report.page import MATERIAL, TRUST, document, write_whole

FEWEST_ON_A_FRONT = 2
"""Arms, beside baseline and placebo, from which on a front says something."""


def write_experiment_page(verdicts: Verdicts, shown: Shown, folder: Path, out: Path) -> None:
    """Write the page of an experiment to `out`, whole or not at all. Files of `shown` are looked up in `folder`.

    FileError if one of them cannot be read or `out` cannot be written.
    """
    write_whole(out, experiment_page(verdicts, shown, folder))


def experiment_page(verdicts: Verdicts, shown: Shown, folder: Path) -> str:
    """The HTML itself."""
    modality = "image" if verdicts.modality == "image" else "music"
    title = verdicts.question or verdicts.name
    sections = [
        _opening(verdicts),
        tag("div", tag("h3", "Every target in every arm"), targets_table(verdicts))
        if verdicts.targets
        else "",
        forest_section(verdicts),
        samples_section(shown, folder),
        kept_section(verdicts),
        moved_section(verdicts),
        _front(verdicts),
        _run(verdicts),
    ]
    return document(
        "experiment.html",
        ("page.css", "experiment.css"),
        {
            "title": escape(words.printable(title)),
            "sections": tag(
                "section",
                *(part for part in sections if part),
                attributes={"class": "comparison experiment", "aria-labelledby": "verdict"},
            ),
            "name": escape(words.printable(verdicts.name)),
            "trust": escape(TRUST[modality]),
            "material": escape(MATERIAL[modality]),
            "sequential": together([_on_looking(verdicts)]),
        },
    )


def _opening(verdicts: Verdicts) -> Markup:
    answers = [
        tag("li", badge(target.verdict), tag("p", words.unbroken(headline(target, verdicts.modality))))
        for target in told(verdicts)
    ]
    if rare := nothing_to_remove(verdicts):
        answers.append(tag("li", badge(NOTHING_TO_REMOVE), tag("p", words.unbroken(rare))))
    remarks = [tag("li", words.printable(remark)) for remark in verdicts.remarks]
    aside = tag(
        "aside",
        tag("h3", "Worth knowing"),
        tag("ul", *remarks),
        attributes={"class": "remarks", "aria-label": "Remarks"},
    )
    return tag(
        "header",
        tag("p", facts(verdicts), attributes={"class": "eyebrow"}),
        tag("h2", "The verdict", attributes={"id": "verdict"}),
        tag("ul", *answers, attributes={"class": "verdicts"})
        if answers
        else tag("p", "No target was watched."),
        aside if remarks else "",
        tag("h3", "The arms"),
        arms_table(verdicts),
    )


def _front(verdicts: Verdicts) -> Markup:
    points = [_point(arm) for arm in verdicts.arms if arm.removed is not None and not arm.placebo]
    if len(points) < FEWEST_ON_A_FRONT:
        return Markup("")
    return tag("div", tag("h3", "Removal, harm and cost"), front_plot(points))


def _point(arm: ArmSummary) -> Point:
    return Point(
        words.printable(arm.name), arm.removed or 0.0, arm.harm or 0.0, arm.passes_per_step, arm.on_front
    )


def _run(verdicts: Verdicts) -> Markup:
    read = [(words.named(v.concept), v.detector) for v in verdicts.targets]
    read += [(words.named(v.concept), v.detector) for v in verdicts.kept]
    detectors = dict.fromkeys(pair for pair in read if pair[1])
    rows = [
        ("Experiment", words.printable(verdicts.name)),
        ("Model", verdicts.model),
        ("Engine", tag("code", verdicts.engine)),
        ("Error rate", f"{words.percent(verdicts.alpha)} over all targets and arms together"),
        ("Detectors", tag("ul", *(tag("li", f"{c}: ", tag("code", d)) for c, d in detectors))),
    ]
    prompts = [tag("li", words.printable(prompt)) for prompt in verdicts.prompts]
    items = [part for name, value in rows for part in (tag("dt", name), tag("dd", value))]
    return tag(
        "div",
        tag("h3", "The run"),
        tag(
            "dl",
            *items,
            tag("dt", "Prompts"),
            tag("dd", tag("ul", *prompts)),
            attributes={"class": "asked run"},
        ),
        attributes={"class": "facts"},
    )


def _on_looking(verdicts: Verdicts) -> Markup:
    if not verdicts.looks:
        return Markup("")
    return tag(
        "p",
        "This experiment was looked at while it ran. Its p-values for what was removed, lost or came are those of a bet "
        "that may be looked at any time, and hold all the same. Its intervals, and what is said to have stayed or moved, "
        "are as for a fixed number of pairs, and a little too sure.",
    )
