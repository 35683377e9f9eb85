"""The backend of nano-image and its turbo."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eschew.backends.nano.folder import model_folder
from eschew.backends.nano.receipts import as_run, check_carried, knobs_of
from eschew.backends.seam import Knob, Picture, Receipt, Step
from eschew.plan import Plan

if TYPE_CHECKING:
    from eschew.backends.nano.image.runtime import Runtime

DRAWS_ANEW = "the higher, the more is drawn anew, as in diffusers"


@dataclass(frozen=True)
class NanoImageBackend:
    """Runs plans on one embedded model, one picture at a time. `threads` cores for each forward pass."""

    model: str = "nano-image"
    threads: int = 1

    @cached_property
    def runtime(self) -> Runtime:
        """The graphs, opened at first use. UnknownNameError where the model is not in this installation."""
        from eschew.backends.nano.image import runtime

        return runtime.load(model_folder(self.model), self.threads)

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Picture:
        """One picture of 64 × 64 pixels. RefusalError for a method that these graphs do not carry."""
        from eschew.backends.nano.image.sampling import sample_latents

        check_carried(plan, self.model)
        began = time.perf_counter()
        ran = as_run(plan, self.runtime.folder.facts)
        run = sample_latents(self.runtime, ran, seed, item, on_step)
        pixels = self.runtime.decode(run.latents)
        told = _prompt(self.runtime, plan)
        knobs = knobs_of(plan, ran, run, DRAWS_ANEW)
        return Picture(
            pixels,
            Receipt(
                plan_digest=plan.digest,
                seed=seed,
                item=item,
                passes=run.passes,
                steps=run.steps,
                seconds=time.perf_counter() - began,
                knobs=tuple(told if knob.field == "prompt" else knob for knob in knobs),
            ),
        )


def _prompt(runtime: Runtime, plan: Plan) -> Knob:
    """Whether all of the prompt was read."""
    unread = runtime.read(plan.prompt).unread
    if unread is None:
        return Knob("prompt", True)
    rest = plan.prompt[unread:]
    return Knob("prompt", False, f"longer than the text encoder reads; cut before {rest[:60]!r}")
