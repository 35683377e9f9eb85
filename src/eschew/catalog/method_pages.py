"""The pages of the methods, made from the catalogue: `python -m eschew.catalog.method_pages docs/methods` writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eschew.catalog.method_evidence import MethodEvidence, Rate, method_evidence
from eschew.catalog.method_facts import Cost, MethodFacts, Preset, method, methods
from eschew.catalog.model_facts import models

__all__ = ["cost_in_words", "page", "pages", "runs_on", "write_pages"]

MADE = (
    "<!-- Made from the catalogue by `python -m eschew.catalog.method_pages docs/methods`. Change src/eschew/catalog, "
    "not this page. -->"
)
KINDS = {
    "velocity": "The model's predictions are combined",
    "attention": "The layers that read the text are steered",
    "words": "Other words in the prompt",
    "host": "The host's own field",
}
NEEDS = {
    "guidance": "guidance that is not distilled away",
    "text-attention": "layers that read the text, and a hold on them",
    "field": "a host that takes a negative",
    "nothing": "nothing",
}
NOT_MEASURED = "Not measured on an embedded model in this version."


def runs_on(method_id: str) -> tuple[str, ...]:
    """The models of the catalogue on which eschew runs a method, at some host."""
    return tuple(
        facts.id
        for facts in models()
        if method_id in facts.methods or any(method_id in (host.methods or ()) for host in facts.hosts)
    )


def cost_in_words(cost: Cost) -> str:
    """Forward passes per step, in short: "2", "1.1 to 2"."""
    return f"{cost.passes:g}" if cost.max_passes is None else f"{cost.passes:g} to {cost.max_passes:g}"


def page(method_id: str) -> str:
    """The page of one method, Markdown. Raises UnknownNameError with the closest names."""
    facts = method(method_id)
    return "\n".join(_lines(facts)) + "\n"


def index() -> str:
    """The list of all methods."""
    lines = ["# Methods", "", "Ways to make a negative act. `eschew methods NAME` prints a page."]
    for kind, title in KINDS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| method | passes per step | works without guidance | what it does |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| [{facts.id}]({facts.id}.md) | {cost_in_words(facts.cost)} | {'yes' if facts.suits_distilled else 'no'} "
            f"| {_cell(facts.about)} |"
            for facts in methods()
            if facts.kind == kind
        ]
    return "\n".join(lines) + "\n"


def pages() -> Mapping[str, str]:
    """File name → content of every page."""
    made = {f"{facts.id}.md": page(facts.id) for facts in methods()}
    return {name: f"{MADE}\n\n{text}" for name, text in {"README.md": index(), **made}.items()}


def write_pages(folder: Path) -> tuple[str, ...]:
    """Write every page into `folder`, and remove pages of methods that are gone; the names written."""
    made = pages()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(made)


def _lines(facts: MethodFacts) -> Iterator[str]:
    yield f"# {facts.title} (`{facts.id}`)"
    yield from ("", facts.about, "", "```", facts.formula, "```", "")
    yield from ("| | |", "|---|---|")
    yield f"| kind | {KINDS[facts.kind].lower()} |"
    yield f"| passes per step | {cost_in_words(facts.cost)} (1 is the prompt alone). {_cell(facts.cost.note)} |"
    yield f"| needs | {NEEDS[facts.needs]} |"
    yield f"| where guidance was distilled away | {'works' if facts.suits_distilled else 'does not work'} |"
    yield f"| reads the null beside the negative | {'yes' if facts.uses_null else 'no'} |"
    yield f"| a strength for each of several negatives | {'yes' if facts.several_negatives else 'no'} |"
    yield f"| remembers the step before | {'yes' if facts.stateful else 'no'} |"
    yield from ("", "## Where it works", "", f"Families: {', '.join(facts.families) or 'none'}.")
    if facts.never:
        yield f"Known to fail on: {', '.join(facts.never)}."
    there = runs_on(facts.id)
    yield f"Models of the catalogue: {', '.join(there) if there else 'none yet'}."
    yield from _knobs(facts)
    yield from _presets(facts.presets)
    yield from ("", "## Measured", "")
    yield from _measured(method_evidence(facts.id))
    if facts.fails:
        yield from ("", "## Where it fails", "", *(f"- {line}" for line in facts.fails))
    yield from (
        "",
        "## Source",
        "",
        f"{facts.source} ({facts.date}, {facts.confidence}). Cost: {facts.cost.source}.",
    )


def _knobs(facts: MethodFacts) -> Iterator[str]:
    if not facts.knobs:
        return
    yield from (
        "",
        "## Knobs",
        "",
        "| knob | default | from | to | off at | what it does |",
        "|---|---|---|---|---|---|",
    )
    for knob in facts.knobs:
        low, high, off = ("–" if value is None else f"{value:g}" for value in (knob.min, knob.max, knob.off))
        yield f"| `{knob.name}` | {knob.default:g} | {low} | {high} | {off} | {_cell(knob.about)} |"


def _presets(presets: Sequence[Preset]) -> Iterator[str]:
    if not presets:
        return
    yield from ("", "## Presets", "", "| preset | for | knobs | note | source |", "|---|---|---|---|---|")
    for preset in presets:
        whom = ", ".join(preset.models) or preset.for_other_models or "any model"
        knobs = ", ".join(f"{setting.name} {setting.value:g}" for setting in preset.knobs)
        yield f"| {preset.name} | {_cell(whom)} | {knobs} | {_cell(preset.note)} | {_cell(preset.source)} |"


def _measured(rows: Sequence[MethodEvidence]) -> Iterator[str]:
    """Rates with their 95 % intervals, one line a model and negative."""
    if not rows:
        yield NOT_MEASURED
        return
    yield "Paired seeds: the same noise without and with the negative. Rates with 95 % intervals, as the shipped listeners hear it."
    yield from (
        "",
        "| model | knobs | pairs | removed | kept | moved | passes per step |",
        "|---|---|---|---|---|---|---|",
    )
    for row in rows:
        knobs = ", ".join(f"{name} {value:g}" for name, value in row.knobs.items()) or "–"
        yield (
            f"| {row.model} | {knobs} | {row.pairs} | {_rates(row.removed)} | {_rates(row.kept)} "
            f"| {row.moved:.1f} dB | {row.passes:.2f} |"
        )
    yield ""
    for asked in dict.fromkeys((row.prompt, row.negative_prompt) for row in rows if row.prompt):
        yield f"Prompt: “{asked[0]}”. Negative: “{asked[1]}”."


def _rates(rates: Mapping[str, Rate]) -> str:
    return (
        "; ".join(f"{name} {rate:.2f} ({low:.2f}–{high:.2f})" for name, (rate, low, high) in rates.items())
        or "–"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/methods"))
