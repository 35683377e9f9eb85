"""Request: what somebody asked for. Nothing in it is decided; `plan` decides, and says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What a face, or your code, asks for. None means "you choose".

    `guidance_scale` is w in uncond + w·(cond − uncond), 1.0 = off. `negative_scale` is the strength of the negative
    where a method has one apart. `window` is the part of the steps in which the negative acts: (0.0, 1.0) is all of
    them. `host` names who serves the model, where the same weights have several (their limits and defaults differ).
    """

    prompt: str
    negative_prompt: str = ""
    model: str = "nano-music"
    method: str | None = None
    guidance_scale: float | None = None
    negative_scale: float | None = None
    window: tuple[float, float] | None = None
    num_inference_steps: int | None = None
    strength: float | None = None
    task: str | None = None
    host: str | None = None
