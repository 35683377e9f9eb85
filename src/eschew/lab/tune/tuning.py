"""From a request to a plan that is proven: what is watched, the default plan, the search, the choice, the proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.errors import RefusalError
from eschew.lab.experiments.crew import Crew
from eschew.lab.experiments.experiment import Experiment, Results, Subject
from eschew.lab.experiments.runner import run
from eschew.lab.experiments.settling import settled
from eschew.lab.store.opening import Store
from eschew.lab.tune.judging import chosen, front
from eschew.lab.tune.proving import proven
from eschew.lab.tune.searching import experiment, searched
from eschew.lab.tune.space import space_of, takes_strength
from eschew.lab.tune.values import Candidate, Goal, Tuned
from eschew.plan import Plan, decide
from eschew.request import Request

__all__ = ["tuned"]

Progress = Callable[[int, int], None]


def tuned(
    request: Request, budget: int, seed: int, proof_pairs: int, store: Store, crew: Crew, progress: Progress
) -> Tuned:
    """The best plan that a budget of forward passes finds, beside the default one on fresh seeds.

    RefusalError where nothing here can hear or see what the negative names, or the model has no method to choose.
    """
    can = capabilities(model(request.model), request.host or "")
    plan = decide(request, can)
    if plan.method in ("none", "rewrite"):
        raise RefusalError(
            f"{can.title} runs no method that could be tuned",
            where="--model",
            why=can.why_not,
            hint="eschew models",
        )
    goal = _goal(request, can)
    default = _as_candidate(plan)
    # The proof is not paid for out of the budget, and takes about two passes a step for each of its two plans.
    in_all = budget + 4 * proof_pairs * plan.num_inference_steps
    spent = [0]

    def runs(asked: Experiment) -> Results:
        results = run(asked, store, crew, lambda _done, _total: None)
        spent[0] += sum(o.passes for o in results.outcomes if o.arm != asked.baseline)
        progress(min(spent[0], in_all), in_all)
        return results

    progress(0, in_all)
    space = space_of(goal, can, plan.guidance_scale)
    trials, passes = searched(goal, default, space, budget, seed, plan.num_inference_steps, runs)
    looked_twice = tuple(trial for trial in trials if trial.confirmed) or trials
    enough = next(trial.score.removed for trial in looked_twice if trial.candidate == default)
    best = chosen(looked_twice, enough)
    spent[0] = budget
    progress(budget, in_all)
    proof, results = proven(goal, default, best.candidate, proof_pairs, runs)
    return Tuned(goal, trials, front(looked_twice), best, proof, results, passes, budget, seed)


def _goal(request: Request, can: Capabilities) -> Goal:
    """What is watched, from the words of prompt and negative."""
    asked = Goal(Subject(request.prompt, request.negative_prompt), can.model, request.num_inference_steps)
    settled_one = settled(experiment(asked, (), 1, 0, "tune"))
    subject = settled_one.subjects[0]
    if not subject.targets:
        verb = "see" if can.modality == "image" else "hear"
        raise RefusalError(
            f"nothing here can {verb} what this negative names, so no plan could be told from another",
            where="--negative",
            hint="eschew concepts TEXT shows how the words are understood",
        )
    return replace(asked, subject=subject)


def _as_candidate(plan: Plan) -> Candidate:
    """The default plan as one of the candidates."""
    return Candidate(
        plan.negative_prompt,
        plan.method,
        plan.guidance_scale,
        plan.negative_scale if takes_strength(plan.method) else None,
        plan.window,
        tuple(sorted(plan.knobs.items())),
    )
