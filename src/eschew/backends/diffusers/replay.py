"""The same call once more: generators wound back, and two results compared byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


@contextmanager
def replaying(call: Mapping[str, Any]) -> Iterator[Callable[[], None]]:
    """Gives a function that winds every generator of the call back to where it stood.

    Afterwards they stand where one run leaves them, however many there were.
    """
    given = call.get("generator")
    generators = [g for g in (given if isinstance(given, list) else [given]) if g is not None]
    # Beside a given one, a pipeline may draw from the common one: a VAE that samples its reference does.
    generators.append(torch.default_generator)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        generators.extend(torch.cuda.default_generators)
    before = [g.get_state() for g in generators]
    after: list[torch.Tensor] = []

    def again() -> None:
        after.extend(g.get_state() for g in generators)
        for generator, state in zip(generators, before, strict=True):
            generator.set_state(state)

    yield again
    for generator, state in zip(generators, after, strict=False):
        generator.set_state(state)


def same(first: Any, second: Any) -> bool:
    """Whether two results of a pipeline hold the same bytes: tensors, arrays, pictures, and lists of these."""
    if isinstance(first, Mapping):
        return all(same(first[key], second[key]) for key in first)
    if isinstance(getattr(first, "values", None), Mapping):  # the state of a modular pipeline
        return same(first.values, second.values)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, torch.Tensor):
        return torch.equal(first, second)
    if hasattr(first, "tobytes"):
        return bool(np.array_equal(np.asarray(first), np.asarray(second)))
    return bool(first == second)
