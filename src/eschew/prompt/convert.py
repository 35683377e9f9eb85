"""From one dialect to another: the meaning is kept, or a `Loss` says what was not and what was done instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import final

from eschew.prompt.dialects import Dialect, front_end
from eschew.prompt.tidy import tidy
from eschew.prompt.tree import WHOLE, Node, Part, When
from eschew.prompt.weights import settle, spell

__all__ = ["Conversion", "Loss", "convert_text"]


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """Something the target cannot say: the place in the source, what it was, why, and what was done instead."""

    span: tuple[int, int]
    what: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}; {self.instead}"


@final
@dataclass(frozen=True, slots=True)
class Conversion:
    """The text in the target dialect, and what got lost on the way; nothing was if `losses` is empty."""

    text: str
    losses: tuple[Loss, ...] = ()


def convert_text(text: str, source: str, target: str) -> Conversion:
    """`text` of dialect `source` in the words of `target`. The text itself if the two are the same."""
    if source == target:
        return Conversion(text)
    dialect = front_end(target)
    nodes, losses = tidy(front_end(source).read(text)), list[Loss]()
    for step in (_fit_parts, _fit_breaks, _fit_schedules, _fit_weights, _fit_glue):
        nodes, lost = step(tidy(nodes), dialect)
        losses += lost
    written = dialect.write(tidy(nodes))
    if meaning(dialect.read(written)) != meaning(nodes):
        losses.append(
            Loss(
                (0, len(text)),
                "the exact spelling",
                f"{target} has no escape for some sign in this text",
                "it was written as nearly as the dialect allows",
            )
        )
    return Conversion(written, tuple(sorted(losses, key=lambda loss: loss.span)))


def meaning(nodes: Sequence[Node]) -> list[tuple[str, float, When, Part, int]]:
    """What a model hears: each phrase with its weight, steps, part and chunk. White space around it is no matter."""
    return [
        (node.text.strip(), node.weight, node.when, node.part, node.chunk)
        for node in tidy(nodes)
        if node.role == "text" and node.text.strip()
    ]


def _fit_parts(nodes: list[Node], target: Dialect) -> tuple[list[Node], list[Loss]]:
    """Make one part of several where the target cannot join them as the source does."""
    marks = [node for node in nodes if node.role == "part"]
    joins = {mark.part.join for mark in marks}
    if not marks or (
        joins <= target.joins and (len(marks) > 1 or target.name == "neutral") and len(joins) == 1
    ):
        return nodes, []
    if target.name == "neutral":
        return nodes, []
    weighted = target.weights != "none"
    losses = [
        Loss(
            (mark.start, mark.end),
            f"part {mark.part.index + 1} ({mark.part.join}, weight {spell(mark.part.weight)})",
            f"{target.name} has no such parts",
            "it became a clause" + (", its weight a weight of its words" if weighted else ""),
        )
        for mark in marks
        if len(marks) > 1 or mark.part.weight != 1
    ]
    share = _shares(marks)
    merged: list[Node] = []
    chunk = 0  # each part counts its chunks anew; one prompt has one count
    for node in nodes:
        weight = settle(node.weight * share(node.part)) if node.role == "text" else 1.0
        merged.append(replace(node, part=WHOLE, weight=weight, chunk=chunk))
        chunk += node.role == "break"
    return list(_with_commas(merged, {"part"})), losses


def _shares(marks: list[Node]) -> Callable[[Part], float]:
    """What each part's weight is worth as a weight of its words: in a blend of n, 1/n of the whole is worth 1."""
    total = sum(mark.part.weight for mark in marks)

    def share(part: Part) -> float:
        if part.join == "blend" and total > 0:
            return part.weight * len(marks) / total
        return part.weight * (len(marks) if part.join == "blend raw" else 1)

    return share


def _fit_breaks(nodes: list[Node], target: Dialect) -> tuple[list[Node], list[Loss]]:
    if target.breaks:
        return nodes, []
    losses = [
        Loss((node.start, node.end), "the chunk border", f"{target.name} has none", "a comma stands there")
        for node in nodes
        if node.role == "break"
    ]
    single = [replace(node, chunk=0) for node in nodes]
    return (list(_with_commas(single, {"break"})), losses) if losses else (single, [])


def _fit_schedules(nodes: list[Node], target: Dialect) -> tuple[list[Node], list[Loss]]:
    """Put everything in at every step where the target has no steps; what was never in is left out."""
    if target.schedules:
        return nodes, []
    opened: list[Node] = []
    losses: list[Loss] = []
    for node in nodes:
        if node.role in ("switch", "turns"):
            opened.append(node)
        elif node.role == "end":
            start = opened.pop()
            kind = "alternatives, one a step," if start.role == "turns" else "the schedule"
            instead = "all of it is in at every step"
            losses.append(
                Loss((start.start, node.end), kind, f"{target.name} cannot tell steps apart", instead)
            )
    always = [replace(node, when=When()) for node in nodes if not (node.role == "text" and node.when.never)]
    kept = _with_commas(always, {"next"})
    return [node for node in kept if node.role not in ("switch", "turns", "end")], losses


def _fit_weights(nodes: list[Node], target: Dialect) -> tuple[list[Node], list[Loss]]:
    out: list[Node] = []
    left_out = False
    losses: list[Loss] = []
    for node in nodes:
        weight = node.weight
        if node.role != "text" or weight == 1 or target.weights == "any":
            out.append(node)
            continue
        if target.weights == "not negative" and weight >= 0:
            out.append(node)
            continue
        what = f"the weight {spell(weight)} of “{_short(node.text)}”"
        if target.weights == "not negative":
            why, instead = f"{target.name} has no weight below 0", "it is 0"
            out.append(replace(node, weight=0.0))
        elif weight > 0:
            why, instead = f"{target.name} has no weights", "it is 1"
            out.append(replace(node, weight=1.0))
        else:
            why, instead = f"{target.name} has no weights", "the words are left out"
            left_out = True
        losses.append(Loss((node.start, node.end), what, why, instead))
    return (_without_empty_clauses(out) if left_out else out), losses


def _without_empty_clauses(nodes: list[Node]) -> list[Node]:
    """Take away the commas that words left out leave behind."""
    merged = tidy(nodes)
    texts = [re.sub(r",(?:\s*,)+", ",", node.text).lstrip(", ") for node in merged]
    return [replace(node, text=text) for node, text in zip(merged, texts, strict=True) if text]


def _fit_glue(nodes: list[Node], target: Dialect) -> tuple[list[Node], list[Loss]]:
    """Say where two phrases touch that the target will part by a space."""
    losses: list[Loss] = []
    if not target.glues:
        for left, right in pairwise(nodes):
            if left.role == right.role == "text" and left.text[-1].isalnum() and right.text[0].isalnum():
                what = f"“{_short(left.text[-10:] + right.text[:10])}” in one piece"
                why = f"{target.name} joins phrases by a space"
                losses.append(Loss((left.start, right.end), what, why, "there is a space in it"))
    return nodes, losses


def _with_commas(nodes: list[Node], roles: set[str]) -> Iterator[Node]:
    """The nodes without those of `roles`; a comma is put where one of them stood between two texts."""
    last: Node | None = None
    gap = False
    for node in nodes:
        if node.role in roles:
            gap = last is not None
        else:
            if node.role == "text" and node.text.strip():
                if gap and last is not None and not last.text.rstrip().endswith(","):
                    yield Node("text", node.start, node.start, ", ", 1.0, node.when, node.part, node.chunk)
                gap, last = False, node
            yield node


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
