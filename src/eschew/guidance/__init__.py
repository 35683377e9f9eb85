"""The mathematics of steering: pure functions over arrays, NumPy and PyTorch alike. No state, one method a file.

`cond`, `neg` and `uncond` are velocities (or any prediction in one common space) of equal shape. `guidance_scale` is w
in uncond + w·(cond − uncond); 1.0 is off.
"""

from __future__ import annotations

from eschew.guidance.cfg import classifier_free
from eschew.guidance.three_branch import three_branch
from eschew.guidance.window import in_window

__all__ = ["classifier_free", "in_window", "three_branch"]
