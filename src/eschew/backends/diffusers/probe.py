"""The early look through a pipeline: its denoiser is listened to for the first steps, and the run ends there."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import torch

from eschew.backends.diffusers.attach import attach
from eschew.backends.diffusers.backend import arguments, drawn, scale_of
from eschew.backends.diffusers.loading import Loaded
from eschew.backends.layers import layers_of
from eschew.backends.probe import PROBED_STEPS, Probe, probed
from eschew.plan import Plan

BRANCHES = 3
"""Prompt, negative and null, in the order in which they are asked for."""


class _Seen(Exception):  # noqa: N818  (no error: it ends a run that has shown enough)
    """Enough was seen."""


def early(loaded: Loaded, plan: Plan, seed: int) -> tuple[Probe, ...]:
    """The first steps with the negative as one text; the pipeline is as it was afterwards."""
    steered = attach(
        loaded.pipe,
        # The first layer holds every clause: the look is at the negative as a whole.
        layers_of(plan.negative_prompt)[0].text,
        method="three-branch",
        guidance_scale=max(2.0, scale_of(loaded, plan)),
        negative_scale=1.0,
        prompt_guidance=loaded.prompt_guidance,
        on_noop="warn",
    )
    denoiser = getattr(loaded.pipe, steered.family.denoiser)
    own = vars(denoiser).get("forward")
    forward = denoiser.forward
    rows: list[np.ndarray[Any, Any]] = []

    @functools.wraps(forward)
    def heard(*args: Any, **kwargs: Any) -> Any:
        out = forward(*args, **kwargs)
        found = out[0] if isinstance(out, tuple) else out.sample
        rows.extend(torch.as_tensor(row).float().cpu().numpy() for row in found)
        if len(rows) >= BRANCHES * PROBED_STEPS:
            raise _Seen
        return out

    denoiser.forward = heard
    try:
        steered(**arguments(loaded, plan, *drawn(loaded, plan, seed, 0), None))
    except _Seen:
        pass
    finally:
        if own is None:
            del denoiser.forward
        else:
            denoiser.forward = own
    steps = range(len(rows) // BRANCHES)
    return tuple(probed(step, *rows[step * BRANCHES : (step + 1) * BRANCHES]) for step in steps)
