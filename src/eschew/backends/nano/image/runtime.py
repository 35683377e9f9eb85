"""The graphs of nano-image: text → states, noisy latents → v, latents ↔ pictures. NumPy in, NumPy out.

Every text is padded to TOKENS with the closing token, and the padding is read, as StableDiffusionPipeline does it. The
null is the empty text. Three graphs give a v, all from the same weights: without a negative, with one read in the
cross-attentions apart (NAG, NASA, ONG), and with one read in the same softmax (VSF).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eschew.backends.nano.cores import Cores
from eschew.backends.nano.folder import ModelFolder
from eschew.backends.nano.runtime import Push

Floats = NDArray[np.float32]

TOKENS = 40
START, END = 0, 1
WORDS = TOKENS - 2
"""Tokens of a text that are read, beside the two that mark beginning and end."""
LATENTS = (1, 12, 16, 16)
SIDE = 64
"""Pixels of a side of a picture."""


@dataclass(frozen=True)
class Read:
    """What the model reads of a text: `ids`, and from which character on nothing is read; None where all is."""

    ids: tuple[int, ...]
    unread: int | None


@dataclass(frozen=True, eq=False)
class Runtime:
    """A loaded nano-image: the tokenizer, and the graphs in `folder`. Every v is told how many of the `cores` are its own."""

    folder: ModelFolder
    cores: Cores
    tokenizer: Tokenizer

    def read(self, text: str) -> Read:
        """The token ids of a text, cut and padded to TOKENS."""
        found = self.tokenizer.encode(text, add_special_tokens=False)
        ids = (START, *found.ids[:WORDS], END)
        unread = int(found.offsets[WORDS][0]) if len(found.ids) > WORDS else None
        return Read((*ids, *[END] * (TOKENS - len(ids))), unread)

    def states(self, texts: Sequence[str]) -> Floats:
        """Texts as the model reads them: (texts, TOKENS, 192)."""
        ids = np.array([self.read(text).ids for text in texts], np.int64)
        (states,) = self.folder.session("text", self.cores.count).run(None, {"input_ids": ids})
        return np.asarray(states, np.float32)

    def velocity(self, latents: Floats, timestep: int, states: Floats, cores: int = 1) -> Floats:
        """The v of `latents` (1, 12, 16, 16) with each text of `states` (n, TOKENS, 192): (n, 12, 16, 16)."""
        rows = len(states)
        feeds = {
            "latents": np.repeat(latents, rows, axis=0),
            "timestep": np.full(rows, timestep, np.int64),
            "states": states,
        }
        (velocity,) = self.folder.session("unet", cores).run(None, feeds)
        return np.asarray(velocity, np.float32)

    def velocity_apart(
        self,
        latents: Floats,
        timestep: int,
        states: Floats,
        negative: Floats,
        shares: Floats,
        push: Push,
        cores: int = 1,
    ) -> tuple[Floats, float]:
        """The v with `negative` (layers, TOKENS, 192) read beside the text, and the share of tokens that τ bounded.

        Each layer is read in a softmax of its own, Zₗ; and Z⁻ = Z₁ + Σ shareₗ·(Zₗ − Z⁺), the first share being 1.
        """
        feeds = _feeds(latents, timestep, states) | {"negative": negative, "shares": shares}
        feeds |= {name: np.array(value, np.float32) for name, value in vars(push).items()}
        velocity, bounded = self.folder.session("unet-nag", cores).run(None, feeds)
        return np.asarray(velocity, np.float32), float(bounded)

    def velocity_joint(
        self,
        latents: Floats,
        timestep: int,
        states: Floats,
        negative: Floats,
        bias: Floats,
        weights: Floats,
        cores: int = 1,
    ) -> Floats:
        """The v with `negative` (1, m, 192) in the text's softmax, its values times −`weights` (m,)."""
        feeds = _feeds(latents, timestep, states) | {"negative": negative, "bias": bias, "weights": weights}
        (velocity,) = self.folder.session("unet-vsf", cores).run(None, feeds)
        return np.asarray(velocity, np.float32)

    def decode(self, latents: Floats) -> NDArray[np.uint8]:
        """Latents (1, 12, 16, 16) → pixels (64, 64, 3)."""
        (pictures,) = self.folder.session("decoder", self.cores.count).run(None, {"latents": latents})
        values = (np.asarray(pictures[0], np.float32).transpose(1, 2, 0) / 2 + 0.5).clip(0.0, 1.0)
        return np.asarray(np.rint(values * 255), np.uint8)

    def encode(self, pixels: NDArray[np.uint8]) -> Floats:
        """Pixels (64, 64, 3) → latents (1, 12, 16, 16)."""
        picture = (pixels.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
        (latents,) = self.folder.session("encoder", self.cores.count).run(
            None, {"pictures": np.ascontiguousarray(picture)}
        )
        return np.asarray(latents, np.float32)


def _feeds(latents: Floats, timestep: int, states: Floats) -> dict[str, NDArray[Any]]:
    return {"latents": latents, "timestep": np.array([timestep], np.int64), "states": states}


def load(folder: ModelFolder, cores: int) -> Runtime:
    """The model in `folder`, on so many cores."""
    return Runtime(folder, Cores(cores), Tokenizer.from_file(str(folder.file("tokenizer/tokenizer.json"))))
