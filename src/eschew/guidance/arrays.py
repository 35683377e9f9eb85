"""NumPy and PyTorch alike: which library an array is from, and the precision that sums are taken in.

PyTorch is never imported here: `array_api_compat` looks at the array's own library and at nothing else.
"""

from __future__ import annotations

from typing import Any

from array_api_compat import array_namespace


def namespace(array: Any) -> Any:
    """The array library (array API standard) that `array` is from. Raises TypeError for what is no array."""
    return array_namespace(array)


def wide(array: Any) -> Any:
    """`array` in float32, or in float64 where it has that already: half precision loses sums over a sample."""
    xp = namespace(array)
    return array if array.dtype in (xp.float32, xp.float64) else xp.astype(array, xp.float32)


def narrow(array: Any, like: Any) -> Any:
    """`array` in the dtype of `like`, which is what the caller's sampler goes on with."""
    return array if array.dtype == like.dtype else namespace(array).astype(array, like.dtype)


def blend(start: Any, end: Any, share: float) -> Any:
    """`start + share·(end − start)`, for any share; one operation where the library has one."""
    xp = namespace(start)
    return xp.lerp(start, end, share) if hasattr(xp, "lerp") else start + share * (end - start)


def sample_axes(array: Any) -> tuple[int, ...]:
    """All axes but the first, which is the batch: what belongs to one sample."""
    return tuple(range(1, array.ndim))
