"""How far a forecast can be believed: what it said against what came, in bins, with the line where the two are equal."""

from __future__ import annotations

from eschew.catalog.forecast_evidence import Bin, Scores
from eschew.report import words
from eschew.report.chart import Axis, chart, mark, stroke
from eschew.report.markup import Markup, data, tag
from eschew.report.sections import table


def reliability_plot(scores: Scores) -> Markup:
    """Each bin as a circle with Wilson's interval of what came; the scores in a sentence; the bins as a table."""
    shapes = [stroke("equal", (0, 0), (100, 100))]
    for found in scores.reliability:
        low, high = found.interval
        shapes.append(stroke("interval", (100 * found.said, 100 * low), (100 * found.said, 100 * high)))
        shapes.append(mark("point front", 100 * found.said, 100 * found.came, 5.5, _told(found)))
    told = "Said against came. " + "; ".join(_told(found) for found in scores.reliability)
    low, high = scores.auroc_interval
    summary = tag(
        "p",
        "Brier score ",
        data(scores.brier, f"{scores.brier:.3f}"),
        " (saying the overall rate every time: ",
        data(scores.brier_of_base_rate, f"{scores.brier_of_base_rate:.3f}"),
        "), AUROC ",
        data(scores.auroc, f"{scores.auroc:.2f}"),
        f" (95 % interval {low:.2f}–{high:.2f}), over {words.plural(scores.cells, 'case')} of "
        f"{words.plural(scores.concepts, 'concept')} and {words.plural(scores.prompts, 'prompt')} that were left out when "
        "it was learnt.",
    )
    plot = chart(told, Axis("What the forecast said"), Axis("How often it came"), shapes, "reliability-plot")
    return tag("div", plot, summary, _table(scores), attributes={"class": "with-chart"})


def _told(found: Bin) -> str:
    return f"said {words.percent(found.said)}, came {words.percent(found.came)} of {found.n}"


def _table(scores: Scores) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", data(found.said, words.percent(found.said)), attributes={"class": "number"}),
            tag("td", data(found.came, words.percent(found.came)), attributes={"class": "number"}),
            tag("td", words.percent_range(found.interval), attributes={"class": "number note"}),
            tag("td", str(found.n), attributes={"class": "number"}),
        )
        for found in scores.reliability
    ]
    return table("Reliability", ("#said", "#came", "#95 % interval", "#cases"), rows)
