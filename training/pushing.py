"""How a negative read apart acts inside an attention, whatever the attention is: behind the exported graphs of both models.

    Z⁻ = Z₁ + Σ shareₗ·(Zₗ − Z⁺) over the layers Z₁ … of the negative, then
    Z⁺ + strength·d with d = own·Z⁺ − (Z⁻ − shared·part of Z⁻ along Z⁺), its L1 norm bounded, mixed with Z⁺ by alpha

NAG (arXiv 2505.21179): own 1, shared 0 · NASA (2412.02687): own 0, shared 0 · ONG (2605.29390): own 0, shared 1
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

SMALL = 1e-6


@dataclass(frozen=True)
class Steer:
    """What the steered attentions of one forward pass read. Scalars are tensors of no dimension.

    `negative` (1, m, hidden) is embedded. `bias` is added to the logits of its tokens: (m,), or (layers, m) where layers
    are read apart. `weights` are (m,), factors of its values, or (layers,), the shares of the layers, the first one's 1.
    """

    negative: Tensor
    bias: Tensor
    weights: Tensor


@dataclass(frozen=True)
class Push:
    """How Z⁻ acts on Z⁺ when they are computed apart."""

    strength: Tensor
    own: Tensor
    shared: Tensor
    tau: Tensor
    alpha: Tensor


def as_one(layers: Tensor, shares: Tensor, plus: Tensor) -> Tensor:
    """Z⁻ (1, n, d) of what was read of each layer, (layers, n, d)."""
    return (shares[:, None, None] * layers).sum(0, keepdim=True) - (shares.sum() - 1) * plus


def pushed(plus: Tensor, minus: Tensor, push: Push) -> tuple[Tensor, Tensor]:
    """Z (1, n, d), and the share of tokens that were bounded."""
    along = (minus * plus).sum(-1, keepdim=True) / ((plus * plus).sum(-1, keepdim=True) + SMALL)
    guided = plus + push.strength * (push.own * plus - (minus - push.shared * along * plus))
    before, after = (z.abs().sum(-1, keepdim=True) + SMALL for z in (plus, guided))
    growth = after / before
    clipped = (growth > push.tau).to(plus.dtype).mean()
    guided = guided * (push.tau / growth).clamp(max=1.0)
    return push.alpha * guided + (1 - push.alpha) * plus, clipped
