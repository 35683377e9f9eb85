"""What a prompt says: its phrases with their weights, and its clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from eschew.prompt.tidy import LINE_ENDS
from eschew.prompt.tree import Clause, Node, Phrase, Prompt

__all__ = ["SEPARATORS", "clauses_of", "phrases_of"]

SEPARATORS = ",;，、；،؛" + LINE_ENDS
"""What ends a clause: commas and semicolons, those of Chinese, Japanese and Arabic too, and line ends."""

PIECE = re.compile(rf"[{SEPARATORS}]|[^{SEPARATORS}]+")


def phrases_of(prompt: Prompt) -> tuple[Phrase, ...]:
    """The stretches of text under one weight, in order; neighbours that say the same are one, blanks are none."""
    groups = groupby(_text_nodes(prompt.nodes), key=lambda node: (node[0], node[1].weight))
    found = (_phrase([node for _, node in group]) for _, group in groups)
    return tuple(phrase for phrase in found if phrase.text.strip())


def _text_nodes(nodes: Sequence[Node]) -> Iterator[tuple[int, Node]]:
    """Each node that has text, with the number of the stretch between two signs of structure that it is in."""
    stretch = 0
    for node in nodes:
        if node.text:
            yield stretch, node
        elif node.role not in ("markup", "text", "escape"):
            stretch += 1


def _phrase(nodes: Sequence[Node]) -> Phrase:
    first, text = nodes[0], "".join(node.text for node in nodes)
    return Phrase(text, first.weight, (first.start, nodes[-1].end), first.when, first.part, first.chunk)


def clauses_of(prompt: Prompt) -> tuple[Clause, ...]:
    """What stands between separators; a change of schedule, chunk or part separates too. Empty ones are left out."""
    found: list[Clause] = []
    pieces: list[Phrase] = []
    stretch = 0
    for number, node in _text_nodes(prompt.nodes):
        if number != stretch:
            found += _clause(pieces)
            pieces, stretch = [], number
        for piece in _pieces(node):
            if piece.text in SEPARATORS:
                found += _clause(pieces)
                pieces = []
            else:
                pieces.append(piece)
    return (*found, *_clause(pieces))


def _pieces(node: Node) -> Iterator[Phrase]:
    """The text of a node, cut at separators."""
    step = 2 if node.role == "escape" else 1
    for found in PIECE.finditer(node.text):
        start = node.start + step * found.start()
        end = min(node.start + step * found.end(), node.end)
        yield Phrase(found[0], node.weight, (start, end), node.when, node.part, node.chunk)


def _clause(pieces: list[Phrase]) -> list[Clause]:
    """The clause that `pieces` make, or none if they are blank."""
    full = [piece for piece in pieces if piece.text.strip()]
    if not full:
        return []
    text = " ".join("".join(piece.text for piece in pieces).split())
    weight = max((piece.weight for piece in full), key=lambda weight: (abs(weight - 1), weight))
    first, last = full[0], full[-1]
    start = first.span[0] + len(first.text) - len(first.text.lstrip())
    end = last.span[1] - (len(last.text) - len(last.text.rstrip()))
    return [Clause(text, weight, (start, end), first.when, first.part, first.chunk, tuple(full))]
