"""How far the forecast can be believed, as a page: said against came, from the words alone and after a first look."""

from __future__ import annotations

from pathlib import Path

from eschew.catalog.forecast_evidence import ForecastEvidence
from eschew.report.markup import tag
from eschew.report.page import write_whole
from eschew.report.plain import plain_page
from eschew.report.reliability import reliability_plot

DEFINITIONS = {
    "Effective": "Of the samples that had the thing, at least half lose it.",
    "Said, came": "Cases are sorted by their forecast into bins of equal count; each bin’s mean forecast stands against the "
    "share that came, with Wilson’s 95 % interval. On the dashed line the two are equal.",
    "Brier score": "Mean squared error of the probability; lower is better.",
    "AUROC": "How often an effective case had a higher forecast than one that is not; the interval is a bootstrap over concepts.",
}


def write_forecast_page(evidence: ForecastEvidence, out: Path) -> None:
    """Write the page of a forecast to `out`, whole or not at all. FileError if it cannot be written."""
    write_whole(out, forecast_page(evidence))


def forecast_page(evidence: ForecastEvidence) -> str:
    """The HTML itself."""
    return plain_page(
        f"How far the forecast for {evidence.model} can be believed",
        [
            tag("div", tag("h3", "From the words alone"), reliability_plot(evidence.scores)),
            tag("div", tag("h3", "After the first two steps"), reliability_plot(evidence.probed_scores)),
        ],
        DEFINITIONS,
    )
