"""Schedules inside a text: where `[a:b:0.5]` and `[a|b]` begin, turn and end, by A1111's grammar.

The grammar nests, and a bracket that fits nowhere may stand only outside all groups. So one stray sign makes
every bracket that is open around it stray too, and one pass with a stack finds what is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, final

from eschew.prompt.tree import Moment, Tiler, When
from eschew.prompt.weights import number

__all__ = ["LATEST", "Border", "Opened", "find_borders", "lay_border", "read_moment"]

LATEST = 1e6
"""A moment later than this is this one: no run has so many steps."""

SIGN = re.compile(r"\\[^\n]|[\\\[\]()|:]")
MOMENT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
HINT = re.compile(r"\||[\d.]\s*+\]")  # without one of these there is no schedule, and no need to look closer


@final
class Border(NamedTuple):
    """A sign of structure at [start, end): it opens, divides or closes a schedule with `turns` alternatives."""

    start: int
    end: int
    role: Literal["switch", "turns", "next", "end"]
    moment: Moment | None
    turns: int


@final
class Opened(NamedTuple):
    """A schedule that text is being laid into: the steps around it, its moment if it is a switch, the turn."""

    around: When
    moment: Moment | None
    turns: int
    turn: int


@final
@dataclass(slots=True)
class _Frame:
    bracket: str
    place: int
    colons: list[int] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)


def find_borders(text: str, start: int, end: int) -> list[Border]:
    """All borders of schedules in text[start:end], in order; none if the grammar would give up."""
    if not HINT.search(text, start, end):
        return []
    found: list[Border] = []
    frames: list[_Frame] = []
    for sign in SIGN.finditer(text, start, end):
        char, place = sign[0], sign.start()
        if char in "([":
            frames.append(_Frame(char, place))
        elif char == ":":
            if frames:
                frames[-1].colons.append(place)
        elif char == "|":
            if not frames:
                return []
            frames[-1].bars.append(place)
        elif char in ")]":
            borders = _close(text, frames[-1], char, place) if frames else None
            if borders is not None:
                frames.pop()
                found += borders
            elif any(frame.bars for frame in frames):
                return []
            else:
                frames.clear()
        elif char == "\\":
            return []
    return [] if any(frame.bars for frame in frames) else sorted(found)


def _close(text: str, frame: _Frame, closer: str, place: int) -> list[Border] | None:
    """The borders of the group that `closer` ends; None if the grammar has no such group."""
    colons, bars = frame.colons, frame.bars
    if frame.bracket == "(":
        return [] if closer == ")" and not bars and len(colons) < 2 else None
    if closer == ")" or (bars and colons):
        return None
    first = frame.place
    if bars:
        middle = [Border(bar, bar + 1, "next", None, 0) for bar in bars]
        turns = len(bars) + 1
        return [
            Border(first, first + 1, "turns", None, turns),
            *middle,
            Border(place, place + 1, "end", None, 0),
        ]
    if not colons:
        return []
    moment = read_moment(text[colons[-1] + 1 : place]) if len(colons) < 3 else None
    if moment is None:
        return None
    # `[b:t]` has its border right after the bracket: nothing comes before b
    border = (colons[0], colons[0] + 1) if len(colons) == 2 else (first + 1, first + 1)
    return [
        Border(first, first + 1, "switch", moment, 2),
        Border(*border, "next", None, 0),
        Border(colons[-1], place + 1, "end", moment, 0),
    ]


def read_moment(text: str) -> Moment | None:
    """A share of the run if the number has a point, else a step; at most LATEST, at least 0; None if no number."""
    digits = text.strip() if len(text) < 1000 else ""
    value = number(digits) if MOMENT.fullmatch(digits) else None
    if value is None:
        return None
    value = min(max(value, 0.0), LATEST)
    return Moment(round(value, 6), True) if "." in digits else Moment(float(int(value)), False)


def lay_border(border: Border, opened: list[Opened], tiler: Tiler) -> None:
    """Lay the node of `border`, and put the text after it into its steps."""
    if border.role == "end":
        around, moment, _, _ = opened.pop()
        tiler.mark("end", border.end, moment)
        tiler.schedule(around)
        return
    tiler.mark(border.role, border.end, border.moment)
    if border.role == "next":
        around, moment, turns, turn = opened.pop()
        turn += 1
    else:
        around, moment, turns, turn = tiler.when, border.moment, border.turns, 0
    opened.append(Opened(around, moment, turns, turn))
    if moment is None:
        tiler.schedule(around.taking(turn, turns))
    else:
        tiler.schedule(around.after(moment) if turn else around.until(moment))
