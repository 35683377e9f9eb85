"""The backend of the embedded models."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eschew.backends.nano.folder import WEIGHTS, model_folder
from eschew.backends.nano.receipts import as_run, check_carried, knobs_of
from eschew.backends.seam import Receipt, Sample, Step
from eschew.plan import Plan

if TYPE_CHECKING:
    from eschew.backends.nano.runtime import Runtime

__all__ = ["WEIGHTS", "NanoBackend"]

KEEPS = "the higher, the more of the source is kept"


@dataclass(frozen=True)
class NanoBackend:
    """Runs plans on one embedded model, one clip at a time. `threads` cores for each forward pass."""

    model: str = "nano-music"
    threads: int = 1

    @cached_property
    def runtime(self) -> Runtime:
        """The graphs, opened at first use. UnknownNameError where the model is not in this installation."""
        from eschew.backends.nano import runtime

        return runtime.load(model_folder(self.model), self.threads)

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample:
        """One clip: mono, 24 kHz, 5.12 s. RefusalError for a method that these graphs do not carry."""
        from eschew.backends.nano.codec import SAMPLE_RATE
        from eschew.backends.nano.sampling import sample_latents

        check_carried(plan, self.model)
        began = time.perf_counter()
        ran = as_run(plan, self.runtime.folder.facts)
        run = sample_latents(self.runtime, ran, seed, item, on_step)
        audio = self.runtime.codec.decode(run.latents)
        return Sample(
            audio,
            SAMPLE_RATE,
            Receipt(
                plan_digest=plan.digest,
                seed=seed,
                item=item,
                passes=run.passes,
                steps=run.steps,
                seconds=time.perf_counter() - began,
                knobs=tuple(knobs_of(plan, ran, run, KEEPS)),
            ),
        )
