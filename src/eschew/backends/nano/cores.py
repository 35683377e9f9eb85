"""Share cores among the predictions of one step, which wait for nothing of each other.

Graphs this small leave cores idle at the border of every operator: two different passes side by side, on one core each, take
four fifths of the time of one after the other on both. A batch of two on both cores is as fast, but takes the same graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Cores:
    """So many cores, for one sample at a time."""

    count: int

    def each(self, calls: Sequence[Callable[[int], T]]) -> list[T]:
        """What the calls return, in their order; each is told how many cores are its own. Raises what the first to fail does.

        One core, or one call, is one after the other.
        """
        if self.count == 1 or len(calls) == 1:
            return [call(self.count) for call in calls]
        own = max(1, self.count // len(calls))
        others = [self._helpers.submit(call, own) for call in calls[1:]]
        return [calls[0](own), *(other.result() for other in others)]

    @cached_property
    def _helpers(self) -> ThreadPoolExecutor:
        """Beside the thread that asks, which does the first call itself."""
        return ThreadPoolExecutor(self.count - 1, thread_name_prefix="eschew-step")
