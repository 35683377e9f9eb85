"""What is exported, as modules: text → conditions, and the velocity without a negative, beside one, or joined to one."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from training.music.attention import Apart, Jointly, install
from training.music.model import NanoMusic, constant_tokens, context
from training.pushing import Push, Steer


class TextGraph(nn.Module):
    """Token ids (1, n) → conditions (1, n + 2, hidden), the constant tokens of lyric and timbre first."""

    def __init__(self, model: NanoMusic) -> None:
        super().__init__()
        self.text_encoder, self.projector = model.text_encoder, model.condition_encoder.text_projector
        self.register_buffer("constants", constant_tokens(model).detach(), persistent=False)

    def forward(self, input_ids: Tensor) -> Tensor:
        """As `AceStepConditionEncoder` packs them."""
        states = self.text_encoder(input_ids=input_ids, use_cache=False).last_hidden_state
        return torch.cat([self.constants, self.projector(states)], dim=1)


class VelocityGraph(nn.Module):
    """Latents (1, 128, 64), timestep (1,), conditions (1, n, hidden) → velocity (1, 128, 64), for text-to-music."""

    def __init__(self, model: NanoMusic) -> None:
        super().__init__()
        self.transformer = model.transformer
        self.register_buffer("context", context(model, 1).contiguous(), persistent=False)

    def forward(self, latents: Tensor, timestep: Tensor, conditions: Tensor) -> Tensor:
        """The transformer with the context of text-to-music filled in."""
        return velocity_of(self.transformer, self.context, latents, timestep, conditions)


class NagGraph(nn.Module):
    """As `VelocityGraph`, with a negative (1, m, hidden) read apart; gives the velocity and the share of tokens clipped.

    `bias` (layers, m) is added to the logits of the negative's tokens, a row for each of its layers; `shares` (layers,)
    weigh these. The scalars are those of `Push`.
    """

    def __init__(self, model: NanoMusic) -> None:
        super().__init__()
        self.transformer, self.cross = copy.deepcopy(model.transformer), Apart()
        install(self.transformer, self.cross)
        self.register_buffer("context", context(model, 1).contiguous(), persistent=False)

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        conditions: Tensor,
        negative: Tensor,
        bias: Tensor,
        shares: Tensor,
        strength: Tensor,
        own: Tensor,
        shared: Tensor,
        tau: Tensor,
        alpha: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Velocity (1, frames, 64), and a number from 0 to 1: the mean over layers and tokens."""
        embedded = self.transformer.condition_embedder(negative)
        self.cross.steer = Steer(embedded, bias, shares)
        self.cross.push = Push(strength, own, shared, tau, alpha)
        self.cross.clipped = []
        velocity = velocity_of(self.transformer, self.context, latents, timestep, conditions)
        clipped = torch.stack(self.cross.clipped).mean()
        # Nothing of a call may stay behind in the processor: an exporter's symbols least of all.
        self.cross.steer, self.cross.push, self.cross.clipped = None, None, []
        return velocity, clipped


class VsfGraph(nn.Module):
    """As `VelocityGraph`, with a negative (1, m, hidden) in the same softmax, its values times −`weights` (m,)."""

    def __init__(self, model: NanoMusic) -> None:
        super().__init__()
        self.transformer, self.cross = copy.deepcopy(model.transformer), Jointly()
        install(self.transformer, self.cross)
        self.register_buffer("context", context(model, 1).contiguous(), persistent=False)

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        conditions: Tensor,
        negative: Tensor,
        bias: Tensor,
        weights: Tensor,
    ) -> Tensor:
        """Velocity (1, frames, 64)."""
        self.cross.steer = Steer(self.transformer.condition_embedder(negative), bias, weights)
        velocity = velocity_of(self.transformer, self.context, latents, timestep, conditions)
        self.cross.steer = None
        return velocity


def velocity_of(
    transformer: nn.Module, context: Tensor, latents: Tensor, timestep: Tensor, conditions: Tensor
) -> Tensor:
    """One forward pass of the transformer for text-to-music."""
    return transformer(
        hidden_states=latents,
        timestep=timestep,
        timestep_r=timestep,
        encoder_hidden_states=conditions,
        context_latents=context.to(latents.dtype),
        return_dict=False,
    )[0]
