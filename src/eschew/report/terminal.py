"""Comparison → a terminal: the verdict in sentences, then small tables. Reads the same without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eschew.lab.values import Comparison
from eschew.report import words

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

_STYLES = {"removed": "bold green", "reduced": "green", "made worse": "bold red"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print what a comparison found to `console`: 80 columns are enough, and nothing relies on colour."""
    for block in _blocks(comparison):
        console.print(block)
        console.print()


def _blocks(comparison: Comparison) -> list[RenderableType]:
    pairs = words.plural(len(comparison.pairs), "pair")
    seeds = words.seed_words(pair.seed for pair in comparison.pairs)
    passes = (
        f"{words.amount(comparison.passes_per_step_without)} → {words.amount(comparison.passes_per_step)}"
    )
    facts = (comparison.model, pairs, f"seeds {seeds}", f"passes per step {passes}")
    blocks: list[RenderableType] = [
        plain(" · ".join((*facts, words.duration(comparison.seconds))), "dim"),
        facing([("Prompt", comparison.prompt, ""), ("Negative", comparison.negative_prompt, "")]),
        facing(
            [
                (
                    target.verdict,
                    words.headline(target, len(comparison.pairs), words.things(comparison)),
                    _STYLES.get(target.verdict, ""),
                )
                for target in comparison.targets
            ]
        ),
    ]
    if comparison.kept:
        blocks.append(_kept(comparison))
    if comparison.moved:
        blocks.append(_moved(comparison))
    if comparison.identical_outputs:
        blocks.append(plain(f"Identical, byte for byte: {comparison.identical_outputs} of {pairs}.", "bold"))
    if comparison.remarks:
        blocks.append(listed("Remarks", [("-", remark) for remark in comparison.remarks]))
    if comparison.plan_with.history:
        blocks.append(listed("How the plan came about", _changes(comparison)))
    blocks.append(plain(f"plan {comparison.plan_with.digest}", "dim"))
    return blocks


def _kept(comparison: Comparison) -> Table:
    table = ruled("What should stay", ("without", "with", "kept", "95 % interval"))
    for kept in comparison.kept:
        table.add_row(
            plain(words.titled(words.named(kept.concept)) + ("" if kept.asked else " (not asked for)")),
            words.percent(kept.present_without),
            words.percent(kept.present_with),
            words.percent(kept.kept),
            words.NOTHING if kept.kept is None else words.percent_range(kept.kept_ci95),
        )
    return table


def _moved(comparison: Comparison) -> Table:
    table = ruled("What else moved", ("mean", "95 % interval"))
    table.add_column("", ratio=1)
    for moved in comparison.moved:
        table.add_row(
            plain(words.titled(moved.measure)),
            plain(words.moved_mean(moved)),
            words.moved_range(moved),
            plain(moved.meaning),
        )
    return table


def _changes(comparison: Comparison) -> list[tuple[str, str]]:
    return [
        ("-", f"{c.field}: {words.knob(c.before)} → {words.knob(c.after)}, by {c.by}: {c.because}")
        for c in comparison.plan_with.history
    ]


def ruled(first: str, numbers: tuple[str, ...]) -> Table:
    """A table with a rule under its heads: a first column, then columns of numbers."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(first)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def facing(rows: list[tuple[str, str, str]]) -> Table:
    """Labels on the left, text beside them that wraps within its own column."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for label, text, style in rows:
        grid.add_row(plain(words.titled(label), style or "bold"), plain(text))
    return grid


def listed(title: str, rows: list[tuple[str, str]]) -> RenderableType:
    """A title, and marked lines under it."""
    from rich.console import Group

    return Group(plain(title, "bold"), facing([(mark, text, "dim") for mark, text in rows]))


def plain(text: str, style: str = "") -> Text:
    """Text that rich takes literally: a prompt may contain [brackets] or worse."""
    from rich.text import Text

    return Text(words.printable(text), style=style)
