"""Cross-attention that reads a negative beside the prompt: the processors behind two of the exported graphs.

Both project the queries once and the negative's keys and values with the layer's own weights. The negative has passed
through the transformer's `condition_embedder` like the prompt; it has a length of its own, and needs neither padding nor
a mask.

    Apart    Z⁺ and each layer of the negative with a softmax of its own, then as training/pushing.py has it: NAG, NASA, ONG
    Jointly  one softmax over both, the negative's values turned round: VSF
"""

from __future__ import annotations

import torch
from diffusers import AceStepTransformer1DModel
from diffusers.models.transformers.ace_step_transformer import AceStepAttention, AceStepAttnProcessor2_0
from torch import Tensor
from torch.nn import functional as F

from training.pushing import Push, Steer, as_one, pushed


class Apart(AceStepAttnProcessor2_0):
    """NAG (arXiv 2505.21179), NASA (2412.02687) and ONG (2605.29390), by the numbers in `push`."""

    def __init__(self) -> None:
        super().__init__()
        self.steer: Steer | None = None
        self.push: Push | None = None
        self.clipped: list[Tensor] = []

    def __call__(
        self,
        attn: AceStepAttention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """As the stock processor, and the share of bounded tokens goes to `clipped`."""
        assert self.steer is not None
        assert self.push is not None
        query = queries(attn, hidden_states)
        plus = attend(attn, query, *keys_values(attn, encoder_hidden_states), None)
        z, clipped = pushed(plus, self.read(attn, query, plus), self.push)
        self.clipped.append(clipped)
        return project(attn, z)

    def read(self, attn: AceStepAttention, query: Tensor, plus: Tensor) -> Tensor:
        """Z⁻ of all layers, (1, frames, heads · head_dim)."""
        assert self.steer is not None
        bias, shares = self.steer.bias, self.steer.weights
        key, value = keys_values(attn, self.steer.negative)
        query, key, value = (t.expand(bias.shape[0], -1, -1, -1) for t in (query, key, value))
        layers = attend(attn, query, key, value, bias)
        return as_one(layers, shares, plus)


class Jointly(AceStepAttnProcessor2_0):
    """VSF, value sign flip (arXiv 2508.10931): softmax(Q·[K⁺; K⁻]ᵀ/√d + bias)·[V⁺; −weights·V⁻]."""

    def __init__(self) -> None:
        super().__init__()
        self.steer: Steer | None = None

    def __call__(
        self,
        attn: AceStepAttention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """As the stock processor."""
        assert self.steer is not None
        assert encoder_hidden_states is not None
        key, value = keys_values(attn, encoder_hidden_states)
        other_key, other_value = keys_values(attn, self.steer.negative)
        flipped = -self.steer.weights[None, :, None, None] * other_value
        bias = torch.cat([torch.zeros_like(encoder_hidden_states[0, :, 0]), self.steer.bias])
        z = attend(
            attn,
            queries(attn, hidden_states),
            torch.cat([key, other_key], dim=1),
            torch.cat([value, flipped], dim=1),
            bias,
        )
        return project(attn, z)


def queries(attn: AceStepAttention, hidden: Tensor) -> Tensor:
    """(batch, frames, hidden) → normed queries (batch, frames, heads, head_dim)."""
    return attn.norm_q(attn.to_q(hidden).unflatten(-1, (attn.heads, attn.head_dim)))


def keys_values(attn: AceStepAttention, states: Tensor | None) -> tuple[Tensor, Tensor]:
    """Embedded conditions (batch, n, hidden) → normed keys and values (batch, n, kv_heads, head_dim)."""
    assert states is not None
    split = (attn.kv_heads, attn.head_dim)
    return attn.norm_k(attn.to_k(states).unflatten(-1, split)), attn.to_v(states).unflatten(-1, split)


def attend(attn: AceStepAttention, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """The attention's output before `to_out`: (batch, frames, heads · head_dim). `bias` is one number a key, (keys,) or (batch, keys)."""
    z = F.scaled_dot_product_attention(
        query.transpose(1, 2),
        key.transpose(1, 2),
        value.transpose(1, 2),
        attn_mask=None if bias is None else bias.reshape(-1, 1, 1, bias.shape[-1]),
        scale=attn.scaling,
        enable_gqa=attn.heads != attn.kv_heads,
    )
    return z.transpose(1, 2).flatten(2, 3)


def project(attn: AceStepAttention, z: Tensor) -> Tensor:
    """The output projection."""
    return attn.to_out[0](z)


def install(transformer: AceStepTransformer1DModel, processor: AceStepAttnProcessor2_0) -> None:
    """Make `processor` the one of every cross-attention."""
    for block in transformer.layers:
        block.cross_attn.set_processor(processor)
