r"""Compel 2.x (InvokeAI's syntax), after its grammar in `compel/prompt_parser.py`, read 2026-11.

    word+ word++  ×1.1 per sign      word- word--  ×0.9 per sign      (some words)1.3  "some words"1.3  (some words)+
    (x).attend(1.3)  the same in long form      nesting multiplies      brackets and quotes without a number: ×1
    ("a", "b").blend(0.7, 0.3)  embeddings averaged, weights scaled to sum 1 unless `no_normalize` comes last
    ("a", "b").and(1, 0.5)  embeddings laid end to end      cat.swap(dog)  parsed, and ignored: cat stays
    \( \) \" \+ \- \, \. \=  the character itself

Signs touch what they act on: `word +` is text. Outside brackets a sign is heard only where a word begins: in
`x(red)+` the word runs on to the space, brackets and plus included. After a comma a word begins anew. Pieces are
joined by spaces. No weight can be below nought: `(x)-0.5` is `x` at 0.9, followed by `0.5`.

Where this reader differs, on purpose: of its escapes Compel takes the backslash only off brackets and quotes, and the
model reads the others with it; here it goes from all. A quote that holds a lone bracket is text there; here the
bracket alone is. Brackets and quotes that do not match are text here and may fail the whole prompt there.
`withLora(…)` is text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Literal

from eschew.prompt.dialects.dialect import Dialect
from eschew.prompt.tree import Join, Node, Part, Tiler
from eschew.prompt.weights import UP, number, settle, spell

__all__ = ["COMPEL"]

DOWN = 0.9
MANY = 1000  # more signs than this change nothing: the weight has saturated
SIGNS = '()",.+\\-='
ESCAPE = rf"\\[{SIGNS}]"
WORD = rf"(?:{ESCAPE}|[+-](?![\s{SIGNS}]|\Z)|[^\s{SIGNS}])++"
REAL = r"(?:\d+\.?\d*|\.\d+)"
TOKEN = re.compile(
    rf'(?P<blank>\s+)|(?P<word>{WORD})|(?P<open>\(+)|(?P<close>\)+)|(?P<quote>")|(?P<other>[,.+\-=\\]+?)'
)
BRACKET = re.compile(rf'(?:{ESCAPE})+|\(+|\)+|"')
ACTING = frozenset("+-.0123456789")  # what an action begins with
ACTION = re.compile(
    rf"\.attend\(\s*+(?P<long>\++|-+|{REAL})\s*+\)|(?P<short>\++|-+|{REAL})|(?P<swap>\.swap)(?=\()"
)
WORD_ACTION = re.compile(
    rf"\.attend\(\s*+(?P<long>\++|-+|{REAL})\s*+\)|(?P<short>\++|-+)|(?P<swap>\.swap)(?=\()"
)
RUN_ON = re.compile(rf"(?:{ESCAPE}|[^\s,])*+,?")
ESCAPES = re.compile(rf"(?:{ESCAPE})+")
WORDS = re.compile(WORD)
BLANK = re.compile(r"\s*")
JOINED = re.compile(
    rf"\.(?P<verb>blend|and|add)\(\s*+(?P<weights>(?:-?{REAL}(?:\s*,\s*-?{REAL})*+)?)"
    r"(?P<raw>\s*+,?\s*+no_normalize)?\s*+\)\s*+"
)

Last = Literal["gap", "sign", "word", "unit"]
"""What was laid before: a unit is a piece with a weight of its own, and stands between spaces."""
LAST: dict[str, Last] = {"word": "word", "other": "sign"}


def read(text: str) -> tuple[Node, ...]:
    """The parts of a blend or conjunction if the whole text is one, else a single prompt."""
    tiler = Tiler(text)
    partners = _partners(text)
    parts = _joined_parts(text, partners)
    if not parts:
        _read_prompt(text, 0, len(text), partners, tiler, deep=False)
    for part, start, end in parts:
        tiler.begin_part(part, start)
        _read_prompt(text, start, end, partners, tiler, deep=True)
    tiler.lay("markup", len(text))
    return tiler.done()


def _partners(text: str) -> array[int]:
    """For each bracket or quote the place of its partner, -1 if it has none. Quotes hide brackets from others."""
    partners, stack, quote = array("q", [-1]) * len(text), array("q"), -1
    for sign in BRACKET.finditer(text):
        place, char = sign.start(), text[sign.start()]
        if char == "(":
            stack.extend(range(place, sign.end()))
        elif char == ")":
            for closer in range(place, sign.end()):
                if not stack or stack[-1] == quote:
                    break
                opener = stack.pop()
                partners[closer], partners[opener] = opener, closer
        elif char == '"' and quote >= 0:
            while stack.pop() != quote:
                pass
            partners[place], partners[quote] = quote, place
            quote = -1
        elif char == '"':
            quote = place
            stack.append(place)
    return partners


def _joined_parts(text: str, partners: array[int]) -> list[tuple[Part, int, int]]:
    """The parts of `("a", "b").blend(…)` and where each lies; none if the text is not just that."""
    first = _skip(text, 0)
    if not text.startswith("(", first) or partners[first] < 0:
        return []
    last = partners[first]
    call = JOINED.fullmatch(text, last + 1)
    if call is None or (call["raw"] and call["verb"] != "blend"):
        return []
    spans: list[tuple[int, int]] = []
    place = first
    while place < last:  # at a comma, or at the first bracket
        start = _skip(text, place + 1)
        if text[start] in '("' and partners[start] > start:
            end = partners[start] + 1
        else:
            word = WORDS.match(text, start, last)
            end = word.end() if word else start
        place = _skip(text, end)
        if end == start or (place != last and text[place] != ","):
            return []
        spans.append((start, end))
    weights = [number(weight) for weight in call["weights"].split(",") if weight] or [1.0] * len(spans)
    if len(weights) != len(spans):
        return []
    join: Join = "concat" if call["verb"] != "blend" else "blend raw" if call["raw"] else "blend"
    return [
        (Part(index, settle(weight or 0.0), join), start, end)
        for index, (weight, (start, end)) in enumerate(zip(weights, spans, strict=True))
    ]


def _skip(text: str, place: int) -> int:
    blank = BLANK.match(text, place)
    return blank.end() if blank else place


def _read_prompt(text: str, place: int, end: int, partners: array[int], tiler: Tiler, *, deep: bool) -> None:
    """Lay text[place:end]. `deep` is inside brackets, where a sign is heard anywhere."""
    stack = array("d")
    last: Last = "gap"
    while place < end:
        token = TOKEN.match(text, place, end)
        kind, stop = (token.lastgroup, token.end()) if token else ("other", place + 1)
        if kind in ("open", "close", "quote") and partners[place] < 0:
            kind, stop = "other", place + 1
        if kind == "quote":
            kind = "open" if partners[place] > place else "close"
        factor, after = _action(WORD_ACTION, text, stop, end, partners) if kind == "word" else (1.0, stop)
        weight, acts = stack[-1] if stack else 1.0, after > stop
        if _parts_from(last, text[place], kind == "open" or acts, kind):
            tiler.space(place)
        if kind == "blank":
            tiler.lay("text", stop)
        elif kind == "open":
            after = place
            while after < stop and partners[after] > after:
                weight *= _action(ACTION, text, partners[after] + 1, end, partners)[0]
                stack.append(weight)
                after += 1
            tiler.lay("markup", after)
            tiler.weigh(weight)
        elif kind == "close":
            after = place
            while after == place < stop and 0 <= partners[place] < place:
                stack.pop()
                place += 1
                _, after = _action(ACTION, text, place, end, partners)
            tiler.lay("markup", after)
            tiler.weigh(stack[-1] if stack else 1.0)
        else:
            if not deep and not stack and not acts:
                stop = after = _run_on(text, place, end, partners)
            tiler.weigh(weight * factor)
            _lay_text(text, place, stop, tiler)
            tiler.lay("markup", after)
            tiler.weigh(weight)
        last = "unit" if kind == "close" or acts else LAST.get(kind or "", "gap")
        place = after


def _parts_from(last: Last, char: str, unit: bool, kind: str | None) -> bool:
    """Whether a space comes between `last` and a piece that begins with `char`."""
    if unit:
        return last != "gap"
    return (
        last in ("word", "unit")
        if kind == "word"
        else last == "unit" and kind == "other" and char not in ",."
    )


def _action(
    pattern: re.Pattern[str], text: str, place: int, end: int, partners: array[int]
) -> tuple[float, int]:
    """What the sign at `place` multiplies the piece before it by, and where the sign ends."""
    sign = pattern.match(text, place, end) if place < end and text[place] in ACTING else None
    if sign is None:
        return 1.0, place
    if sign["swap"]:
        closer = partners[sign.end()]
        return (1.0, closer + 1) if sign.end() < closer < end else (1.0, place)
    amount = sign["long"] or sign["short"]
    if amount[0] in "+-":
        return (UP if amount[0] == "+" else DOWN) ** min(len(amount), MANY), sign.end()
    factor = number(amount)
    return (1.0, place) if factor is None else (factor, sign.end())


def _run_on(text: str, place: int, end: int, partners: array[int]) -> int:
    """Where a word that runs on to the next space ends; the brackets in it lose their partners."""
    word = RUN_ON.match(text, place, end)
    stop = word.end() if word else place + 1
    for run in BRACKET.finditer(text, place, stop):
        for sign in range(*run.span()):
            if partners[sign] >= 0:
                partners[partners[sign]] = partners[sign] = -1
    return stop


def _lay_text(text: str, start: int, end: int, tiler: Tiler) -> None:
    for escape in ESCAPES.finditer(text, start, end):
        tiler.lay("text", escape.start())
        tiler.lay("escape", escape.end())
    tiler.lay("text", end)


def write(nodes: Sequence[Node]) -> str:
    """The same with brackets and a number per weighted phrase, and quotes around each part."""
    parts: list[list[str]] = [[]]
    weights: list[float] = []
    join: Join = ""
    for node in nodes:
        if node.role == "part":
            weights.append(node.part.weight)
            join = node.part.join
            if len(weights) > 1:
                parts.append([])
        elif node.role == "text":
            _write_text(node, parts[-1])
    texts = ["".join(part).strip() for part in parts]
    if not weights:
        return texts[0]
    verb = "and" if join == "concat" else "blend"
    numbers = [spell(weight) for weight in weights] + ["no_normalize"] * (join == "blend raw")
    quoted = [f'"{text} "' if text.endswith("\\") else f'"{text}"' for text in texts]
    return f"({', '.join(quoted)}).{verb}({', '.join(numbers)})"


def _write_text(node: Node, out: list[str]) -> None:
    # A backslash before a sign would hide it, so such a sign is escaped itself.
    text = re.sub(r'[()"]|(?<=\\)[,.=+-]|[+-](?=[\s(),.+\-="\\]|\Z)', r"\\\g<0>", node.text)
    before = out[-1][-1] if out else " "
    if node.weight != 1:
        weight = spell(node.weight)
        weight += "" if "." in weight else ".0"  # so that no digit of the text after it can belong to it
        text = f"({text} ){weight}" if text.endswith("\\") else f"({text}){weight}"
        if not before.isspace():
            text = f" {text}"
    elif len(out) and not before.isspace() and not text[0].isspace() and text[0] not in ",.":
        text = f" {text}"
    out.append(text)


COMPEL = Dialect(
    "compel",
    read,
    write,
    weights="not negative",
    joins=frozenset({"blend", "blend raw", "concat"}),
    glues=False,
)
