"""What the embedded backends have in common: which plans they run, and what their receipts say of each field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eschew.backends.nano.folder import Facts
from eschew.backends.seam import Knob
from eschew.errors import RefusalError
from eschew.plan import Plan

if TYPE_CHECKING:
    from eschew.backends.nano.sampling import Run

NO_GUIDANCE = "guidance was distilled into these weights, so there is none to scale"


def check_carried(plan: Plan, model: str) -> None:
    """RefusalError for a method that the graphs do not carry."""
    from eschew.backends.nano.steering import CARRIED

    carried = ("none", *CARRIED)
    if plan.method not in carried:
        raise RefusalError(
            f"{model} cannot run the method {plan.method!r}",
            where="method",
            hint="one of " + ", ".join(carried),
        )


def as_run(plan: Plan, facts: Facts) -> Plan:
    """The plan as the weights run it: without a guidance scale where they have no guidance left."""
    return replace(plan, guidance_scale=1.0) if facts.distilled else plan


def knobs_of(plan: Plan, ran: Plan, run: Run, strength: str) -> list[Knob]:
    """What happened to each field of the plan, and to each knob of its method. `strength` says what more of it does."""
    honoured = [Knob(name, True) for name in ("prompt", "method", "num_inference_steps")]
    scaled = ran.guidance_scale == plan.guidance_scale
    honoured.append(Knob("guidance_scale", scaled, "" if scaled else NO_GUIDANCE))
    if plan.source is not None:
        honoured += [Knob("strength", True, strength), Knob("source", True, run.source_because)]
    negative = Knob("negative_prompt", run.steered or not plan.negative_prompt, run.idle_because)
    idle = "" if run.steered else "no negative acts"
    of_negative = [Knob(name, run.steered, idle) for name in ("negative_scale", "window", *plan.knobs)]
    if run.clipped is not None:
        said = Knob("tau", True, f"it bounded {run.clipped:.0%} of the tokens")
        of_negative = [said if knob.field == "tau" else knob for knob in of_negative]
    return [*honoured, negative, *of_negative]
