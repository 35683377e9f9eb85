"""What is exported, as modules: text → states, v without a negative, beside one, or joined to one, and both ways of the
autoencoder.

The cross-attentions of the graphs with a negative steer as training/pushing.py has it, in the UNet's own attention class.
Every text is padded to one length, and the UNet reads the padding, as in StableDiffusionPipeline: so it is with negatives.
"""

from __future__ import annotations

import copy

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.nn import functional as F

from training.image.model import CHANNELS
from training.pushing import Push, Steer, as_one, pushed


class TextGraph(nn.Module):
    """Token ids (n, 40) → states (n, 40, 192)."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor) -> Tensor:
        """The last hidden states, normed."""
        return self.encoder(input_ids=input_ids).last_hidden_state


class UnetGraph(nn.Module):
    """Latents (n, 12, 16, 16), timestep (n,), states (n, m, 192) → v (n, 12, 16, 16)."""

    def __init__(self, unet: UNet2DConditionModel) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, latents: Tensor, timestep: Tensor, states: Tensor) -> Tensor:
        """One pass."""
        return self.unet(latents, timestep, encoder_hidden_states=states, return_dict=False)[0]


class NagGraph(nn.Module):
    """As `UnetGraph` for one row, with a negative (layers, 40, 192) read apart; gives v and the share of tokens clipped.

    `shares` (layers,) weigh the layers of the negative, the first one's 1; the scalars are those of `Push`.
    """

    def __init__(self, unet: UNet2DConditionModel) -> None:
        super().__init__()
        self.unet, self.cross = copy.deepcopy(unet), Apart()
        install(self.unet, self.cross)

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        states: Tensor,
        negative: Tensor,
        shares: Tensor,
        strength: Tensor,
        own: Tensor,
        shared: Tensor,
        tau: Tensor,
        alpha: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """The v, and a number from 0 to 1: the mean over attentions and tokens."""
        self.cross.steer = Steer(negative, torch.zeros_like(shares), shares)
        self.cross.push = Push(strength, own, shared, tau, alpha)
        self.cross.clipped = []
        v = self.unet(latents, timestep, encoder_hidden_states=states, return_dict=False)[0]
        clipped = torch.stack(self.cross.clipped).mean()
        # Nothing of a call may stay behind in the processor: an exporter's symbols least of all.
        self.cross.steer, self.cross.push, self.cross.clipped = None, None, []
        return v, clipped


class VsfGraph(nn.Module):
    """As `UnetGraph` for one row, with a negative (1, m, 192) in the same softmax, its values times −`weights` (m,)."""

    def __init__(self, unet: UNet2DConditionModel) -> None:
        super().__init__()
        self.unet, self.cross = copy.deepcopy(unet), Jointly()
        install(self.unet, self.cross)

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        states: Tensor,
        negative: Tensor,
        bias: Tensor,
        weights: Tensor,
    ) -> Tensor:
        """The v. `bias` (m,) is added to the logits of the negative's tokens."""
        self.cross.steer = Steer(negative, bias, weights)
        v = self.unet(latents, timestep, encoder_hidden_states=states, return_dict=False)[0]
        self.cross.steer = None
        return v


class DecoderGraph(nn.Module):
    """Latents (n, 12, 16, 16) → pictures (n, 3, 64, 64), about −1…1."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents: Tensor) -> Tensor:
        """As the pipeline decodes: scaling_factor is 1."""
        return self.vae.decoder(self.vae.post_quant_conv(latents))


class EncoderGraph(nn.Module):
    """Pictures (n, 3, 64, 64), −1…1 → latents (n, 12, 16, 16)."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, pictures: Tensor) -> Tensor:
        """The mean; the variance of these latents is nearly none."""
        return self.vae.quant_conv(self.vae.encoder(pictures))[:, :CHANNELS]


class Apart:
    """NAG (arXiv 2505.21179), NASA (2412.02687) and ONG (2605.29390), by the numbers in `push`."""

    def __init__(self) -> None:
        self.steer: Steer | None = None
        self.push: Push | None = None
        self.clipped: list[Tensor] = []

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
    ) -> Tensor:
        """As the stock processor, and the share of bounded tokens goes to `clipped`."""
        assert self.steer is not None
        assert self.push is not None
        shares = self.steer.weights
        query = heads(attn, attn.to_q(hidden_states))
        plus = attend(query, *keys_values(attn, encoder_hidden_states), None)
        key, value = keys_values(attn, self.steer.negative)
        layers = attend(query.expand(shares.shape[0], -1, -1, -1), key, value, None)
        z, clipped = pushed(plus, as_one(layers, shares, plus), self.push)
        self.clipped.append(clipped)
        return attn.to_out[0](z)


class Jointly:
    """VSF, value sign flip (arXiv 2508.10931): softmax(Q·[K⁺; K⁻]ᵀ/√d + bias)·[V⁺; −weights·V⁻]."""

    def __init__(self) -> None:
        self.steer: Steer | None = None

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
    ) -> Tensor:
        """As the stock processor."""
        assert self.steer is not None
        assert encoder_hidden_states is not None
        key, value = keys_values(attn, encoder_hidden_states)
        other_key, other_value = keys_values(attn, self.steer.negative)
        flipped = -self.steer.weights[None, None, :, None] * other_value
        bias = torch.cat([torch.zeros_like(encoder_hidden_states[0, :, 0]), self.steer.bias])
        z = attend(
            heads(attn, attn.to_q(hidden_states)),
            torch.cat([key, other_key], dim=2),
            torch.cat([value, flipped], dim=2),
            bias,
        )
        return attn.to_out[0](z)


def heads(attn: Attention, projected: Tensor) -> Tensor:
    """(batch, n, heads · d) → (batch, heads, n, d)."""
    return projected.unflatten(-1, (attn.heads, -1)).transpose(1, 2)


def keys_values(attn: Attention, states: Tensor | None) -> tuple[Tensor, Tensor]:
    """A text (batch, n, 192) as this attention's keys and values, (batch, heads, n, d)."""
    assert states is not None
    return heads(attn, attn.to_k(states)), heads(attn, attn.to_v(states))


def attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """The attention's output before `to_out`: (batch, n, heads · d). `bias` is one number a key."""
    mask = None if bias is None else bias[None, None, None, :]
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).flatten(2, 3)


def install(unet: UNet2DConditionModel, processor: Apart | Jointly) -> None:
    """Make `processor` the one of every cross-attention."""
    for name, module in unet.named_modules():
        if name.endswith("attn2"):
            module.set_processor(processor)
