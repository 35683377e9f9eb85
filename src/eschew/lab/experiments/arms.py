"""Subject × arm → plan. Settings that an arm leaves open are decided once, for the subject's own negative, so that a
placebo or another wording runs exactly as the negative does, and only the words differ.
"""

from __future__ import annotations

from dataclasses import fields, replace

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.method_facts import method
from eschew.catalog.model_facts import ModelFacts, model
from eschew.catalog.vocabulary import vocabulary
from eschew.errors import EschewError
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.placebo import placebo
from eschew.plan import Plan, decide
from eschew.plan.source import task_of
from eschew.prompt import clauses
from eschew.request import Request

__all__ = ["differing", "plan_of", "plans", "remarks_on", "said"]

WORDS = ("prompt", "negative_prompt", "words_unknown", "history")
"""Fields of a plan that hold what is said; the others are settings."""
OFF = ("none", "rewrite")
"""Methods that leave nothing for the sampler to be set to."""
OF_THE_NEGATIVE = ("method", "negative_scale", "window", "knobs")
"""Settings that mean nothing where there is no negative."""


def plans(experiment: Experiment) -> tuple[tuple[Plan, ...], ...]:
    """By subject and arm. The errors of `decide`, which say at which subject and arm."""
    facts = model(experiment.model)
    return tuple(
        tuple(_placed(subject, number, arm, facts) for arm in experiment.arms)
        for number, subject in enumerate(experiment.subjects)
    )


def plan_of(subject: Subject, arm: Arm, facts: ModelFacts) -> Plan:
    """What runs for this subject in this arm. The errors of `decide`; UsageError where no placebo can be made."""
    settings = Request(
        prompt=subject.prompt,
        model=facts.id,
        method=arm.method,
        guidance_scale=arm.guidance_scale,
        negative_scale=arm.negative_scale,
        knobs=arm.knobs,
        window=arm.window,
        num_inference_steps=arm.num_inference_steps,
        source=arm.source or subject.source,
        strength=arm.strength,
    )
    can = capabilities(facts, task=task_of(settings, facts))
    asked = _negative(subject, arm, can)
    stands = decide(replace(settings, negative_prompt=subject.negative_prompt or asked), can)
    request = Request(
        prompt=_prompt(subject, arm),
        negative_prompt=asked,
        model=facts.id,
        guidance_scale=stands.guidance_scale,
        num_inference_steps=stands.num_inference_steps,
        source=settings.source,
        strength=stands.strength,
    )
    if asked:
        request = replace(request, method=stands.method)
    if asked and stands.method not in OFF:
        taken = {knob.name for knob in method(stands.method).knobs}
        request = replace(
            request,
            negative_scale=stands.negative_scale if "negative_scale" in taken else None,
            window=stands.window,
            knobs=stands.knobs,
        )
    return decide(request, can)


def said(template: str, negative: str) -> str:
    """`template` with a negative in it: whole at {negative}, or all of it once for every clause at {clause}."""
    if "{clause}" in template:
        return ", ".join(template.replace("{clause}", clause.text) for clause in clauses(negative))
    return template.replace("{negative}", negative)


def _negative(subject: Subject, arm: Arm, can: Capabilities) -> str:
    own = subject.negative_prompt
    text = own if arm.negative_prompt is None else said(arm.negative_prompt, own)
    if arm.placebo and text:
        return placebo(subject.prompt, text, can.modality, vocabulary(can.limits.tokenizer))
    return text


def _prompt(subject: Subject, arm: Arm) -> str:
    added = said(arm.added_to_prompt, subject.negative_prompt)
    return f"{subject.prompt.rstrip().rstrip(',')}, {added}" if added else subject.prompt


def _placed(subject: Subject, number: int, arm: Arm, facts: ModelFacts) -> Plan:
    try:
        return plan_of(subject, arm, facts)
    except EschewError as error:
        # The same error, with its place in the experiment.
        error.where = f"subject {number + 1}, arm {arm.name!r}" + (f", {error.where}" if error.where else "")
        raise


def differing(one: Plan, other: Plan) -> tuple[str, ...]:
    """The settings in which two plans differ, beside what they say."""
    compared = [f.name for f in fields(Plan) if f.name not in WORDS]
    if "none" in (one.method, other.method):
        compared = [name for name in compared if name not in OF_THE_NEGATIVE]
    return tuple(name for name in compared if getattr(one, name) != getattr(other, name))


def remarks_on(experiment: Experiment, table: tuple[tuple[Plan, ...], ...]) -> tuple[str, ...]:
    """What the plans themselves give a reader to think about."""
    out: list[str] = []
    index = {arm.name: number for number, arm in enumerate(experiment.arms)}
    for arm in experiment.arms:
        reference = experiment.reference_of(arm.name)
        found = {
            name
            for row in table
            for name in differing(row[index[reference]], row[index[arm.name]])
            if getattr(arm, name, None) in (None, {})
        }
        if found:
            out.append(
                f"Arm {arm.name!r} and {reference!r} differ in {', '.join(sorted(found))} too, as their plans have it."
            )
        cut = [n + 1 for n, row in enumerate(table) if arm.added_to_prompt and _cut(row[index[arm.name]])]
        if cut:
            out.append(
                f"Arm {arm.name!r}: the model reads no further than its limit, and the prompt of subject "
                f"{', '.join(map(str, cut))} was cut there."
            )
        unknown = sorted({word for row in table for word in row[index[arm.name]].words_unknown})
        if unknown:
            out.append(f"Arm {arm.name!r} uses words that the model never saw: {', '.join(unknown)}.")
    return tuple(out)


def _cut(plan: Plan) -> bool:
    return any(change.field == "prompt" and change.by == plan.model for change in plan.history)
