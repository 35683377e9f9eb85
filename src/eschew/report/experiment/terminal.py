"""Verdicts → a terminal: the answers in sentences, then small tables. Reads the same without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eschew.lab.verdicts import Verdicts
from eschew.report import words
from eschew.report.experiment import telling
from eschew.report.terminal import facing, listed, plain, ruled

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

_STYLES = {"good": "bold green", "bad": "bold red", "plain": ""}


def print_verdicts(verdicts: Verdicts, console: Console) -> None:
    """Print what an experiment found to `console`: 80 columns are enough, and nothing relies on colour."""
    for block in _blocks(verdicts):
        console.print(block)
        console.print()


def _blocks(verdicts: Verdicts) -> list[RenderableType]:
    answers: list[tuple[str, str, str]] = [
        (
            target.verdict,
            telling.headline(target, verdicts.modality),
            _STYLES[telling.TONES.get(target.verdict, "plain")],
        )
        for target in telling.told(verdicts)
    ]
    if rare := telling.nothing_to_remove(verdicts):
        answers.append((telling.NOTHING_TO_REMOVE, rare, ""))
    blocks: list[RenderableType] = [
        plain(verdicts.question or verdicts.name, "bold"),
        plain(telling.facts(verdicts), "dim"),
        _arms(verdicts),
        facing(answers),
    ]
    if verdicts.kept:
        blocks.append(_kept(verdicts))
    if verdicts.moved:
        blocks.append(_moved(verdicts))
    if verdicts.remarks:
        blocks.append(listed("Remarks", [("-", remark) for remark in verdicts.remarks]))
    return blocks


def _arms(verdicts: Verdicts) -> Table:
    table = ruled("Arm", ("passes", "removed", "harm", "equal"))
    for arm in verdicts.arms:
        kind = (
            " (baseline)"
            if arm.against is None
            else " (placebo)"
            if arm.placebo and arm.name != "placebo"
            else ""
        )
        table.add_row(
            plain(arm.name + kind),
            words.amount(round(arm.passes_per_step, 2)),
            words.percent(arm.removed),
            words.percent(arm.harm),
            words.NOTHING if arm.against is None else f"{arm.identical} of {arm.pairs}",
        )
    return table


def _kept(verdicts: Verdicts) -> Table:
    table = ruled("What should stay", ("without", "with", "90 % of change"))
    table.add_column("arm")
    table.add_column("")
    for kept in (kept for kept in verdicts.kept if kept.verdict != "was not there"):
        table.add_row(
            plain(words.titled(words.named(kept.concept))),
            words.percent(kept.present_without),
            words.percent(kept.present_with),
            telling.change_range(kept),
            plain(kept.arm),
            plain(kept.verdict, _STYLES[telling.TONES.get(kept.verdict, "plain")]),
        )
    return table


def _moved(verdicts: Verdicts) -> Table:
    table = ruled("What else moved", ("mean", "placebo", "adjusted p"))
    table.add_column("arm")
    for moved in verdicts.moved:
        table.add_row(
            plain(words.titled(moved.measure.name)),
            plain(telling.amount_moved(moved, moved.mean)),
            plain(telling.amount_moved(moved, moved.placebo_mean)),
            words.NOTHING if moved.p_adjusted is None else words.p_words(moved.p_adjusted),
            plain(moved.arm),
        )
    return table
