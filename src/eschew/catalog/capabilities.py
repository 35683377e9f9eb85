"""What one model can do about a negative, seen from one host and one task."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

from eschew.catalog.facts import unknown_name
from eschew.catalog.model_facts import (
    Condition,
    Guidance,
    HostFacts,
    Limits,
    ModelFacts,
    NegativeFacts,
    Range,
)

__all__ = ["Capabilities", "capabilities"]

NO_LIMITS = Limits()
RUN_BY_HOST = ("native", "rewrite")
"""Methods that need no hold on the model: the host's own field, and other words in the prompt."""


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """Facts of a model with its host's and its task's exceptions applied."""

    model: str
    title: str
    modality: Literal["image", "music"]
    backend: Literal["nano", "diffusers", "remote"]
    family: str
    host: str
    host_kind: Literal["embedded", "library", "server", "service", "panel"]
    wire_name: str
    task: str
    field_exists: bool
    accepts_negative: bool
    """The host's own field takes a negative without an error."""
    field_effective: bool
    """The host's own field acts in this task, provided `requires` holds."""
    requires: tuple[Condition, ...]
    when_unmet: Literal["ignored", "rejected", "unknown"]
    acts_on: Literal["sampler", "planner", "undisclosed", "nothing"]
    wire_field: str
    wire_shape: Literal["text", "tags", "plan", "embedding", "conditioning", "none"]
    fold: str
    why_not: str
    """One sentence on why the host's own field does not act here; empty when it does."""
    methods: tuple[str, ...]
    """Ways that work here, best first."""
    guidance: Guidance | None
    num_inference_steps: Range | None
    limits: Limits
    positive_words_only: bool
    """The vendor advises against words such as "no" and "without" in a prompt."""
    null: Literal["text", "learned", "zeros", "none", "undisclosed"]
    distilled: bool
    sources: tuple[str, ...]
    strength_keeps: Literal["source", "prompt"] | None = None
    """Where there is a source: whether a higher strength keeps more of it, or follows the prompt more."""
    default_strength: float | None = None

    @property
    def negative_effective(self) -> bool:
        """Whether a negative can act as a negative here: by the host's field, or by a method eschew runs."""
        return self.field_effective or any(method not in RUN_BY_HOST for method in self.methods)

    @property
    def rewrites_only(self) -> bool:
        """Whether other words in the prompt are all that is left."""
        return self.methods == ("rewrite",)


def capabilities(facts: ModelFacts, host: str = "", task: str = "") -> Capabilities:
    """`facts` as they are at `host` for `task`; the first of each when not said. Raises UnknownNameError."""
    at = facts.host(host)
    tasks = facts.tasks if at.tasks is None else at.tasks
    task = task or tasks[0]
    if task not in tasks:
        raise unknown_name(
            f"task of {facts.id} at {at.title}", task, tasks, listing=f"it does {', '.join(tasks)}"
        )
    negative = at.negative or facts.negative
    works = negative.effective and task not in negative.unless
    methods = facts.methods if at.methods is None else at.methods
    sources = [negative.source, facts.weights.source, at.source]
    return Capabilities(
        model=facts.id,
        title=facts.title,
        modality=facts.modality,
        backend=facts.backend,
        family=facts.family,
        host=at.name,
        host_kind=at.kind,
        wire_name=at.wire_name,
        task=task,
        field_exists=negative.field_exists,
        accepts_negative=negative.accepted,
        field_effective=works,
        requires=negative.requires,
        when_unmet=negative.when_unmet,
        acts_on=negative.acts_on,
        wire_field=negative.wire_field,
        wire_shape=negative.wire_shape,
        fold=negative.fold,
        why_not=why_not(facts, at, negative, task),
        methods=tuple(method for method in methods if works or method != "native"),
        guidance=at.guidance_scale,
        num_inference_steps=at.num_inference_steps,
        limits=merged_limits(facts.limits, at.limits),
        positive_words_only=facts.prompt is not None and facts.prompt.negation == "advised-against",
        null=facts.weights.null,
        distilled=facts.weights.distilled,
        sources=tuple(dict.fromkeys(sources)),
        strength_keeps=facts.strength.keeps if facts.strength else None,
        default_strength=facts.strength.default if facts.strength else None,
    )


def why_not(facts: ModelFacts, at: HostFacts, negative: NegativeFacts, task: str) -> str:
    """Why a text in the host's negative field does nothing in this task; empty when it acts."""
    place = f"{facts.title} at {at.title}"
    if not negative.field_exists:
        reason = f"{place} has no field for a negative prompt"
    elif not negative.accepted:
        reason = f"{place} refuses a request that carries a negative prompt"
    elif task in negative.unless:
        reason = f"{place} does not read the negative prompt when the task is {task}"
    elif not negative.effective and facts.weights.distilled:
        reason = (
            f"{place} takes a negative prompt and ignores it: distillation left no guidance for it to act in"
        )
    elif not negative.effective:
        reason = f"{place} takes a negative prompt and ignores it"
    else:
        return ""
    return f"{reason}."


def merged_limits(model: Limits | None, host: Limits | None) -> Limits:
    """The host's limits, and the model's where the host states none."""
    if model is None or host is None:
        return host or model or NO_LIMITS
    stated = {
        field.name: value
        for field in fields(Limits)
        if (value := getattr(host, field.name)) not in (None, "", "unknown")
    }
    return replace(model, **stated)
