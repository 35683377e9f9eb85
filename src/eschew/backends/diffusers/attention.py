"""Steering inside an attention, whatever processor computes it: the call to the attention kernel is what we meet.

Every native processor of diffusers ends in `scaled_dot_product_attention(query, key, value)` with heads split, keys
normed and turned. While `meeting` holds, that one call goes to a function of ours; projections, norms, masks,
rotary embedding, LoRA and quantised linears stay the model's own. A backend that never calls the kernel (flash or sage
packages) is noticed: a run counts the kernels that were met.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from eschew import guidance
from eschew.backends.steering import BOUNDED, Steer, one_of

Kernel = Callable[..., Tensor]
"""(query, key, value, **options) → output; shapes (batch, heads, tokens, head)."""


class meeting(TorchFunctionMode):  # noqa: N801  (reads as a verb: `with meeting(kernel):`)
    """While this holds, calls of the attention kernel go to `replacement`."""

    def __init__(self, replacement: Kernel) -> None:
        super().__init__()
        self.replacement = replacement

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Everything but the kernel goes through as it is."""
        if func is functional.scaled_dot_product_attention:
            return self.replacement(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))


@dataclass(frozen=True, eq=False)
class Text:
    """Keys and values of one layer of the negative at one attention: (1 or batch, heads, tokens, head)."""

    key: Tensor
    value: Tensor

    def rows(self, batch: int) -> tuple[Tensor, Tensor]:
        """Key and value for a batch of `batch` rows."""
        return _rows(self.key, batch), _rows(self.value, batch)


@dataclass(frozen=True, eq=False)
class Result:
    """What steering made of an attention output. `clipped` is NAG's share of bounded tokens, None for the others."""

    output: Tensor
    clipped: Tensor | None = None


def steer_cross(
    steer: Steer, texts: Sequence[Text], query: Tensor, key: Tensor, value: Tensor, **options: Any
) -> Result:
    """Cross-attention: all queries are the sample's, all keys the text's; the negatives bring their own."""
    kernel = functional.scaled_dot_product_attention
    if steer.method == "vsf":
        return _flip(steer, texts, query, key, value, **options)
    positive = kernel(query, key, value, **options)
    plain = {k: v for k, v in options.items() if k != "attn_mask"}
    negatives = [kernel(query, *text.rows(len(query)), **plain) for text in texts]
    return combine(steer, positive, negatives)


def combine(steer: Steer, positive: Tensor, negatives: Sequence[Tensor]) -> Result:
    """NAG (of a contrast, too), NASA or ONG over attention outputs (batch, heads, tokens, head); norms run over all heads of a token."""
    z_pos = merged(positive)
    z_neg = one_of(steer, [merged(n) for n in negatives], z_pos)
    clipped = None
    if steer.method in BOUNDED:
        z, clipped = guidance.nag(
            z_pos, z_neg, steer.knobs["phi"] * steer.least, steer.knobs["tau"], steer.knobs["alpha"]
        )
    elif steer.method == "nasa":
        z = guidance.nasa(z_pos, z_neg, steer.knobs["phi"] * steer.least)
    else:
        z = guidance.orthogonal_negative(z_pos, z_neg, steer.knobs["strength"] * steer.least)
    return Result(split(z, positive.shape[1]), clipped)


def _flip(
    steer: Steer, texts: Sequence[Text], query: Tensor, key: Tensor, value: Tensor, **options: Any
) -> Result:
    """Value sign flip: the negatives' values enter the one softmax with their sign turned, their tokens counting as many
    as their share says.
    """
    keys, values, counts = [key], [value], []
    for text, share in zip(texts, steer.shares, strict=True):
        k, v = text.rows(len(query))
        keys.append(k)
        values.append(-(steer.knobs["scale"] * steer.least) * v)
        counts.append(key.new_full((k.shape[2],), share))
    mask, bias = options.pop("attn_mask", None), torch.cat(counts).log() - steer.knobs["beta"]
    if mask is not None or steer.knobs["beta"] != 0.0 or len(texts) > 1:
        mask = _widened(mask, query, key.shape[2], bias)
    output = functional.scaled_dot_product_attention(
        query, torch.cat(keys, 2), torch.cat(values, 2), attn_mask=mask, **options
    )
    return Result(output)


def flip_joint(
    steer: Steer,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    text: int,
    shares: Tensor,
    text_first: bool,
    **options: Any,
) -> Result:
    """Value sign flip in a joint sequence of `text` prompt tokens, the negatives' behind them, and the image.

    `shares` (tokens,) says how many tokens each of the negatives' counts.

    The image reads all three, the negative with its values turned; prompt and negative each read themselves and the
    image, so that neither text changes the other. Additive masks over keys are kept.
    """
    added = len(shares)
    image = query.shape[2] - text - added
    order = [text, added, image] if text_first else [image, text, added]
    names = ("text", "neg", "image") if text_first else ("image", "text", "neg")
    q, k, v = (dict(zip(names, torch.split(t, order, 2), strict=True)) for t in (query, key, value))
    kernel = functional.scaled_dot_product_attention
    mask, beta = options.pop("attn_mask", None), steer.knobs["beta"]
    bias = shares.to(query).log() - beta if beta != 0.0 or len(steer.weights) > 1 else None
    flipped = -(steer.knobs["scale"] * steer.least) * v["neg"]
    seen = dict(zip(names, torch.split(mask, order, -1), strict=True)) if mask is not None else None

    def read(asker: str, *told: str, values: Sequence[Tensor], bias: Tensor | None = None) -> Tensor:
        allowed = None
        if seen is not None:
            allowed = torch.cat([seen[n][..., :1, :] for n in told], -1).expand(-1, -1, q[asker].shape[2], -1)
        if bias is not None:
            known = sum(k[n].shape[2] for n in told[:-1])
            base = None if allowed is None else allowed[..., :known]
            allowed = _widened(base, q[asker], known, bias)
        return kernel(
            q[asker],
            torch.cat([k[n] for n in told], 2),
            torch.cat(list(values), 2),
            attn_mask=allowed,
            **options,
        )

    out = {
        "text": read("text", "text", "image", values=[v["text"], v["image"]]),
        "neg": read("neg", "neg", "image", values=[v["neg"], v["image"]]),
        "image": read("image", "image", "text", "neg", values=[v["image"], v["text"], flipped], bias=bias),
    }
    return Result(torch.cat([out[name] for name in names], 2))


def _widened(mask: Tensor | None, query: Tensor, known: int, bias: Tensor) -> Tensor:
    """The mask over `known` keys, additive, with more keys at `bias` (more,)."""
    if mask is None:
        mask = query.new_zeros(1, 1, 1, known)
    elif mask.dtype == torch.bool:
        mask = query.new_zeros(mask.shape).masked_fill(~mask, float("-inf"))
    more = bias.to(mask).expand(*mask.shape[:-1], -1)
    return torch.cat([mask, more], -1).expand(-1, -1, query.shape[2], -1)


def merged(heads: Tensor) -> Tensor:
    """(batch, heads, tokens, head) → (batch, tokens, heads · head), as the output projection reads it."""
    return heads.transpose(1, 2).flatten(2)


def split(tokens: Tensor, heads: int) -> Tensor:
    """The inverse of `merged`."""
    return torch.unflatten(tokens, 2, (heads, -1)).transpose(1, 2)


def _rows(tensor: Tensor, batch: int) -> Tensor:
    """One row for all, or a row each; a batch of lanes repeats what it has."""
    if len(tensor) == batch:
        return tensor
    return (
        tensor.expand(batch, -1, -1, -1) if len(tensor) == 1 else tensor.repeat(batch // len(tensor), 1, 1, 1)
    )
