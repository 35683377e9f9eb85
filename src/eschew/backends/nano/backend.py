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
    from eschew.backends.nano.sampling import Run

WEIGHTS = Path(__file__).parent / "weights"


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
        from eschew.backends.nano.codec import SAMPLE_RATE
        from eschew.backends.nano.sampling import sample_latents
        from eschew.backends.nano.steering import METHODS

        carried = ("none", *(method.name for method in METHODS))
        if plan.method not in carried:
            raise RefusalError(
                f"{self.model} cannot run the method {plan.method!r}",
                where="method",
                hint="one of " + ", ".join(carried),
            )
        began = time.perf_counter()
        run = sample_latents(self.runtime, plan, seed, item, on_step)
        audio = self.runtime.codec.decode(run.latents)
        return Sample(
            audio,
            SAMPLE_RATE,
            Receipt(
                plan_digest=plan.digest,
                seed=seed,
                item=item,
                passes=run.passes,
                steps=plan.num_inference_steps,
                seconds=time.perf_counter() - began,
                knobs=tuple(_knobs(plan, run)),
            ),
        )


def _knobs(plan: Plan, run: Run) -> list[Knob]:
    """What happened to each field of the plan, and to each knob of its method."""
    honoured = [Knob(name, True) for name in ("prompt", "method", "guidance_scale", "num_inference_steps")]
    negative = Knob("negative_prompt", run.steered or not plan.negative_prompt, run.idle_because)
    idle = "" if run.steered else "no negative acts"
    of_negative = [Knob(name, run.steered, idle) for name in ("negative_scale", "window", *plan.knobs)]
    if run.clipped is not None:
        said = Knob("tau", True, f"it bounded {run.clipped:.0%} of the tokens")
        of_negative = [said if knob.field == "tau" else knob for knob in of_negative]
    return [*honoured, negative, *of_negative]
