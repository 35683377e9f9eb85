"""The page of the evidence, made from the catalogue: `python -m eschew.catalog.evidence_page docs` writes it and its plot."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from eschew.catalog.claim_evidence import Answer, ClaimVerdict, Tally, claim_verdicts
from eschew.catalog.forecast_evidence import ForecastEvidence, Scores, forecast_evidence
from eschew.catalog.model_facts import model_ids
from eschew.catalog.reliability_plot import drawn

__all__ = ["files", "page"]

MADE = (
    "<!-- Made from src/eschew/catalog/evidence/*.json by `python -m eschew.catalog.evidence_page docs`. "
    "Run `eschew evidence`, not an editor. -->"
)
HEAD = """# Evidence

What the field says about negative prompts, put to the test on the embedded models. Each claim was written down with its
prompts, its arms and the rule that decides before anything was run; what does not hold is reported as what does. Prompts
were looked at once before, on two other seeds and without a negative, to see that there is something to remove.

These models are small and their world is small. A verdict is about the model it names, and about no other: what carries
over is the way of asking. `eschew evidence` runs all of it again, and `eschew experiment` the same questions on yours."""
HOW = """## How to read it

A pair is one prompt with one seed, run in two arms that differ in one thing, on the same noise. An effect is a mean over
pairs; its interval (95 %) is the wider of two, one for other seeds and one for other prompts. A question is decided where
the interval's side of the margin is sure at 2.5 % one-sided, corrected by Holm over the questions of the claim: *holds*,
*does not hold here*, or *undecided*. A claim holds if every question that decides it does, and does not if one of them does
not. Questions marked with ° are beside the claim and decide nothing."""


def page() -> str:
    """The whole page, Markdown."""
    verdicts = claim_verdicts()
    parts = [MADE, HEAD, *_overview(verdicts), HOW]
    for verdict in verdicts:
        parts += _claim(verdict)
    for found in _forecasts():
        parts += _forecast(found)
    return "\n\n".join(parts) + "\n"


def files() -> dict[str, str]:
    """File name → content: the page, and a plot for each forecast."""
    plots = {
        _plot(f): drawn(f.scores.reliability, f"Reliability of the forecast for {f.model}")
        for f in _forecasts()
    }
    return {"evidence.md": page(), **plots}


def _forecasts() -> list[ForecastEvidence]:
    return [found for name in model_ids() if (found := forecast_evidence(name)) is not None]


def _plot(found: ForecastEvidence) -> str:
    return f"reliability-{found.model}.svg"


def _overview(verdicts: tuple[ClaimVerdict, ...]) -> Iterator[str]:
    if not verdicts:
        yield "Nothing has been run yet."
        return
    rows = [
        f"| ({v.letter}) | [{v.title}](#{_anchor(v)}) | {v.model} | **{v.standing}** | {v.pairs} | {v.prompts} |"
        for v in verdicts
    ]
    yield "\n".join(["| | claim | model | verdict | pairs | prompts |", "|---|---|---|---|---|---|", *rows])


def _anchor(verdict: ClaimVerdict) -> str:
    return f"claim-{verdict.letter}-{verdict.model}"


def _claim(verdict: ClaimVerdict) -> Iterator[str]:
    yield f'<a id="{_anchor(verdict)}"></a>\n\n## ({verdict.letter}) {verdict.title}'
    yield f"{verdict.says} *{verdict.source}*"
    yield f"On {verdict.model}: **{verdict.standing}**."
    yield "\n".join(
        [
            "| question | effect (95 %) | pairs | prompts | rule | |",
            "|---|---|---|---|---|---|",
            *(_answer(answer) for answer in verdict.answers),
        ]
    )
    yield "Effects: " + "; ".join(dict.fromkeys(answer.measure for answer in verdict.answers)) + "."
    yield "\n".join(["| what was seen | | n |", "|---|---|---|", *(_tally(tally) for tally in verdict.seen)])
    if verdict.caveat:
        yield verdict.caveat
    yield (
        f"Experiments: {', '.join(verdict.experiments)}; {verdict.pairs} pairs over {verdict.prompts} prompts, up to "
        f"{verdict.seeds} seeds each. Engine {verdict.engine}; judged by {verdict.detectors}."
    )


def _answer(answer: Answer) -> str:
    low, high = answer.interval
    mark = "" if answer.decisive else " °"
    rule = answer.rule.split(";")[0]
    return (
        f"| {answer.asks}{mark} | {answer.effect:.2f} ({low:.2f} to {high:.2f}) | {answer.pairs} | {answer.prompts} "
        f"| {rule} | **{answer.standing}** |"
    )


def _tally(tally: Tally) -> str:
    low, high = tally.interval
    unit = f" {tally.unit}" if tally.unit else ""
    return f"| {tally.name} | {tally.value:.2f} ({low:.2f} to {high:.2f}){unit} | {tally.n} |"


def _forecast(found: ForecastEvidence) -> Iterator[str]:
    yield f"## Forecast for {found.model}"
    yield (
        "`eschew check` says beforehand how probable it is that a negative will be effective: that of the clips which "
        "would have the thing, at least half lose it. The forecast knows the words, the model and the plan, and has "
        f"learned from {found.scores.cells} cells (one concept, one prompt, one plan; at least {found.fewest_had} clips "
        f"that had it). {found.scores.effective:.0%} of them were effective. Its scores are for cells whose concept and "
        "whose prompt were both left out of the fit; how features are scaled was chosen with these scores in view, among "
        "three ways, which flatters them by about .01."
    )
    rows = [
        _scores("words and plan", found.scores),
        _scores("… and a look at the first two steps", found.probed_scores),
    ]
    yield "\n".join(
        [
            "| from | AUROC (95 %) | Brier | Brier of the overall rate | cells | concepts | prompts |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )
    yield (
        f"![What was said against what came, in {len(found.scores.reliability)} bins]({_plot(found)})\n\n"
        "How far it can be taken at its word: cells in order of what was said, in bins of equal size."
    )
    bins = [
        f"| {b.said:.2f} | {b.came:.2f} ({b.interval[0]:.2f} to {b.interval[1]:.2f}) | {b.n} |"
        for b in found.scores.reliability
    ]
    yield "\n".join(["| said | came (95 %) | cells |", "|---|---|---|", *bins])


def _scores(name: str, scores: Scores) -> str:
    low, high = scores.auroc_interval
    return (
        f"| {name} | {scores.auroc:.2f} ({low:.2f} to {high:.2f}) | {scores.brier:.3f} "
        f"| {scores.brier_of_base_rate:.3f} | {scores.cells} | {scores.concepts} | {scores.prompts} |"
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, content in files().items():
        (folder / name).write_text(content, encoding="utf-8")
