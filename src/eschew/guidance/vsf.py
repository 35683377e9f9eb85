"""VSF, value sign flip (arXiv 2508.10931, ICLR 2026; before it NegPiP, 2023): a negative in one forward pass.

    Z = softmax(Q·[K⁺; K⁻]ᵀ / √d + [0; −β])·[V⁺; −a·V⁻]

The negative's tokens join the same attention with their values turned round, so that it cancels most where the picture
attends to it most. Several negatives, each with its own strength, are simply more tokens. Two traps: padding of a
negative must be cut off before, for padded tokens enter the softmax too; and even at a = 0 the result is not that
without a negative, for the same reason.
"""

from __future__ import annotations

import math
from typing import Any

from array_api_compat import device

from eschew.guidance.arrays import namespace, narrow, wide


def flip_values(k_pos: Any, v_pos: Any, k_neg: Any, v_neg: Any, scale: Any) -> tuple[Any, Any]:
    """Keys and values of prompt and negative in one: (..., tokens, dim) joined on the token axis, v_neg times −scale.

    scale: a number, or an array (..., tokens of the negative) with a strength for each token. dtypes kept.
    """
    xp = namespace(v_neg)
    # a strength per token multiplies all of its dimensions
    strength = scale if isinstance(scale, int | float) else scale[..., None]
    flipped = narrow(-strength * wide(v_neg), v_neg)
    return xp.concat([k_pos, k_neg], axis=-2), xp.concat([v_pos, flipped], axis=-2)


def flip_bias(queries: int, positives: int, negatives: int, beta: float, like: Any) -> Any:
    """Additive attention mask (queries, positives + negatives): 0, and −beta on the negative's tokens.

    dtype and device of `like`.
    """
    xp, place = namespace(like), device(like)
    zeros = xp.zeros((queries, positives), dtype=like.dtype, device=place)
    lowered = xp.full((queries, negatives), -float(beta), dtype=like.dtype, device=place)
    return xp.concat([zeros, lowered], axis=-1)


def value_sign_flip(q: Any, k_pos: Any, v_pos: Any, k_neg: Any, v_neg: Any, scale: Any, beta: float) -> Any:
    """The whole attention, (..., tokens, dim) in and out, softmax in float32: the reference, and for NumPy."""
    xp = namespace(q)
    keys, values = flip_values(k_pos, v_pos, k_neg, v_neg, scale)
    queries, keys, values = wide(q), wide(keys), wide(values)
    logits = xp.matmul(queries, xp.matrix_transpose(keys)) / math.sqrt(q.shape[-1])
    logits = logits + flip_bias(q.shape[-2], k_pos.shape[-2], k_neg.shape[-2], beta, logits)
    weights = xp.exp(logits - xp.max(logits, axis=-1, keepdims=True))
    weights = weights / xp.sum(weights, axis=-1, keepdims=True)
    return narrow(xp.matmul(weights, values), q)
