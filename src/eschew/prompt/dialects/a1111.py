r"""A1111 (stable-diffusion-webui, Forge, reForge, sd_embed), after `modules/prompt_parser.py`, read 2026-11.

    (x)  ×1.1      [x]  ÷1.1      (x:1.3)  ×1.3      nesting multiplies      an unclosed bracket acts to the end
    [a:b:0.5]  a, then b after that share of the steps (a number without a point is a step)
    [b:0.5]  nothing, then b      [a::0.5]  a, then nothing      [a|b|]  a, b, nothing, in turn, one a step
    BREAK  a new chunk of tokens      a :1.2 AND b :0.8  two prompts whose noise predictions are added
    \( \) \[ \] \\  the character itself; any other single backslash vanishes

Round and square brackets are two stacks that do not know each other: in `([x)]` both act on x. `[x:1.2]` is a
schedule, not a weight. A stray `|`, or a backslash that ends its line, makes the schedule grammar give up, and
then no `[a:b:t]` in that part is a schedule.

Where this reader is milder: `(x:1.2.3)` is an error there and text here. Trailing `:1.2` is a part's weight only
where there is an AND, because a negative prompt, which A1111 never splits, reads it as text. A number that is
itself scheduled, `(x:[1:2:0.5])`, is text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence

from eschew.prompt.dialects.dialect import Dialect
from eschew.prompt.dialects.schedules import Opened, find_borders, lay_border
from eschew.prompt.tree import Moment, Node, Part, Tiler
from eschew.prompt.weights import UP, ladder, number, settle, spell, spell_share

__all__ = ["A1111"]

TOKEN = re.compile(
    r"(?P<escape>(?:\\[()\[\]\\])+)|(?P<lone>\\)|(?P<open>\(+)|(?P<down>\[+)"
    r"|(?P<weight>:\s*+(?P<amount>[+-]?[.\d]++)\s*+\))|(?P<close>\)+)|(?P<up>\]+)|(?P<text>[^\\()\[\]:]+|:)"
)
AND = re.compile(r"\bAND\b")
BREAK = re.compile(r"\bBREAK\b")
BLANK = re.compile(r"\s*")
PART_WEIGHT = re.compile(r"[-+]?(?:\d+\.?|\d*\.\d+)")
HIDE_WORD = re.compile(r"\b([AB])(ND|REAK)\b")


def read(text: str) -> tuple[Node, ...]:
    """Parts, then schedules in each part, then weights in what is left: the order A1111 works in."""
    tiler = Tiler(text)
    ands = [found.span() for found in AND.finditer(text)]
    if not ands:
        _read_part(text, 0, len(text), tiler)
        return tiler.done()
    starts, ends = [0, *(end for _, end in ands)], [*(start for start, _ in ands), len(text)]
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        body, weight = _part_weight(text, start, end)
        tiler.begin_part(Part(index, settle(weight), "compose"), start)
        _read_part(text, start, body, tiler)
        tiler.lay("markup", end)
    return tiler.done()


def _part_weight(text: str, start: int, end: int) -> tuple[int, float]:
    """Where a part's own text ends, and the weight that follows after its last colon."""
    colon = text.rfind(":", start, end)
    if colon >= 0:
        digits = text[colon + 1 : end].strip()
        weight = number(digits) if PART_WEIGHT.fullmatch(digits) else None
        if weight is not None:
            return colon, weight
    return end, 1.0


def _read_part(text: str, start: int, end: int, tiler: Tiler) -> None:
    borders = find_borders(text, start, end)
    gaps = list(
        zip([start, *(border.end for border in borders)], [*(b.start for b in borders), end], strict=True)
    )
    weights = _explicit_weights(text, gaps)
    rounds, squares = array("d"), array("d")
    opened: list[Opened] = []
    for place, (gap_start, gap_end) in enumerate(gaps):
        for token in TOKEN.finditer(text, gap_start, gap_end):
            _read_token(text, token, weights, rounds, squares, tiler)
        if place < len(borders):
            lay_border(borders[place], opened, tiler)
    tiler.weigh(1.0)


def _explicit_weights(text: str, gaps: Iterable[tuple[int, int]]) -> dict[int, float]:
    """For each `(` that a `:1.3)` closes, its place and that number."""
    weights: dict[int, float] = {}
    stack = array("q")
    for start, end in gaps:
        for token in TOKEN.finditer(text, start, end):
            kind = token.lastgroup
            if kind == "open":
                stack.extend(range(token.start(), token.end()))
            elif kind == "close":
                del stack[max(0, len(stack) - (token.end() - token.start())) :]
            elif kind == "weight" and stack:
                place, weight = stack.pop(), number(token["amount"])
                if weight is not None:
                    weights[place] = weight
    return weights


def _read_token(
    text: str,
    token: re.Match[str],
    weights: dict[int, float],
    rounds: array[float],
    squares: array[float],
    tiler: Tiler,
) -> None:
    kind, start, end = token.lastgroup, token.start(), token.end()
    if kind == "text" or (kind == "weight" and not rounds):
        _read_text(text, start, end, tiler)
        return
    if kind == "escape":
        tiler.lay("escape", end)
        return
    stack = squares if kind in ("down", "up") else rounds
    if kind == "open" or kind == "down":
        base = stack[-1] if stack else 1.0
        if kind == "open" and weights:
            for place in range(start, end):
                base *= weights.get(place, UP)
                stack.append(base)
        else:
            stack.extend(ladder(base, end - start, UP if kind == "open" else 1 / UP))
        closing = end - start
    elif kind == "weight":
        if number(token["amount"]) is None:  # `:1.2.3)`: the bracket closes, the rest is text
            tiler.lay("text", end - 1)
        stack.pop()
        closing = end - start
    elif kind == "lone":
        closing = end - start
    else:
        closing = min(len(stack), end - start)
        del stack[len(stack) - closing :]
    if closing:
        tiler.lay("markup", start + closing)
    tiler.weigh((rounds[-1] if rounds else 1.0) * (squares[-1] if squares else 1.0))
    tiler.lay("text", end)  # closers that close nothing; after all else, nothing is left to lay


def _read_text(text: str, start: int, end: int, tiler: Tiler) -> None:
    place = start
    for word in BREAK.finditer(text, start, end):
        before = place + len(text[place : word.start()].rstrip())
        after = BLANK.match(text, word.end(), end)
        place = after.end() if after else word.end()
        tiler.lay("text", before)
        tiler.mark("break", place)
    tiler.lay("text", end)


def write(nodes: Sequence[Node]) -> str:
    """The same in A1111's own signs: one bracket per weighted phrase, escapes only where they are needed."""
    many_parts = any(node.role == "part" for node in nodes)
    scheduled = any(node.role in ("switch", "turns") for node in nodes)
    out: list[str] = []
    tail = ""  # the weight of the part that is open
    inside: list[str] = []  # the sign between alternatives of each open schedule
    for node in nodes:
        if node.role == "text":
            text = re.sub(r"[\\()\[\]]", r"\\\g<0>", node.text)
            text = HIDE_WORD.sub(r"\1\\\2", text)  # a lone backslash vanishes, and the word is no keyword
            if many_parts or inside:
                text = text.replace(":", "\\:")
            if scheduled:
                text = text.replace("|", "\\|")
            out.append(text if node.weight == 1 else f"({text}:{spell(node.weight)})")
        elif node.role == "part":
            if node.part.index:
                out.append(f"{tail or _guard(out)} AND ")
            tail = "" if node.part.weight == 1 else f" :{spell(node.part.weight)}"
        elif node.role == "break":
            out.append(" BREAK ")
        elif node.role == "next":
            out.append(inside[-1])
        elif node.role == "end":
            inside.pop()
            out.append(f":{_spell(node.moment)}]" if node.moment else "]")
        else:
            inside.append("|" if node.role == "turns" else ":")
            out.append("[")
    return ("".join(out) + (tail or (_guard(out) if many_parts else ""))).strip()


def _guard(out: Sequence[str]) -> str:
    """A weight of 1, where the text of a part ends like one and would be taken for it."""
    _, colon, digits = out[-1].rpartition(":") if out else ("", "", "")
    return " :1" if colon and PART_WEIGHT.fullmatch(digits.strip()) else ""


def _spell(moment: Moment) -> str:
    return spell_share(moment.value) if moment.is_share else str(int(moment.value))


A1111 = Dialect(
    "a1111", read, write, weights="any", schedules=True, breaks=True, joins=frozenset({"compose"})
)
