"""Inner products and projections, one per sample.

Over the whole batch they would make a sample depend on its neighbours: the same seed, alone or in a batch of four,
would give two pictures. Hence: axis 0 is the batch and never summed over, unless the caller names it.

    parallel(q, p) = (<q, p> / ||p||²)·p        the part of q along p
    orthogonal(q, p) = q − parallel(q, p)       the part of q that p does not share

The direction that is kept is the second argument. Widely copied code has the two the wrong way round and returns the
part of p along q, which grows as q gets small.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import namespace, narrow, sample_axes, wide

VANISHED = 1e-30
"""A squared norm below this is no direction (elements around 1e-15): nothing is projected on it."""

Axes = int | tuple[int, ...] | None


def dot(a: Any, b: Any, axes: Axes = None) -> Any:
    """<a, b> over `axes` (None = all but the batch), axes kept as 1; float32 at least."""
    a = wide(a)
    return namespace(a).sum(a * wide(b), axis=_axes(a, axes), keepdims=True)


def norm(a: Any, axes: Axes = None) -> Any:
    """||a||₂ over `axes` (None = all but the batch), axes kept as 1; float32 at least."""
    return namespace(a).sqrt(dot(a, a, axes))


def quotient(numerator: Any, denominator: Any) -> Any:
    """`numerator / denominator`, and 0 where the denominator (not negative) has vanished."""
    xp = namespace(denominator)
    vanished = denominator <= VANISHED
    safe = xp.where(vanished, xp.ones_like(denominator), denominator)
    return xp.where(vanished, xp.zeros_like(denominator), numerator / safe)


def parallel(array: Any, along: Any, axes: Axes = None) -> Any:
    """The part of `array` that points along `along`; 0 where `along` vanishes. dtype of `array`."""
    return narrow(quotient(dot(array, along, axes), dot(along, along, axes)) * wide(along), array)


def orthogonal(array: Any, to: Any, axes: Axes = None) -> Any:
    """What is left of `array` without its part along `to`; all of it where `to` vanishes. dtype of `array`."""
    whole = wide(array)
    return narrow(whole - parallel(whole, to, axes), array)


def cosine(a: Any, b: Any, axes: Axes = None) -> Any:
    """The cosine of the angle between `a` and `b`, axes kept as 1; 0 where one of them vanishes."""
    return quotient(dot(a, b, axes), norm(a, axes) * norm(b, axes))


def _axes(array: Any, axes: Axes) -> tuple[int, ...]:
    if axes is None:
        return sample_axes(array)
    return (axes,) if isinstance(axes, int) else axes
