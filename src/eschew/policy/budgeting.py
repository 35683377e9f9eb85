"""Budgets: what a run may cost. Over budget is refused; what nobody asked for is set within it."""

from __future__ import annotations

from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.policy.composing import Composite, Limit, budget_for
from eschew.prompt import clauses

__all__ = ["check_budget", "within_budget"]


def check_budget(
    composite: Composite,
    can: Capabilities,
    *,
    num_inference_steps: int | None = None,
    guidance_scale: float | None = None,
    negative_prompt: str = "",
) -> None:
    """PolicyError if one of these is outside a budget. None is not looked at. `guidance_scale`: 1.0 = off."""
    bounds = budget_for(composite, can)
    if num_inference_steps is not None:
        _most("num_inference_steps", num_inference_steps, bounds.num_inference_steps)
    if guidance_scale is not None:
        _most("guidance_scale", guidance_scale, bounds.guidance_most)
        least = bounds.guidance_least
        if least is not None and not guidance_scale >= least.value:
            raise _over("guidance_scale", guidance_scale, "at least", least)
    if negative_prompt:
        _most("clauses of the negative prompt", len(clauses(negative_prompt)), bounds.clauses)


def _most(what: str, value: float, limit: Limit | None) -> None:
    if limit is not None and not value <= limit.value:
        raise _over(what, value, "at most", limit)


def _over(what: str, value: float, bound: str, limit: Limit) -> PolicyError:
    return PolicyError(
        f"{limit.line} allows {bound} {limit.value:g} for {what}, and this is {value:g}",
        where=what.partition(" ")[0]
        if what.startswith("num") or what.startswith("gui")
        else "negative_prompt",
        hint=f"{bound} {limit.value:g}",
    )


def within_budget(composite: Composite, can: Capabilities) -> tuple[tuple[str, float, Limit], ...]:
    """Knobs whose default on this model is over budget: field, the value to set instead, and the line that says so."""
    bounds, out = budget_for(composite, can), list[tuple[str, float, Limit]]()
    steps = can.num_inference_steps.default if can.num_inference_steps else None
    if bounds.num_inference_steps and steps is not None and steps > bounds.num_inference_steps.value:
        out.append(("num_inference_steps", int(bounds.num_inference_steps.value), bounds.num_inference_steps))
    default = can.guidance.default if can.guidance and can.guidance.convention != "ignored" else None
    if can.guidance is not None and default is not None:
        scale = can.guidance.to_standard(default)
        if bounds.guidance_most and scale > bounds.guidance_most.value:
            out.append(("guidance_scale", bounds.guidance_most.value, bounds.guidance_most))
        elif bounds.guidance_least and scale < bounds.guidance_least.value:
            out.append(("guidance_scale", bounds.guidance_least.value, bounds.guidance_least))
    return tuple(out)
