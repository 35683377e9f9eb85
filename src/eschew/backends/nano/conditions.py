"""Prompt and negative prompt as the model reads them, weights and all.

    "(vinyl crackle:1.5), tape hiss"    vinyl crackle at 1.5, tape hiss at 1

In the prompt a weight moves the conditions of its words: z₀ + w·(z − z₀), with z₀ those of unknown words in their place
(ComfyUI's rule, read 2026-11, whose z₀ is the empty text).

A negative is read in layers for the methods that steer velocities: all clauses at the smallest weight, then again the
heavier ones with what they weigh more, and so on. The methods inside the attention read one text with a weight for each
token. A weight that all clauses share is a factor of the strength; without weights nothing differs from a model that
never heard of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.runtime import LEAD, Runtime
from eschew.prompt import Clause, clauses, detect, parse, phrases

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Negative:
    """`text` is what is to be avoided, free of markup; `found` its clauses, each with a weight above 0."""

    runtime: Runtime
    text: str
    found: tuple[Clause, ...]

    @property
    def least(self) -> float:
        """The smallest weight of a clause."""
        return min(clause.weight for clause in self.found)

    @property
    def mean(self) -> float:
        """The mean weight of a clause; exactly the weight of each where all have the same."""
        if not self._uneven:
            return self.least
        return sum(clause.weight for clause in self.found) / len(self.found)

    @cached_property
    def layers(self) -> tuple[tuple[Floats, float], ...]:
        """Conditions (1, n, hidden) and weight of each layer; the weights of the layers that hold a clause sum to its own."""
        levels = sorted({clause.weight for clause in self.found})
        parts = [[clause for clause in self.found if clause.weight >= level] for level in levels[1:]]
        heavier = [self.runtime.encode(_joined(part)) for part in parts]
        more = [level - below for below, level in pairwise(levels)]
        return ((self.whole, self.least), *zip(heavier, more, strict=True))

    @cached_property
    def whole(self) -> Floats:
        """The conditions of all clauses as one text, (1, LEAD + words, hidden)."""
        if not self._uneven:
            return self.runtime.encode(self.text)
        return self.runtime.states([self.runtime.start, *chain.from_iterable(self._words)])

    @cached_property
    def relative(self) -> Floats:
        """The weight of each token of `whole` as a multiple of `mean`; 1 for those before the words."""
        relative = np.ones(self.whole.shape[1], np.float32)
        if self._uneven:
            shares = [clause.weight / self.mean for clause in self.found]
            relative[LEAD:] = np.repeat(shares, [len(ids) for ids in self._words])
        return relative

    @property
    def _uneven(self) -> bool:
        return len({clause.weight for clause in self.found}) > 1

    @cached_property
    def _words(self) -> tuple[list[int], ...]:
        return tuple(self.runtime.words(clause.text) for clause in self.found)


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


def read_negative(runtime: Runtime, text: str) -> Negative | None:
    """The negative that `text` says, or None where no clause has a weight above 0."""
    prompt = parse(text, detect(text))
    every = clauses(prompt)
    found = tuple(clause for clause in every if clause.weight > 0)
    if not found:
        return None
    return Negative(runtime, prompt.text if found == every else _joined(found), found)


def _joined(found: Sequence[Clause]) -> str:
    return ", ".join(clause.text for clause in found)
