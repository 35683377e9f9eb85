"""Text to `Prompt` and back, in five dialects: plain, a1111, comfy, compel, and neutral, which is ours.

    parse("(blurry:1.5), text", "a1111")      a flat, lossless tree: render(parse(s, d)) == s for every s
    clauses("(blurry:1.5), text")             what the rules, the concept lexicon and the models look at
    convert("((house:1.3))", "a1111", "comfy")      Conversion(text="(house:1.43)", losses=())

Every text parses, in time that grows with its length and without recursion. What cannot be kept in a
conversion is a `Loss` with its place.
"""

from __future__ import annotations

from eschew.errors import PromptError
from eschew.prompt.convert import Conversion, Loss, convert_text
from eschew.prompt.detect import detect_dialect
from eschew.prompt.dialects import DIALECTS, front_end
from eschew.prompt.reading import clauses_of, phrases_of
from eschew.prompt.tidy import tidy
from eschew.prompt.tree import ALWAYS, WHOLE, Clause, Join, Moment, Node, Part, Phrase, Prompt, Role, When
from eschew.prompt.words import Hidden, Word, hidden_characters, words

__all__ = [
    "ALWAYS",
    "DIALECTS",
    "WHOLE",
    "Clause",
    "Conversion",
    "Hidden",
    "Join",
    "Loss",
    "Moment",
    "Node",
    "Part",
    "Phrase",
    "Prompt",
    "Role",
    "When",
    "Word",
    "clauses",
    "convert",
    "detect",
    "hidden_characters",
    "normal",
    "parse",
    "phrases",
    "render",
    "words",
]


def parse(text: str, dialect: str = "plain") -> Prompt:
    """`text` as a `Prompt`. Any str will do; PromptError for other types, UnknownNameError for the dialect."""
    return Prompt(dialect, _text(text), front_end(dialect).read(text))


def render(prompt: Prompt) -> str:
    """The text that `prompt` was parsed from, put together from its nodes."""
    return "".join(prompt.source[node.start : node.end] for node in prompt.nodes)


def normal(prompt: Prompt) -> Prompt:
    """The same meaning in one fixed spelling: a number for each weighted phrase, single spaces. Idempotent."""
    front = front_end(prompt.dialect)
    return parse(front.write(tidy(prompt.nodes)), prompt.dialect)


def phrases(prompt: Prompt) -> tuple[Phrase, ...]:
    """The stretches of text under one effective weight, in order."""
    return phrases_of(prompt)


def clauses(text: str | Prompt) -> tuple[Clause, ...]:
    """The clauses of a prompt, with weights and places. A bare text is read in the dialect it seems to be in."""
    prompt = text if isinstance(text, Prompt) else parse(text, detect(text))
    return clauses_of(prompt)


def convert(text: str, source: str, target: str) -> Conversion:
    """`text` of dialect `source`, written in dialect `target`, with a `Loss` for all that `target` cannot say."""
    return convert_text(_text(text), source, target)


def detect(text: str) -> str:
    """The dialect that `text` seems to be written in; `plain` when in doubt."""
    return detect_dialect(_text(text))


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise PromptError(
            f"a prompt is text, and this is {type(text).__name__}",
            hint="decode bytes first, join lists with commas",
        )
    return text
