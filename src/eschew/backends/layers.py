"""A negative with weights, as texts with one weight each: what a model can read.

"(vinyl crackle:1.5), tape hiss" is [("vinyl crackle, tape hiss", 1.0), ("vinyl crackle", 0.5)]: all clauses at the
smallest weight, the heavier ones again with what they weigh more, and so on. The weights of the layers that hold a clause
sum to its own. One layer, the text as it stands, where all weigh 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from eschew.catalog.method_facts import method as method_facts
from eschew.prompt import clauses, detect, parse


@dataclass(frozen=True)
class Layer:
    """A text without markup, and its weight, above 0."""

    text: str
    weight: float


def layers_of(negative_prompt: str) -> tuple[Layer, ...]:
    """The layers, every clause in the first. Clauses of no weight are left out; none are left where all are such."""
    prompt = parse(negative_prompt, detect(negative_prompt))
    every = clauses(prompt)
    found = [clause for clause in every if clause.weight > 0.0]
    levels = sorted({clause.weight for clause in found})
    texts = [", ".join(c.text for c in found if c.weight >= level) for level in levels]
    if found and len(found) == len(every):
        texts[0] = prompt.text.strip()
    return tuple(
        Layer(text, level - below)
        for text, (below, level) in zip(texts, pairwise([0.0, *levels]), strict=True)
    )


def reads_prompt(method: str) -> bool:
    """Whether this method's negative is read behind the prompt, so that the two texts differ by the negative alone."""
    return method != "none" and method_facts(method).reads == "prompt-and-negative"


def beside(prompt: str, negative: str) -> str:
    """The prompt with the negative in it, as if it were asked for: "a cat." and "text" are "a cat, text"."""
    return f"{prompt.rstrip(' ,;.，、；。')}, {negative}"
