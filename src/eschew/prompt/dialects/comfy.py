r"""ComfyUI, after `comfy/sd1_clip.py`, read 2026-11.

    (x)  ×1.1, and this nests      (x:1.3)  is 1.3 whatever stands around it      (x:word)  ×1.1, text kept
    \( \)  the character itself      [ ] | BREAK AND and schedules are text

Brackets are counted, not matched, and that has two consequences kept here:
- A `)` too many makes the next `(` text, and all that follows until a `(` too many evens the count.
- From a `(` that is never closed, the rest of the text is text, brackets and weights included: the 1.3 of
  `((blurry:1.3), text` is not heard. Only if the very last character is a `)` does it close that bracket, the
  one before it the next open one, and so on.

Where this reader is milder: `inf` and `nan` are words here, numbers there.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from eschew.prompt.dialects.dialect import Dialect
from eschew.prompt.tree import Node, Tiler
from eschew.prompt.weights import LONGEST, UP, ladder, number, spell

__all__ = ["COMFY"]

TOKEN = re.compile(
    r"(?P<escape>(?:\\[()])+)|(?P<open>\(+)|(?P<close>\)+)|(?P<colon>:)|(?P<text>(?:[^\\():]++|\\(?![()]))++)"
)


@final
@dataclass(slots=True)
class _Counts:
    """What counting the brackets of a text tells."""

    weights: dict[int, float]  # of each `(` that has a number
    numbers: dict[int, int]  # from the colon before that number to the place of its `)`
    unclosed: array[int]  # each `(` that no `)` answers


def read(text: str) -> tuple[Node, ...]:
    """Count, settle what the unclosed brackets mean, then lay the nodes."""
    counts = _count(text, None)
    end = len(text)
    if counts.unclosed and _is_closer(text, end - 1):
        partners = array("q", [-1]) * end
        counts = _count(text, partners)
        end = _close_late(text, counts, partners)
    return _lay(text, counts, end)


def _count(text: str, partners: array[int] | None) -> _Counts:
    """One pass; `partners`, if given, is filled with the `(` of each `)`."""
    counts = _Counts({}, {}, array("q"))
    stack, missing, colon = counts.unclosed, 0, -1
    for token in TOKEN.finditer(text):
        kind, start, end = token.lastgroup, token.start(), token.end()
        if kind == "open":
            stray = min(missing, end - start)
            missing -= stray
            stack.extend(range(start + stray, end))
        elif kind == "close":
            if stack and colon > stack[-1] + 1:
                weight = number(text[colon + 1 : start]) if start - colon <= LONGEST else None
                if weight is not None:
                    counts.weights[stack[-1]] = weight
                    counts.numbers[colon] = start
            closing = min(len(stack), end - start)
            if partners is not None and closing:
                partners[start : start + closing] = stack[: -closing - 1 : -1]
            del stack[len(stack) - closing :]
            missing += end - start - closing
        if kind != "text":
            colon = start if kind == "colon" else -1
    return counts


def _is_closer(text: str, place: int) -> bool:
    return place > 0 and text[place] == ")" and text[place - 1] != "\\"


def _close_late(text: str, counts: _Counts, partners: array[int]) -> int:
    """Let the `)` at the end of the text close the first unclosed `(`, and so on inwards; where this stops.

    Each `)` so used leaves the `(` it would have answered unclosed, at the end of the queue.
    """
    queue, end = deque(counts.unclosed), len(text)
    while queue and end - 1 > queue[0] and _is_closer(text, end - 1):
        opener, closer = queue.popleft(), end - 1
        queue.append(partners[closer])
        counts.weights.pop(partners[closer], None)
        end = closer
        colon = text.rfind(":", max(opener + 2, closer - LONGEST), closer)
        weight = number(text[colon + 1 : closer]) if colon >= 0 else None
        if weight is not None:
            counts.weights[opener] = weight
            counts.numbers[colon] = closer
            end = colon
    counts.unclosed = array("q", queue)
    return end


def _lay(text: str, counts: _Counts, end: int) -> tuple[Node, ...]:
    tiler = Tiler(text)
    stack = array("d")
    # From the first bracket that stays unclosed up to `end`, brackets and numbers are text.
    deaf = counts.unclosed[0] if counts.unclosed else len(text)
    missing = 0
    for token in TOKEN.finditer(text):
        kind, start, stop = token.lastgroup, token.start(), token.end()
        if kind == "escape":
            tiler.lay("escape", stop)
        elif kind == "colon" and start in counts.numbers and not deaf <= start < end:
            tiler.lay("markup", counts.numbers[start])
        elif kind == "open":
            stray = min(missing, stop - start)
            missing -= stray
            tiler.lay("text", start + stray)
            acting = range(start + stray, max(start + stray, min(stop, deaf)))
            base = stack[-1] if stack else 1.0
            if counts.weights:
                for place in acting:
                    base = counts.weights.get(place, base * UP)
                    stack.append(base)
            else:
                stack.extend(ladder(base, len(acting)))
            tiler.lay("markup", acting.stop)
        elif kind == "close":
            first = start if start < deaf else max(start, min(end, stop))
            tiler.lay("text", first)
            closing = min(len(stack), stop - first)
            del stack[len(stack) - closing :]
            missing += stop - first - closing
            tiler.lay("markup", first + closing)
        tiler.weigh(stack[-1] if stack else 1.0)
        tiler.lay("text", stop)
    return tiler.done()


def write(nodes: Sequence[Node]) -> str:
    """The same with one bracket and one number per weighted phrase."""
    out: list[str] = []
    for node in nodes:
        text = re.sub(r"[()]", r"\\\g<0>", node.text)
        if node.weight != 1 or text.endswith("\\"):  # a bare backslash would escape the bracket after it
            text = f"({text}:{spell(node.weight)})"
        out.append(text)
    return "".join(out).strip()


COMFY = Dialect("comfy", read, write, weights="any")
