"""What a search for the best plan found, as a page: the Pareto front of everything tried, and the proof on fresh seeds."""

from __future__ import annotations

from pathlib import Path

from eschew.lab.tune.values import Candidate, Side, Tuned
from eschew.report import words
from eschew.report.front import Point, front_plot
from eschew.report.markup import Markup, data, tag
from eschew.report.page import write_whole
from eschew.report.plain import plain_page
from eschew.report.sections import table

DEFINITIONS = {
    "Removed": "On the search’s seeds, how much of the targets’ probability went where they were there without a negative.",
    "Harm": "How much of the probability of what should stay went, where that was there without a negative.",
    "Passes": "Forward passes of the network in each step; 1 is the prompt alone.",
    "Proof": "The chosen plan and the default one on seeds that the search never saw, counted; 95 % intervals are Wilson’s "
    "for a share and Tango’s for a difference.",
}


def write_tuned_page(tuned: Tuned, out: Path) -> None:
    """Write the page of a search to `out`, whole or not at all. FileError if it cannot be written."""
    write_whole(out, tuned_page(tuned))


def tuned_page(tuned: Tuned) -> str:
    """The HTML itself."""
    asked = tuned.goal.subject
    return plain_page(
        f"The best way to run “{asked.negative_prompt}”",
        [
            _opening(tuned),
            tag(
                "div",
                tag("h3", "The proof, on fresh seeds"),
                tag("p", words.unbroken(_told(tuned)), attributes={"class": "lead"}),
                _proof(tuned),
            ),
            tag("div", tag("h3", "Everything that was tried"), front_plot(_points(tuned))),
        ],
        DEFINITIONS,
    )


def _opening(tuned: Tuned) -> Markup:
    asked, plan = tuned.goal.subject, tuned.proof.chosen.plan
    facts = {
        "Prompt": words.printable(asked.prompt),
        "Negative": words.printable(asked.negative_prompt),
        "To remove": ", ".join(map(words.named, asked.targets)) or words.NOTHING,
        "To keep": ", ".join(map(words.named, asked.kept)) or words.NOTHING,
        "Chosen": words.printable(named(tuned.chosen.candidate)),
        "Its plan": plan.digest,
    }
    items = [part for term, text in facts.items() for part in (tag("dt", term), tag("dd", text))]
    spent = f"{tuned.goal.model} · {words.plural(len(tuned.trials), 'plan')} tried in {tuned.passes} of {tuned.budget} passes"
    return tag(
        "header",
        tag("p", spent, attributes={"class": "eyebrow"}),
        tag("dl", *items, attributes={"class": "asked"}),
    )


def named(candidate: Candidate) -> str:
    """A candidate in a line: method, its settings, its words."""
    parts = [candidate.method]
    if candidate.negative_scale is not None:
        parts.append(f"negative scale {words.amount(candidate.negative_scale)}")
    parts.append(f"guidance {words.amount(candidate.guidance_scale)}")
    parts.append("window " + "–".join(words.amount(bound) for bound in candidate.window))
    parts += [f"{name} {words.amount(value)}" for name, value in candidate.knobs]
    return f"{', '.join(parts)}: “{candidate.negative_prompt}”"


def _points(tuned: Tuned) -> list[Point]:
    """The front first, so that it has the first numbers; then what was looked at twice."""
    others = [trial for trial in tuned.trials if trial not in tuned.front]
    others.sort(key=lambda trial: (not trial.confirmed, -trial.score.removed))
    twice = any(trial.confirmed for trial in tuned.trials)
    return [
        Point(
            named(trial.candidate),
            trial.score.removed,
            trial.score.harm,
            trial.score.passes,
            on_front=trial in tuned.front,
            chosen=trial == tuned.chosen,
            aside=f"a first look, {words.plural(trial.score.pairs, 'pair')}"
            if twice and not trial.confirmed
            else "",
        )
        for trial in (*tuned.front, *others)
    ]


def _told(tuned: Tuned) -> str:
    proof = tuned.proof
    if proof.default_stays:
        return (
            f"The default plan came out best of those that were tried. On {words.plural(proof.pairs, 'fresh seed')} "
            f"{_stays(proof.default)}."
        )
    low, high = (words.signed(round(100 * bound)) for bound in proof.removed_difference_ci95)
    said = "as much as the default" if proof.as_good else "not surely as much as the default"
    harm = "" if proof.harm_ratio is None else f"{words.percent(proof.harm_ratio)} of its harm and "
    return (
        f"On {words.plural(proof.pairs, 'fresh seed')} the chosen plan removes {said} "
        f"({words.signed(round(100 * proof.removed_difference))} points, {low} to {high}), at {harm}"
        f"{words.percent(proof.passes_ratio)} of its passes."
    )


def _stays(side: Side) -> str:
    if side.removed is None:
        return "there was nothing to remove"
    return (
        f"it removes {words.percent(side.removed)} ({words.percent_range(side.removed_ci95)}) of {side.had}"
    )


def _proof(tuned: Tuned) -> Markup:
    proof = tuned.proof
    sides = (proof.default,) if proof.default_stays else (proof.default, proof.chosen)
    rows = [_side(side) for side in sides]
    heads = ("Plan", "method", "#removed", "#lost of what should stay", "#harm", "#passes a step")
    return table("The proof", heads, rows)


def _side(side: Side) -> Markup:
    return tag(
        "tr",
        tag("th", side.name, attributes={"scope": "row"}),
        tag("td", side.plan.method),
        _rate(side.removed, side.removed_ci95, side.had),
        _rate(side.lost, side.lost_ci95, side.kept_had),
        tag("td", data(side.score.harm, words.percent(side.score.harm)), attributes={"class": "number"}),
        tag(
            "td",
            data(side.score.passes, words.amount(round(side.score.passes, 2))),
            attributes={"class": "number"},
        ),
    )


def _rate(rate: float | None, interval: tuple[float, float], of: int) -> Markup:
    if rate is None:
        return tag("td", "none had it", attributes={"class": "number note"})
    note = tag("span", f" {words.percent_range(interval)} of {of}", attributes={"class": "note"})
    return tag("td", data(rate, words.percent(rate)), note, attributes={"class": "number"})
