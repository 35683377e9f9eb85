"""What a piece of work takes, so that two pieces can be compared on a machine that has other things to do."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import thread_time

LONG = 0.3
"""Seconds of work beside which a disturbance is small: it is measured once."""


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this thread alone, at best of three. The garbage that other tests left is not collected meanwhile,
    and threads that a library keeps spinning do not count.
    """
    best = float("inf")
    for _ in range(3):
        gc.disable()
        try:
            start = thread_time()
            work()
            best = min(best, thread_time() - start)
        finally:
            gc.enable()
        if best > LONG:
            break
    return best
