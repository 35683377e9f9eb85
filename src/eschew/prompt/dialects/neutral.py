r"""The neutral form: eschew's own, explicit, and able to say whatever the other dialects can.

    {weight 1.5: blurry, text}          ×1.5; nesting multiplies; any number, negative too
    {switch at 0.5: dog|cat}            dog, and cat after half of the steps; either side may be empty
    {switch at step 10: dog|cat}        dog up to step 10, then cat
    {turns: a|b|}                       a, b, nothing, one a step
    {break}                             a new chunk of tokens
    {compose 1.2} {blend 0.7} {blend raw 0.7} {concat 1}
                                        begins a part with that weight, named after how parts meet; text before
                                        the first such mark is a part of weight 1
    \{ \} \| \\                        the character itself

One space after the colon is layout; every other space is text. A part begins only outside all braces. `|` is text
outside a switch or turns. Whatever is not one of these forms is text, an unclosed brace too, so every text is a
neutral prompt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast, final

from eschew.prompt.dialects.dialect import Dialect
from eschew.prompt.dialects.schedules import Border, Opened, lay_border, read_moment
from eschew.prompt.tree import WHOLE, Join, Moment, Node, Part, Tiler
from eschew.prompt.weights import number, settle, spell, spell_share

__all__ = ["NEUTRAL"]

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
TOKEN = re.compile(
    r"(?P<escape>(?:\\[{}|\\])+)"
    rf"|(?P<weight>\{{weight (?P<amount>{NUMBER}):[ ]?)"
    rf"|(?P<switch>\{{switch at (?P<step>step )?(?P<moment>\d+\.?\d*|\.\d+):[ ]?)"
    r"|(?P<turns>\{turns:[ ]?)"
    r"|(?P<break>\{break\})"
    rf"|(?P<part>\{{(?P<join>compose|blend raw|blend|concat) (?P<share>{NUMBER})\}})"
    r"|(?P<brace>\{)|(?P<close>\})|(?P<bar>\|)|(?P<text>[^\\{}|]+|\\)"
)


@final
@dataclass(slots=True)
class _Group:
    kind: str
    start: int
    end: int
    value: str
    bars: list[int] = field(default_factory=list)


def read(text: str) -> tuple[Node, ...]:
    """Match the braces, then lay the nodes."""
    tiler, signs = Tiler(text), _signs(text)
    weights: list[float] = []
    opened: list[Opened] = []
    parts, before = 0, WHOLE
    for token in TOKEN.finditer(text):
        kind, start, end = token.lastgroup, token.start(), token.end()
        sign = signs.get(start)
        if kind == "escape":
            tiler.lay("escape", end)
        elif kind == "break":
            tiler.mark("break", end)
        elif kind == "part" and not weights and not opened and (share := number(token["share"])) is not None:
            join = cast(Join, token["join"])
            if parts == 0 and text[:start].strip():
                before, parts = Part(0, 1.0, join), 1
            tiler.begin_part(Part(parts, settle(share), join), end)
            parts += 1
        elif isinstance(sign, Border):
            lay_border(sign, opened, tiler)
        elif sign is None:
            tiler.lay("text", end)
        else:
            tiler.lay("markup", end)
            if kind == "close":
                weights.pop()
            else:
                weights.append((weights[-1] if weights else 1.0) * sign)
            tiler.weigh(weights[-1] if weights else 1.0)
    return tiler.done() if before is WHOLE else _with_first_part(tiler.done(), before)


def _with_first_part(nodes: tuple[Node, ...], first: Part) -> tuple[Node, ...]:
    """Text before the first part mark is a part too: of weight 1, and joined as the mark says."""
    count = next(index for index, node in enumerate(nodes) if node.role == "part")
    return (
        Node("part", 0, 0, part=first),
        *(replace(node, part=first) for node in nodes[:count]),
        *nodes[count:],
    )


def _signs(text: str) -> dict[int, Border | float]:
    """What each brace and bar that is not text means, by its place; a number is the factor of a weight group."""
    signs: dict[int, Border | float] = {}
    groups: list[_Group] = []
    for token in TOKEN.finditer(text):
        kind, place = token.lastgroup, token.start()
        if kind in ("weight", "switch", "turns", "brace"):
            value = token["amount"] or token["moment"] or ""
            groups.append(_Group("step" if token["step"] else kind, place, token.end(), value))
        elif kind == "bar" and groups:
            groups[-1].bars.append(place)
        elif kind == "close" and groups:
            _group_signs(groups.pop(), place, signs)
    return signs


def _group_signs(group: _Group, closer: int, signs: dict[int, Border | float]) -> None:
    """Add the signs of a whole group, if it is one."""
    if group.kind == "weight":
        factor = number(group.value)
        if factor is not None:
            signs[group.start] = signs[closer] = factor
        return
    moment = None
    if group.kind in ("switch", "step"):
        moment = read_moment(group.value)
        if moment is None or len(group.bars) != 1:
            return
        is_share = group.kind == "switch"
        moment = Moment(moment.value if is_share else float(int(moment.value)), is_share)
    elif group.kind == "brace" or not group.bars:
        return
    turns = len(group.bars) + 1
    signs[group.start] = Border(
        group.start, group.end, "turns" if moment is None else "switch", moment, turns
    )
    signs.update((bar, Border(bar, bar + 1, "next", None, 0)) for bar in group.bars)
    signs[closer] = Border(closer, closer + 1, "end", moment, 0)


def write(nodes: Sequence[Node]) -> str:
    """The same, one brace per weighted phrase."""
    out: list[str] = []
    depth = 0
    for node in nodes:
        if node.role == "text":
            text = re.sub(r"[{}|\\]" if depth else r"[{}\\]", r"\\\g<0>", node.text)
            out.append(text if node.weight == 1 else f"{{weight {spell(node.weight)}: {text}}}")
        elif node.role == "break":
            out.append(" {break} ")
        elif node.role == "part":
            out.append(f" {{{node.part.join} {spell(node.part.weight)}}} ")
        elif node.role == "next":
            out.append("|")
        elif node.role == "end":
            depth -= 1
            out.append("}")
        else:
            depth += 1
            out.append("{turns: " if node.moment is None else f"{{switch at {_spell(node.moment)}: ")
    return "".join(out).strip()


def _spell(moment: Moment) -> str:
    return spell_share(moment.value) if moment.is_share else f"step {int(moment.value)}"


NEUTRAL = Dialect(
    "neutral",
    read,
    write,
    weights="any",
    schedules=True,
    breaks=True,
    joins=frozenset({"compose", "blend", "blend raw", "concat"}),
)
