"""How far a forecast can be believed, for a page: the drawing of the documents, its scores in a sentence, its bins in a table."""

from __future__ import annotations

from eschew.catalog.forecast_evidence import Scores
from eschew.catalog.reliability_plot import drawn
from eschew.report import words
from eschew.report.markup import Markup, data, tag
from eschew.report.sections import table


def reliability_plot(scores: Scores) -> Markup:
    """What was said against what came, bin by bin."""
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
    title = f"What was said against what came, in {words.plural(len(scores.reliability), 'bin')}"
    plot = tag(
        "figure", Markup(drawn(scores.reliability, title)), attributes={"class": "chart reliability-plot"}
    )
    beside = tag("div", summary, _table(scores))
    return tag("div", plot, beside, attributes={"class": "with-chart beside"})


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
