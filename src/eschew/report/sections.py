"""The parts of a page that are text and tables: overview, opening, findings, facts."""

from __future__ import annotations

from collections.abc import Sequence

from eschew.lab.values import Comparison, Target
from eschew.plan import Change, Plan
from eschew.report import words
from eschew.report.markup import Markup, data, tag
from eschew.report.plot import plot

KNOBS = (
    ("model", "Model"),
    ("prompt", "Prompt"),
    ("negative_prompt", "Negative prompt"),
    ("method", "Method"),
    ("guidance_scale", "Guidance scale"),
    ("negative_scale", "Negative scale"),
    ("window", "Window of the negative"),
    ("num_inference_steps", "Steps"),
    ("words_unknown", "Words the model never saw"),
)
"""Field of a plan and its name on the page."""


def overview(comparisons: Sequence[Comparison]) -> Markup:
    """One line per target over all comparisons, each leading to its section."""
    rows = [
        tag(
            "tr",
            tag(
                "th",
                tag("a", words.titled(words.named(target.concept)), attributes={"href": f"#c{number}"}),
                attributes={"scope": "row"},
            ),
            _cell(data(target.present_without, words.percent(target.present_without))),
            _cell(data(target.present_with, words.percent(target.present_with))),
            _cell(*_removed(target)),
            tag("td", _verdict(target)),
        )
        for number, comparison in enumerate(comparisons, 1)
        for target in comparison.targets
    ]
    return table("All targets", ("Negative", "#without", "#with", "#removed", "verdict"), rows, "overview")


def opening(comparison: Comparison, number: int, of: int) -> Markup:
    """What was asked, and the verdict in sentences."""
    pairs = words.plural(len(comparison.pairs), "pair")
    where = f"Comparison {number} of {of} · " if of > 1 else ""
    targets = words.titled(
        ", ".join(words.named(target.concept) for target in comparison.targets) or "No measured target"
    )
    counted = len(comparison.pairs), words.things(comparison)
    verdicts = [
        tag("li", _verdict(target), tag("p", words.unbroken(words.headline(target, *counted))))
        for target in comparison.targets
    ]
    return tag(
        "header",
        tag("p", f"{where}{comparison.model} · {pairs}", attributes={"class": "eyebrow"}),
        tag("h2", targets, attributes={"id": f"c{number}-title"}),
        tag(
            "dl",
            tag("dt", "Prompt"),
            tag("dd", words.printable(comparison.prompt)),
            tag("dt", "Negative"),
            tag("dd", words.printable(comparison.negative_prompt), attributes={"class": "negative"}),
            attributes={"class": "asked"},
        ),
        tag("ul", *verdicts, attributes={"class": "verdicts"}),
        _remarks(comparison),
    )


def plot_section(comparison: Comparison) -> Markup:
    """The picture of the verdict."""
    return tag("div", tag("h3", "Before and after"), plot(comparison))


def effects_section(comparison: Comparison) -> Markup:
    """What should stay, and what else moved."""
    parts = [tag("h3", "What should stay"), _kept(comparison)] if comparison.kept else []
    if comparison.moved:
        parts += [tag("h3", "What else moved"), _moved(comparison)]
    return tag("div", *parts)


def facts_section(comparison: Comparison) -> Markup:
    """Everything needed to run it again: plan, history, seeds, digests, detectors, cost."""
    return tag(
        "div",
        tag("h3", "The plan"),
        _plans(comparison),
        tag("h3", "How the plan came about"),
        _history(comparison.plan_with),
        tag("h3", "The run"),
        _run(comparison),
        attributes={"class": "facts"},
    )


def _remarks(comparison: Comparison) -> Markup:
    if not comparison.remarks:
        return Markup("")
    items = [tag("li", words.printable(remark)) for remark in comparison.remarks]
    return tag(
        "aside",
        tag("h3", "Worth knowing"),
        tag("ul", *items),
        attributes={"class": "remarks", "aria-label": "Remarks"},
    )


def _verdict(target: Target) -> Markup:
    tone = {"removed": "good", "reduced": "good", "made worse": "bad"}.get(target.verdict, "plain")
    return tag("span", target.verdict, attributes={"class": f"verdict {tone}"})


def _removed(target: Target) -> tuple[str, ...]:
    if target.removed is None:
        return (words.NOTHING,)
    return (data(target.removed, words.percent(target.removed)), " ", _interval(target.removed_ci95))


def _interval(interval: tuple[float, float]) -> Markup:
    low, high = interval
    return tag(
        "data", words.percent_range(interval), attributes={"class": "note", "value": f"{low!r} {high!r}"}
    )


def _kept(comparison: Comparison) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", words.titled(words.named(kept.concept)), attributes={"scope": "row"}),
            tag("td", "asked for" if kept.asked else "not asked for"),
            _cell(data(kept.present_without, words.percent(kept.present_without))),
            _cell(data(kept.present_with, words.percent(kept.present_with))),
            _cell(words.NOTHING if kept.kept is None else data(kept.kept, words.percent(kept.kept))),
            _cell(words.NOTHING if kept.kept is None else _interval(kept.kept_ci95)),
        )
        for kept in comparison.kept
    ]
    heads = ("Concept", "in the prompt", "#without", "#with", "#kept", "#95 % interval")
    return table("What should stay", heads, rows)


def _moved(comparison: Comparison) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", words.titled(moved.measure), attributes={"scope": "row"}),
            _cell(data(moved.mean, words.moved_mean(moved))),
            _cell(
                tag(
                    "data",
                    words.moved_range(moved),
                    attributes={"class": "note", "value": f"{moved.ci95[0]!r} {moved.ci95[1]!r}"},
                )
            ),
            tag("td", moved.meaning),
        )
        for moved in comparison.moved
    ]
    return table("What else moved", ("Measure", "#mean change", "#95 % interval", "meaning"), rows)


def _plans(comparison: Comparison) -> Markup:
    without, with_ = comparison.plan_without, comparison.plan_with
    rows = [
        _plan_row(name, words.knob(getattr(without, field)), words.knob(getattr(with_, field)))
        for field, name in KNOBS
    ]
    digests = _plan_row("Digest", tag("code", without.digest), tag("code", with_.digest))
    return table("The plan", ("Field", "without", "with"), [*rows, digests], "plan")


def _plan_row(name: str, without: str, with_: str) -> Markup:
    """Equal values are said once, so that the differences stand out."""
    head = tag("th", name, attributes={"scope": "row"})
    if without == with_:
        return tag("tr", head, tag("td", without, attributes={"colspan": "2"}))
    return tag("tr", head, tag("td", without), tag("td", with_, attributes={"class": "differs"}))


def _history(plan: Plan) -> Markup:
    if not plan.history:
        return tag("p", "Nothing had to be decided.")
    heads = ("Field", "before → after", "by", "because")
    return table("History of the plan", heads, [_change(change) for change in plan.history])


def _change(change: Change) -> Markup:
    return tag(
        "tr",
        tag("th", tag("code", change.field), attributes={"scope": "row"}),
        tag("td", words.knob(change.before), " → ", tag("strong", words.knob(change.after))),
        tag("td", change.by),
        tag("td", words.printable(change.because)),
    )


def _run(comparison: Comparison) -> Markup:
    detectors = [(words.named(t.concept), t.detector) for t in comparison.targets]
    detectors += [(words.named(k.concept), k.detector) for k in comparison.kept]
    rows = [
        ("Seeds", words.seed_words(pair.seed for pair in comparison.pairs)),
        ("Passes per step without", _number(comparison.passes_per_step_without)),
        ("Passes per step with", _number(comparison.passes_per_step)),
        ("Time", data(comparison.seconds, words.duration(comparison.seconds))),
        (
            "Identical outputs",
            tag(
                "span",
                _number(comparison.identical_outputs),
                f" of {words.plural(len(comparison.pairs), 'pair')}",
            ),
        ),
        (
            "Detectors",
            tag("ul", *(tag("li", f"{concept}: ", tag("code", detector)) for concept, detector in detectors)),
        ),
    ]
    cells = [
        tag("tr", tag("th", name, attributes={"scope": "row"}), tag("td", value)) for name, value in rows
    ]
    return table("The run", (), cells, "run")


def _number(value: float) -> Markup:
    return data(value, words.amount(value))


def _cell(*children: str) -> Markup:
    return tag("td", *children, attributes={"class": "number"})


def table(caption: str, heads: Sequence[str], rows: Sequence[Markup], kind: str = "") -> Markup:
    """A table that scrolls by itself on a narrow screen. A head that begins with # stands over numbers."""
    cells = [
        tag(
            "th",
            words.titled(head.removeprefix("#")),
            attributes={"scope": "col", "class": "number" if head[0] == "#" else False},
        )
        for head in heads
    ]
    drawn = tag(
        "table",
        tag("caption", caption),
        *([tag("thead", tag("tr", *cells))] if heads else []),
        tag("tbody", *rows),
        attributes={"class": kind or False},
    )
    return tag(
        "div", drawn, attributes={"class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"}
    )
