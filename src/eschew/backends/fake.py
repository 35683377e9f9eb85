"""A backend without a model, shipped so that anybody can test against the seam in milliseconds.

It plays a chord drawn from the noise, and dust on it in a share of the seeds, unless the negative says "crackle".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eschew.backends.seam import Knob, Receipt, Sample, Step, noise_seed
from eschew.plan import Plan

SAMPLE_RATE = 24_000
SECONDS = 5.12


@dataclass(frozen=True)
class FakeBackend:
    """`dusty` is the share of seeds that crackle without a negative; `deaf` ignores the negative, as many models do."""

    dusty: float = 0.7
    deaf: bool = False

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample:
        """A function of (plan, seed, item), as every backend's."""
        noise = noise_seed(seed, item)
        t = np.arange(int(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
        pitch = 220 * 2 ** (int(noise.integers(12)) / 12)
        tones = [np.sin(2 * np.pi * pitch * k * t) / k for k in (1, 2, 3)]
        audio = 0.2 * np.sum(tones, axis=0)
        heeded = not self.deaf and plan.method != "none" and "crackle" in plan.negative_prompt
        if noise.random() < self.dusty and not heeded:
            for at in noise.integers(0, len(t) - 60, 150):
                audio[at : at + 60] += 0.5 * noise.standard_normal(60) * np.exp(-np.arange(60) / 12)
        for step in range(plan.num_inference_steps):
            if on_step is not None:
                on_step(step + 1, plan.num_inference_steps)
        audio = audio / np.abs(audio).max() * 0.89
        passes = plan.num_inference_steps * (1 if plan.guidance_scale == 1.0 else 2)
        knobs = (
            Knob("negative_prompt", heeded or not plan.negative_prompt, "" if heeded else "nothing reads it"),
        )
        receipt = Receipt(plan.digest, seed, item, passes, plan.num_inference_steps, 0.0, knobs)
        return Sample(audio.astype(np.float32), SAMPLE_RATE, receipt)
