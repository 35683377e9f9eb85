"""The page of the turbos, made from what was measured: `python -m eschew.catalog.turbo_page docs/turbo.md` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eschew.catalog.method_evidence import Rate
from eschew.catalog.turbo_evidence import TurboEvidence, turbo_evidence

__all__ = ["page"]

MADE = (
    "<!-- Made from src/eschew/catalog/evidence/turbo.json by `python -m eschew.catalog.turbo_page docs/turbo.md`. "
    "Run `python -m benchmarks.turbo`, not an editor. -->"
)
HEAD = """# Negatives on turbo models

The embedded turbos take eight steps of one pass, with guidance distilled into their weights, as the few-step models that
people know. Guidance on top of that is the first thing that people try. Here it stands beside what works instead, on the
same paired seeds, none of them among those that settings were chosen on; `python -m benchmarks.turbo` runs it again.
[Decision 0009](decisions/0009-contrast.md) counts contrast once more, on seeds that nobody had seen before its settings stood."""
HOW = """*Removed* is counted among the pairs that had the thing, *kept* among those that had what the prompt asks for; in
brackets 95 % Wilson intervals. The *placebo* is a negative that names nothing of the matter, sent through the same arm: what
it removes and moves, any word would. *Moved* is how far the two of a pair are apart: {moved}.
*Burnt* is the share of samples with more contrast than any without a negative and than any of the base model's, without and with
the same negative: the deviation of the log-mel spectrogram, or of the pixels. *Passes* and *time* are multiples of the unguided run; the time is the median of
twelve samples, the arms taking turns."""
MOVED = "dB of the log-mel spectrogram for music, and for pictures as the lab measures them"
COLUMNS = "| arm | removed | by the placebo | kept | moved | by the placebo | burnt | passes | time |"


def page(rows: Sequence[TurboEvidence]) -> str:
    """The whole page, Markdown."""
    parts = [MADE, HEAD, HOW.format(moved=MOVED)]
    for case in dict.fromkeys((row.model, row.prompt, row.negative_prompt) for row in rows):
        parts += _case([row for row in rows if (row.model, row.prompt, row.negative_prompt) == case])
    return "\n\n".join(parts) + "\n"


def _case(rows: list[TurboEvidence]) -> Iterator[str]:
    first = rows[0]
    present = ", ".join(f"{name} in {rate:.0%}" for name, rate in first.present.items())
    yield f"## {first.model}: {first.prompt}"
    yield (
        f"Negative: *{first.negative_prompt}*; placebo: *{first.placebo}*; {first.pairs} pairs. "
        f"Without a negative: {present}."
    )
    yield "\n".join([COLUMNS, "|---" * (COLUMNS.count("|") - 1) + "|", *map(_row, rows)])


def _row(row: TurboEvidence) -> str:
    rates = (_rates(row.removed), _rates(row.removed_by_placebo), _rates(row.kept))
    numbers = (row.moved, row.moved_by_placebo, row.burnt, row.passes, row.seconds)
    return f"| {row.arm} | {' | '.join(rates)} | {' | '.join(f'{number:.2f}' for number in numbers)} |"


def _rates(rates: Mapping[str, Rate]) -> str:
    return "; ".join(f"{name} {rate:.2f} ({low:.2f}–{high:.2f})" for name, (rate, low, high) in rates.items())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(turbo_evidence()), "utf-8")
