"""Prompt and negative prompt as the model reads them, weights and all.

    "(vinyl crackle:1.5), tape hiss"    vinyl crackle at 1.5, tape hiss at 1

In the prompt a weight moves the conditions of its words: z₀ + w·(z − z₀), with z₀ those of unknown words in their place
(ComfyUI's rule, read 2026-11, whose z₀ is the empty text).

A negative is read in layers (`eschew.backends.layers`): all clauses at the smallest weight, then again the heavier ones
with what they weigh more. A weight that all clauses share is a factor of the strength; without weights nothing differs
from a model that never heard of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.backends.layers import beside, layers_of
from eschew.backends.nano.runtime import LEAD, Runtime
from eschew.prompt import detect, parse, phrases

Floats = NDArray[np.float32]


Negative = tuple[tuple[Floats, float], ...]
"""Conditions (1, LEAD + words, hidden) and weight of each layer of a negative; empty where there is none."""


def read_prompt(runtime: Runtime, text: str) -> Floats:
    """The conditions of a prompt, (1, LEAD + words, hidden). A weight below 0 counts as 0: the words as unknown ones."""
    prompt = parse(text, detect(text))
    parts = [(runtime.words(phrase.text), max(phrase.weight, 0.0)) for phrase in phrases(prompt)]
    if all(weight == 1.0 for _, weight in parts):
        return runtime.encode(prompt.text)
    ids = [i for words, _ in parts for i in words]
    weights = np.array([weight for words, weight in parts for _ in words], np.float32)[:, None]
    states = runtime.states([runtime.start, *ids]).copy()
    unknown = runtime.states([runtime.start, *[runtime.unknown] * len(ids)])[:, LEAD:]
    # z + (w − 1)·(z − z₀): the same rule, and exactly z where the weight is 1
    states[:, LEAD:] += (weights - 1.0) * (states[:, LEAD:] - unknown)
    return states


def read_negative(runtime: Runtime, text: str) -> Negative:
    """The negative that `text` says; empty where no clause has a weight above 0."""
    return tuple((runtime.encode(layer.text), layer.weight) for layer in layers_of(text))


def read_contrast(runtime: Runtime, prompt: str, text: str) -> Negative:
    """The same behind the prompt, whose weights act there as they do in `read_prompt`."""
    return tuple(
        (read_prompt(runtime, beside(prompt, layer.text)), layer.weight) for layer in layers_of(text)
    )
