"""The search: Optuna proposes, paired seeds judge, a budget of forward passes ends it.

Equal arguments propose the same candidates in the same order, and what was sampled is in the store: the same command
goes on where it was stopped, without a memory of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from eschew.catalog.method_facts import method
from eschew.errors import KnobError, MissingExtraError
from eschew.lab.experiments.experiment import Arm, Experiment, Results
from eschew.lab.tune.judging import charged, front, score
from eschew.lab.tune.space import Space, known_good, suggested
from eschew.lab.tune.values import Candidate, Goal, Trial

if TYPE_CHECKING:
    import optuna

__all__ = ["Found", "Run", "searched"]

Run = Callable[[Experiment], Results]
"""Runs an experiment into the store."""
Found = tuple[tuple[Trial, ...], int]
"""Trials, and the passes they were charged."""

BASELINE = "none"
DEV_PAIRS = 8
"""Seeds of a first look."""
CONFIRMING_PAIRS = 24
"""Seeds of the second look at the best, the first ones among them."""
CONFIRMED = 6
"""How many get a second look."""
AT_ONCE = 4
"""Candidates of a round: proposed together, so that workers have something to share."""
CONFIRMING_SHARE = 0.4
"""Of the budget, kept for second looks: the first look flatters those that come out best of many."""
LEAST_ROUNDS = 2


def searched(
    goal: Goal, default: Candidate, space: Space, budget: int, seed: int, steps: int, run: Run
) -> Found:
    """Trials on the search's seeds, the default plan first. KnobError for a budget that is no search at all."""
    if find_spec("optuna") is None:
        raise MissingExtraError("optuna", "lab")
    least = LEAST_ROUNDS * AT_ONCE * DEV_PAIRS * steps * 2
    if budget < least:
        raise KnobError(
            f"{budget} passes are no search: {LEAST_ROUNDS} rounds take about {least}",
            where="--budget",
            hint=str(4 * least),
        )
    study = _study(seed, space)
    trials: dict[Candidate, Trial] = {}
    spent = 0
    first = _look(goal, [default], DEV_PAIRS, "default", run)
    spent += first[1]
    trials.update(first[0])
    number = 0
    while True:
        asked = [study.ask() for _ in range(AT_ONCE)]
        candidates = [suggested(trial, space) for trial in asked]
        new = [c for c in dict.fromkeys(candidates) if c not in trials]
        if spent + _expected(new, steps) > budget * (1 - CONFIRMING_SHARE):
            break
        if new:
            looked, passes = _look(goal, new, DEV_PAIRS, f"round {number}", run)
            spent += passes
            trials.update(looked)
        for trial, candidate in zip(asked, candidates, strict=True):
            found = trials[candidate].score
            study.tell(trial, [found.removed, found.harm, found.passes])
        number += 1
        if not new and number > 100:
            break
    best, passes = _confirmed(goal, default, tuple(trials.values()), budget - spent, steps, run)
    trials.update(best)
    return tuple(trials.values()), spent + passes


def _study(seed: int, space: Space) -> optuna.Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=12)
    study = optuna.create_study(directions=["maximize", "minimize", "minimize"], sampler=sampler)
    for draws in known_good(space):
        study.enqueue_trial(dict(draws))
    return study


def _look(
    goal: Goal, candidates: Sequence[Candidate], pairs: int, name: str, run: Run
) -> tuple[dict[Candidate, Trial], int]:
    """Trials of some candidates on the first `pairs` seeds, and what they cost."""
    arms = {f"{name}, {number}": candidate for number, candidate in enumerate(candidates, 1)}
    results = run(experiment(goal, tuple(c.arm(n) for n, c in arms.items()), pairs, 0, f"tune {name}"))
    found = {c: Trial(c, score(results, n), pairs > DEV_PAIRS) for n, c in arms.items()}
    return found, charged(results, list(arms))


def experiment(goal: Goal, arms: tuple[Arm, ...], pairs: int, first_seed: int, name: str) -> Experiment:
    """Some ways to run the negative, each against the same seeds without one."""
    every = (Arm(BASELINE, negative_prompt=""), *arms)
    return Experiment(
        name=name.replace(" ", "-"),
        question="Which way of running this negative removes most, at least harm and cost?",
        model=goal.model,
        subjects=(goal.subject,),
        arms=tuple(replace(arm, num_inference_steps=goal.num_inference_steps) for arm in every),
        baseline=BASELINE,
        pairs=pairs,
        first_seed=first_seed,
    )


def _expected(candidates: Sequence[Candidate], steps: int) -> float:
    """Passes that a first look at these will take, roughly."""
    return sum(DEV_PAIRS * steps * _passes(candidate) for candidate in candidates)


def _passes(candidate: Candidate) -> float:
    guided = 2.0 if candidate.guidance_scale > 1.0 else 1.0
    inside = 3.0 if candidate.method in ("perp-neg", "three-branch") else 2.0
    share = candidate.window[1] - candidate.window[0]
    if method(candidate.method).kind == "attention":
        inside = guided
    return guided + share * max(0.0, inside - guided)


def _confirmed(
    goal: Goal, default: Candidate, trials: tuple[Trial, ...], left: int, steps: int, run: Run
) -> tuple[dict[Candidate, Trial], int]:
    """A second look at the default and the best of the front, as many as the rest of the budget allows."""
    enough = next(trial.score.removed for trial in trials if trial.candidate == default)
    worth = sorted(
        front(trials), key=lambda t: (t.score.removed < enough - 0.1, t.score.harm, t.score.passes)
    )
    picked, cost = [default], CONFIRMING_PAIRS * steps * _passes(default)
    for trial in worth:
        more = CONFIRMING_PAIRS * steps * _passes(trial.candidate)
        if trial.candidate == default or len(picked) > CONFIRMED or cost + more > left:
            continue
        picked.append(trial.candidate)
        cost += more
    if cost > left:
        return {}, 0
    found, passes = _look(goal, picked, CONFIRMING_PAIRS, "second look", run)
    # The first look's passes are in the store and were charged before.
    again = DEV_PAIRS / CONFIRMING_PAIRS
    return found, round(passes * (1 - again))
