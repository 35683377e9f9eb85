"""What a pipeline would hand to its denoiser: the pipeline is run up to the first call of it, and stopped there.

This asks the pipeline itself how it encodes a text, whatever encoders, templates, masks and pooled vectors it has. It
costs the text encoders and whatever else comes before the first step, and no pass of the denoiser.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import torch

from eschew.backends.diffusers.denoiser import named_arguments, signature_of
from eschew.backends.diffusers.run import Arguments
from eschew.errors import RefusalError


class _Met(Exception):  # noqa: N818  (no error: the curtain)
    """The denoiser was called."""

    def __init__(self, arguments: Arguments) -> None:
        super().__init__()
        self.arguments = arguments


ONCE = {
    "num_images_per_prompt": 1,
    "num_videos_per_prompt": 1,
    "num_waveforms_per_prompt": 1,
    "latents": None,
    "prompt_embeds": None,
    "pooled_prompt_embeds": None,
    "prompt_attention_mask": None,
    "callback_on_step_end": None,
    "callback": None,
}
"""Arguments of a pipeline that a rehearsal sets, where the pipeline has them: one text, one sample."""


def rehearsed(pipe: Any, denoiser: Any, text: str, call: Mapping[str, Any]) -> Arguments:
    """The denoiser's arguments with `text` as the prompt, one row. Always with the same noise, and no generator of
    the caller's or of PyTorch is moved. RefusalError where the pipeline never gets as far.
    """
    own = {**call, "prompt": text, **{name: value for name, value in ONCE.items() if name in call}}
    if "generator" in call:
        own["generator"] = torch.Generator().manual_seed(0)

    def curtain(*args: Any, **kwargs: Any) -> Any:
        raise _Met(named_arguments(signed, args, kwargs))

    signed = signature_of(denoiser, denoiser.forward)
    curtain.__signature__ = signed  # type: ignore[attr-defined]
    had_forward, forward = "forward" in vars(denoiser), denoiser.forward
    bar = vars(pipe).get("_progress_bar_config")
    pipe.set_progress_bar_config(**{**(bar or {}), "disable": True})
    denoiser.forward = curtain
    why = "it ended without a call of its denoiser"
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            pipe(**own)
    except _Met as met:
        return met.arguments
    except Exception as problem:
        why = str(problem) or type(problem).__name__
    finally:
        if had_forward:
            denoiser.forward = forward
        else:
            del denoiser.forward
        del pipe._progress_bar_config
        if bar is not None:
            pipe.set_progress_bar_config(**bar)
        with contextlib.suppress(AttributeError):
            pipe.maybe_free_model_hooks()
    raise RefusalError(
        f"{type(pipe).__name__} did not show how it encodes the negative", where="attach", why=why
    )


def differing(first: Arguments, second: Arguments) -> Arguments:
    """Those of the first's tensors that are others in the second, nested ones in their places."""
    out: Arguments = {}
    for name, value in first.items():
        other = second.get(name)
        if isinstance(value, dict):
            inner = differing(value, other if isinstance(other, dict) else {})
            if inner:
                out[name] = inner
        elif isinstance(value, torch.Tensor):
            if not (
                isinstance(other, torch.Tensor) and value.shape == other.shape and torch.equal(value, other)
            ):
                out[name] = value
        elif isinstance(value, list | tuple) and any(isinstance(v, torch.Tensor) for v in value):
            same = isinstance(other, list | tuple) and len(value) == len(other)
            if not same or any(differing({"": a}, {"": b}) for a, b in zip(value, other or (), strict=False)):
                out[name] = value
    return out
