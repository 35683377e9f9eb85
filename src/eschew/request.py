"""Request: what somebody asked for, and Engine: what is to run it. Nothing in them is decided; plan and backends decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """What a face, or your code, asks for. None means "you choose".

    `guidance_scale` is w in uncond + w·(cond − uncond), 1.0 = off. `negative_scale` is the strength of the negative
    where a method has one apart; `knobs` are the method's others by name (`eschew methods`). `window` is the part of
    the steps in which the negative acts: (0.0, 1.0) is all of them. `source` is a file to start from, a clip or a
    picture, and `strength` (0 to 1) its hold: whether more of it keeps more of the source or less is a fact of the
    model. `host` names who serves the model, where the same weights have several (their limits and defaults differ).
    """

    prompt: str
    negative_prompt: str = ""
    model: str = "nano-music"
    method: str | None = None
    guidance_scale: float | None = None
    negative_scale: float | None = None
    knobs: Mapping[str, float] = field(default_factory=dict)
    window: tuple[float, float] | None = None
    num_inference_steps: int | None = None
    source: str | None = None
    strength: float | None = None
    task: str | None = None
    host: str | None = None


@dataclass(frozen=True)
class Engine:
    """What runs a model, on which machine. None means "you choose"; a plan is the same on every engine.

    `name` is onnx (the embedded graphs) or diffusers (PyTorch). `model_path` is a folder in diffusers' layout, or the name
    of a repository on the hub. `device` is cpu, cuda, cuda:1, mps; `dtype` is float32, float16 or bfloat16.
    """

    name: str | None = None
    model_path: str | None = None
    device: str | None = None
    dtype: str | None = None


ANY_ENGINE = Engine()
"""Whatever suits the model and this machine."""
