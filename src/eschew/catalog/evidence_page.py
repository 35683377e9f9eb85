"""The page of the evidence, made from the catalogue: `python -m eschew.catalog.evidence_page docs` writes it and its plot."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from eschew.catalog.claim_evidence import Answer, ClaimVerdict, Tally, claim_verdicts
from eschew.catalog.forecast_evidence import ForecastEvidence, Scores, forecast_evidence
from eschew.catalog.model_facts import model_ids
from eschew.catalog.reliability_plot import drawn
from eschew.catalog.tuned_evidence import TunedEvidence, TunedSide, tuned_evidence

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
    for search in tuned_evidence():
        parts += _tuned(search)
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


def _tuned(found: TunedEvidence) -> Iterator[str]:
    chosen, proof = found.chosen, found.proof
    strength = "" if chosen.negative_scale is None else f", strength {chosen.negative_scale:g}"
    yield f"## A search, proven: {found.model}"
    yield (
        f"*{found.prompt}*, without *{chosen.negative_prompt}*. `eschew tune` took {found.passes:,} of {found.budget:,} "
        f"forward passes and chose {chosen.method}{strength}, window {chosen.window[0]:g} to {chosen.window[1]:g}, guidance "
        f"{chosen.guidance_scale:g}. On {proof.pairs} seeds that the search never saw:"
    )
    rows = [_side("default plan", proof.default), _side("chosen plan", proof.chosen)]
    head = ["| | removed | lost of what should stay | harm | passes per step |", "|---|---|---|---|---|"]
    yield "\n".join([*head, *rows])
    low, high = proof.removed_difference_ci95
    harm = "" if proof.harm_ratio is None else f"{proof.harm_ratio:.0%} of the harm and "
    yield (
        f"That is {harm}{proof.passes_ratio:.0%} of the passes; removed {proof.removed_difference:+.2f} ({low:+.2f} to "
        f"{high:+.2f}). Harm is the share of its probability that what should stay lost."
    )


def _side(name: str, side: TunedSide) -> str:
    removed, lost = (
        f"{rate:.2f} ({interval[0]:.2f} to {interval[1]:.2f}) of {n}"
        if rate is not None
        else "nothing to lose"
        for rate, interval, n in (
            (side.removed, side.removed_ci95, side.had),
            (side.lost, side.lost_ci95, side.kept_had),
        )
    )
    return f"| {name} | {removed} | {lost} | {side.score.harm:.3f} | {side.score.passes:.2f} |"


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, content in files().items():
        (folder / name).write_text(content, encoding="utf-8")
