"""Pipelines that start from a source: the embedded music model, covers of ACE-Step, image-to-image of diffusers.

Each has the convention of its own pipeline, and the catalogue says which: ACE-Step's strength keeps the source, diffusers'
image-to-image draws anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from eschew.backends.seam import Knob
from eschew.backends.sources import clip_source, picture_source
from eschew.catalog.capabilities import capabilities
from eschew.errors import RefusalError
from eschew.plan import Plan
from eschew.plan.source import convention, steps_run

if TYPE_CHECKING:
    from eschew.backends.diffusers.loading import Loaded

Floats = np.ndarray[Any, np.dtype[np.float32]]

LONGEST_SECONDS = 600.0
"""What is read of a source where the catalogue states no longest clip."""


@dataclass(frozen=True, eq=False)
class Begun:
    """Arguments that make a call start from a source, how many steps are left then, and what became of the source."""

    call: Mapping[str, Any]
    steps: int
    because: str


def sourced(loaded: Loaded, plan: Plan) -> Loaded:
    """The pipeline that such a plan is for: of the same modules, where image-to-image has a class of its own."""
    if plan.source is None or loaded.facts.modality != "image":
        return loaded
    from diffusers import AutoPipelineForImage2Image

    try:
        pipe = AutoPipelineForImage2Image.from_pipe(loaded.pipe)
    except ValueError as problem:
        raise RefusalError(
            f"diffusers has no image-to-image for {type(loaded.pipe).__name__}",
            where="--source",
            why=str(problem),
        ) from problem
    pipe.set_progress_bar_config(disable=True)
    # Image-to-image draws its own noise, from the sample's generator.
    return replace(loaded, pipe=pipe, noise=None)


def begun(loaded: Loaded, plan: Plan, noise: Floats | None) -> Begun:
    """How the call of the pipeline begins. `noise` is the sample's own, where the pipeline takes it."""
    if plan.source is None:
        given = {} if noise is None else {"latents": torch.from_numpy(noise)}
        return Begun(given, plan.num_inference_steps, "")
    if loaded.facts.modality == "image":
        return _picture(loaded, plan)
    if loaded.codec is not None:
        assert noise is not None
        return _embedded(loaded, plan, noise)
    return _cover(loaded, plan)


def knobs(loaded: Loaded, plan: Plan, because: str) -> tuple[Knob, ...]:
    """What the receipt says of source and strength; nothing where there is none."""
    if plan.source is None:
        return ()
    return (Knob("strength", True, convention(capabilities(loaded.facts))), Knob("source", True, because))


def _embedded(loaded: Loaded, plan: Plan, noise: Floats) -> Begun:
    """As the graphs do it: the source's latents with part of the noise, and the steps that are left."""
    from eschew.backends.nano.sampling import timesteps
    from eschew.backends.nano.source import started

    assert loaded.codec is not None
    times = timesteps(plan.num_inference_steps, loaded.always["shift"])
    start = started(loaded.codec, plan, noise[0], times)
    left = times[start.first : -1].tolist()
    call = {"latents": torch.from_numpy(start.latents[None]), "timesteps": left}
    return Begun(call, len(left), start.because)


def _cover(loaded: Loaded, plan: Plan) -> Begun:
    """ACE-Step: the source's semantic codes condition every step, as far as the strength says."""
    facts = loaded.facts.output
    longest = facts.max_seconds if facts and facts.max_seconds else LONGEST_SECONDS
    shortest = facts.min_seconds if facts and facts.min_seconds else 0.0
    source = clip_source(plan, loaded.sample_rate, 2, longest, shortest)
    call = {
        "task_type": "cover",
        "src_audio": torch.from_numpy(np.ascontiguousarray(source.audio.T)),
        "audio_cover_strength": plan.strength,
    }
    return Begun(call, plan.num_inference_steps, source.because)


def _picture(loaded: Loaded, plan: Plan) -> Begun:
    """Image-to-image of diffusers: of the steps the last part is run, as large as the strength."""
    assert plan.strength is not None
    pipe, steps = loaded.pipe, plan.num_inference_steps
    left = steps_run(steps, plan.strength)
    if not hasattr(pipe, "unet"):  # transformers' pipelines round up where UNets' round down
        left = steps - int(steps - steps * plan.strength)
    side = _side(pipe)
    source = picture_source(plan, side, side)
    call = {"image": Image.fromarray(source.pixels), "strength": plan.strength}
    return Begun(call, left, source.because)


def _side(pipe: Any) -> int:
    """Pixels of a side of what the pipeline makes when nobody says."""
    unet = getattr(pipe, "unet", None)
    side = unet.config.sample_size if unet is not None else pipe.default_sample_size
    return int(side) * int(pipe.vae_scale_factor)
