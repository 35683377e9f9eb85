"""Start from a clip instead of from noise alone: audio-to-audio of the embedded music models.

The source's latents x₀ get noise of the level t nearest to 1 − strength among the times of the steps, (1 − t)·x₀ + t·noise,
and only the steps from there on are run. This is what ACE-Step 1.5 calls `cover_noise_strength` (its documentation, read
2026-11: 0 is pure noise, 1 is closest to the source). At a strength of 0 it is text-to-music, at 1 the last step is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import LATENT_RATE, SAMPLE_RATE, Codec
from eschew.backends.sources import clip_source
from eschew.plan import Plan

Floats = NDArray[np.float32]

PEAK = 10 ** (-1 / 20)
"""The level that the model's own clips have: −1 dBFS."""
HEARD_DECIBELS = 1.0
"""A change of level worth a word."""


@dataclass(frozen=True, eq=False)
class Start:
    """Latents (frames, channels) to begin with, the index of the first step to run, and what became of the source."""

    latents: Floats
    first: int
    because: str = ""


def started(codec: Codec, plan: Plan, noise: Floats, times: Floats) -> Start:
    """Where a plan begins: at its noise, or at its source with part of that. FileError for a source that is no use.

    `times` are the noise levels of all steps, from 1, and the 0 after the last.
    """
    if plan.source is None:
        return Start(noise, 0)
    assert plan.strength is not None
    seconds = len(noise) / LATENT_RATE
    source = clip_source(plan, SAMPLE_RATE, 1, seconds, shortest=seconds)
    peak = float(np.abs(source.audio).max())
    x0 = codec.encode(source.audio[:, 0] * np.float32(PEAK / peak))
    first = int(np.abs(times[:-1] - (1.0 - plan.strength)).argmin())
    t = times[first]
    done = [source.because] if source.because else []
    if abs(20 * np.log10(PEAK / peak)) > HEARD_DECIBELS:
        done.append(f"level changed by {20 * np.log10(PEAK / peak):+.1f} dB")
    done.append(f"began at a noise level of {t:.2f}: {len(times) - 1 - first} of {len(times) - 1} steps ran")
    return Start(np.asarray((1 - t) * x0 + t * noise, np.float32), first, "; ".join(done))
