"""The backend of the embedded models."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eschew.backends.seam import Knob, Receipt, Sample, Step
from eschew.errors import RefusalError, UnknownNameError
from eschew.plan import Plan

if TYPE_CHECKING:
    from eschew.backends.nano.runtime import Runtime

WEIGHTS = Path(__file__).parent / "weights"
METHODS = ("none", "cfg-substitution", "three-branch")


@dataclass(frozen=True)
class NanoBackend:
    """Runs plans on one embedded model, one clip at a time. `threads` cores for each forward pass."""

    model: str = "nano-music"
    threads: int = 1

    @cached_property
    def runtime(self) -> Runtime:
        """The graphs, opened at first use."""
        from eschew.backends.nano import runtime

        folder = WEIGHTS / self.model
        if not (folder / "transformer.onnx").exists():
            raise UnknownNameError(
                f"the weights of {self.model} are not in this installation", where=str(folder)
            )
        return runtime.load(folder, self.threads)

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample:
        """One clip: mono, 24 kHz, 5.12 s. RefusalError for a method that these graphs do not carry."""
        if plan.method not in METHODS:
            raise RefusalError(
                f"{self.model} cannot run the method {plan.method!r}",
                where="method",
                hint="one of " + ", ".join(METHODS),
            )
        from eschew.backends.nano.codec import SAMPLE_RATE
        from eschew.backends.nano.sampling import sample_latents

        began = time.perf_counter()
        latents, passes = sample_latents(self.runtime, plan, seed, item, on_step)
        audio = self.runtime.codec.decode(latents)
        return Sample(
            audio,
            SAMPLE_RATE,
            Receipt(
                plan_digest=plan.digest,
                seed=seed,
                item=item,
                passes=passes,
                steps=plan.num_inference_steps,
                seconds=time.perf_counter() - began,
                knobs=tuple(_knobs(plan)),
            ),
        )


def _knobs(plan: Plan) -> list[Knob]:
    """What happened to each field of the plan."""
    off = plan.method == "none"
    return [
        Knob("prompt", True),
        Knob(
            "negative_prompt", not off or not plan.negative_prompt, "the plan's method is none" if off else ""
        ),
        Knob("method", True),
        Knob("guidance_scale", True),
        Knob("negative_scale", not off, "no negative acts" if off else ""),
        Knob("window", not off, "no negative acts" if off else ""),
        Knob("num_inference_steps", True),
    ]
