"""The embedded models' ONNX graphs: text → conditions, and the velocity of a noisy latent. NumPy in, NumPy out.

Three graphs give a velocity, all from the same weights: without a negative, with one read in the cross-attentions apart
(NAG, NASA, ONG), and with one read in the same softmax (VSF).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eschew.backends.nano.codec import Codec
from eschew.backends.nano.cores import Cores
from eschew.backends.nano.folder import ModelFolder

Floats = NDArray[np.float32]

FRAMES = 128
CHANNELS = 64
LEAD = 3
"""Conditions before those of the words: one token for the lyrics, one for the timbre, and the start of the text."""


@dataclass(frozen=True)
class Push:
    """How the attention to the negative, Z⁻, acts on that to the prompt, Z⁺: away by strength·d, then bounded by `tau`
    and mixed in by `alpha`, where d = own·Z⁺ − (Z⁻ − shared·part of Z⁻ along Z⁺).
    """

    strength: float
    own: float
    shared: float
    tau: float = float("inf")
    alpha: float = 1.0


@dataclass(frozen=True, eq=False)
class Runtime:
    """A loaded nano model: the tokenizer, the learned null (1, 1, hidden), the codec, and the graphs in `folder`.

    Every velocity is told how many of the `cores` are its own.
    """

    folder: ModelFolder
    cores: Cores
    tokenizer: Tokenizer
    null: Floats
    codec: Codec

    @cached_property
    def start(self) -> int:
        """The id of the start token."""
        return int(self.tokenizer.encode("").ids[0])

    @cached_property
    def unknown(self) -> int:
        """The id of the token that words outside the vocabulary become."""
        return int(self.tokenizer.encode("[UNK]", add_special_tokens=False).ids[0])

    def words(self, text: str) -> list[int]:
        """The token ids of a text, without the start token."""
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def encode(self, prompt: str) -> Floats:
        """The conditions of a prompt: (1, tokens + 2, hidden). No padding: the model reads no mask."""
        return self.states(self.tokenizer.encode(prompt).ids)

    def states(self, ids: Sequence[int]) -> Floats:
        """The conditions of token ids, the start token first among them: (1, len(ids) + 2, hidden)."""
        (states,) = self.folder.session("text", self.cores.count).run(
            None, {"input_ids": np.array([ids], np.int64)}
        )
        return np.asarray(states, np.float32)

    def velocity(self, latents: Floats, timestep: float, conditions: Floats, cores: int = 1) -> Floats:
        """The velocity noise − x0 of `latents` (frames, channels) at `timestep` (1 = noise, 0 = data)."""
        (velocity,) = self.folder.session("transformer", cores).run(
            None, _feeds(latents, timestep, conditions)
        )
        return np.asarray(velocity[0], np.float32)

    def velocity_apart(
        self,
        latents: Floats,
        timestep: float,
        conditions: Floats,
        negative: Floats,
        bias: Floats,
        shares: Floats,
        push: Push,
        cores: int = 1,
    ) -> tuple[Floats, float]:
        """The velocity with `negative` (1, m, hidden) read beside the prompt, and the share of tokens that τ bounded.

        Each row of `bias` (layers, m), added to the logits of the negative's tokens, reads a layer of it, Zₗ; and
        Z⁻ = Z₁ + Σ shareₗ·(Zₗ − Z⁺), with `shares` (layers,) and the first of them 1.
        """
        feeds = _feeds(latents, timestep, conditions) | {"negative": negative, "bias": bias, "shares": shares}
        feeds |= {name: np.array(value, np.float32) for name, value in vars(push).items()}
        velocity, bounded = self.folder.session("transformer-nag", cores).run(None, feeds)
        return np.asarray(velocity[0], np.float32), float(bounded)

    def velocity_joint(
        self,
        latents: Floats,
        timestep: float,
        conditions: Floats,
        negative: Floats,
        bias: Floats,
        weights: Floats,
        cores: int = 1,
    ) -> Floats:
        """The velocity with `negative` (1, m, hidden) in the prompt's softmax, its values times −`weights` (m,)."""
        feeds = _feeds(latents, timestep, conditions)
        feeds |= {"negative": negative, "bias": bias, "weights": weights}
        (velocity,) = self.folder.session("transformer-vsf", cores).run(None, feeds)
        return np.asarray(velocity[0], np.float32)


def _feeds(latents: Floats, timestep: float, conditions: Floats) -> dict[str, Floats]:
    return {
        "latents": latents[None],
        "timestep": np.array([timestep], np.float32),
        "conditions": conditions,
    }


def load(folder: ModelFolder, cores: int) -> Runtime:
    """The model in `folder`, on so many cores."""
    with np.load(folder.file("codec.npz")) as kept:
        codec = Codec(kept["mean"], kept["basis"], kept["scale"])
        null = kept["null"]
    tokenizer = Tokenizer.from_file(str(folder.file("tokenizer/tokenizer.json")))
    return Runtime(folder, Cores(cores), tokenizer, null, codec)
