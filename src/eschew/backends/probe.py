"""One look at the first steps: does the model tell the negative from the prompt, and from nothing at all?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

PROBED_STEPS = 2


@dataclass(frozen=True)
class Probe:
    """Predictions of one step with the prompt (c), the negative (n) and the null (u).

    `cosine` is cos(c, n): at 1 the negative reads as the prompt does. `reach` is ‖n − u‖ / ‖c − u‖: at 0 the negative
    reads as nothing.
    """

    step: int
    cosine: float
    reach: float


def probed(step: int, cond: Any, neg: Any, uncond: Any) -> Probe:
    """The two figures of three predictions of one sample. `reach` is infinite where the prompt reads as nothing."""
    c, n, u = (np.asarray(x, np.float64).ravel() for x in (cond, neg, uncond))
    lengths = float(np.linalg.norm(c) * np.linalg.norm(n))
    far = float(np.linalg.norm(c - u))
    return Probe(
        step,
        float(c @ n) / lengths if lengths else 0.0,
        float(np.linalg.norm(n - u)) / far if far else float("inf"),
    )
