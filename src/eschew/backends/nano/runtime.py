"""The embedded models' ONNX graphs: text → conditions, and the velocity of a noisy latent. NumPy in, NumPy out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eschew.backends.nano.codec import Codec

Floats = NDArray[np.float32]

FRAMES = 128
CHANNELS = 64


@dataclass(frozen=True, eq=False)
class Runtime:
    """A loaded nano model: two sessions, the tokenizer, the learned null (1, 1, hidden) and the codec."""

    text: Any
    transformer: Any
    tokenizer: Tokenizer
    null: Floats
    codec: Codec

    def encode(self, prompt: str) -> Floats:
        """The conditions of a prompt: (1, tokens + 2, hidden). No padding: the model reads no mask."""
        ids = np.array([self.tokenizer.encode(prompt).ids], np.int64)
        (states,) = self.text.run(None, {"input_ids": ids})
        return np.asarray(states, np.float32)

    def velocity(self, latents: Floats, timestep: float, conditions: Floats) -> Floats:
        """The velocity noise − x0 of `latents` (frames, channels) at `timestep` (1 = noise, 0 = data)."""
        feeds = {
            "latents": latents[None],
            "timestep": np.array([timestep], np.float32),
            "conditions": conditions,
        }
        (velocity,) = self.transformer.run(None, feeds)
        return np.asarray(velocity[0], np.float32)


def load(folder: Path, threads: int) -> Runtime:
    """Open the graphs in `folder`. `threads` is the number of cores that one forward pass may use."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    providers = ["CPUExecutionProvider"]
    with np.load(folder / "codec.npz") as kept:
        codec = Codec(kept["mean"], kept["basis"], kept["scale"])
        null = kept["null"]
    return Runtime(
        ort.InferenceSession(str(folder / "text.onnx"), options, providers),
        ort.InferenceSession(str(folder / "transformer.onnx"), options, providers),
        Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json")),
        null,
        codec,
    )
