"""The search: it finds what is better, keeps to its budget, repeats itself, and proves on seeds it never saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.errors import KnobError
from eschew.lab.experiments.experiment import Experiment, Results, Subject
from eschew.lab.tune.judging import chosen, front
from eschew.lab.tune.proving import PROOF_SEED, proven
from eschew.lab.tune.searching import searched
from eschew.lab.tune.space import space_of
from eschew.lab.tune.values import Candidate, Goal, Score, Trial

GOAL = Goal(
    Subject(
        "lo-fi hip-hop with electric piano and drums",
        "vinyl crackle",
        ("vinyl-crackle",),
        ("electric-piano", "drums"),
    ),
    "nano-music",
)
DEFAULT = Candidate("vinyl crackle", "cfg-substitution", 2.0, 3.5, (0.1, 1.0))
STEPS = 24
ResultsOf = Callable[..., Results]


def trial(removed: float, harm: float, passes: float) -> Trial:
    return Trial(DEFAULT, Score(removed, harm, passes, 8))


def test_the_front_holds_what_nothing_beats() -> None:
    best, cheap, beaten = trial(1.0, 0.1, 2.0), trial(0.9, 0.1, 1.1), trial(0.8, 0.2, 2.0)

    assert front([beaten, best, cheap]) == (cheap, best)


def test_the_choice_removes_as_much_as_the_default_and_harms_least() -> None:
    default, gentle, weak = trial(1.0, 0.2, 2.0), trial(0.98, 0.05, 1.2), trial(0.3, 0.0, 1.0)

    assert chosen([default, gentle, weak], 1.0) == gentle
    assert chosen([weak], 1.0) == weak


class World:
    """Any push removes the crackle, long windows take the drums along; every run is written down."""

    def __init__(self, results_of: ResultsOf) -> None:
        self.results_of = results_of
        self.asked: list[Experiment] = []

    def run(self, experiment: Experiment) -> Results:
        self.asked.append(experiment)
        arms = {arm.name: arm for arm in experiment.arms}

        def there(_subject: int, name: str, seed: int, concept: str) -> bool:
            arm = arms[name]
            if arm.negative_prompt == "" or arm.window is None:
                return concept != "harsh-distortion"
            width = arm.window[1] - arm.window[0]
            if concept == "vinyl-crackle":
                return (arm.negative_scale or 0.0) * width < 0.6
            return concept == "electric-piano" or (concept == "drums" and (width < 0.5 or seed % 2 == 0))

        def passes(name: str) -> int:
            arm = arms[name]
            if not arm.negative_prompt or arm.window is None:
                return 2 * STEPS
            guided = 2.0 if (arm.guidance_scale or 1.0) > 1.0 else 1.0
            return round(STEPS * (guided + (2 - guided) * (arm.window[1] - arm.window[0])))

        return self.results_of(experiment, there, passes, STEPS, planned=True)


def space() -> Any:
    return space_of(GOAL, capabilities(model("nano-music")), 2.0)


def test_a_cheaper_and_gentler_plan_is_found_and_proven(results_of: ResultsOf) -> None:
    world = World(results_of)
    trials, passes = searched(GOAL, DEFAULT, space(), 20_000, 0, STEPS, world.run)
    confirmed = [t for t in trials if t.confirmed]
    best = chosen(confirmed, next(t.score.removed for t in confirmed if t.candidate == DEFAULT))
    proof, _ = proven(GOAL, DEFAULT, best.candidate, 48, world.run)

    assert passes <= 20_000
    assert proof.as_good
    assert proof.harm_ratio is not None
    assert proof.harm_ratio < 0.7
    assert proof.passes_ratio < 0.7


def test_the_proof_uses_no_seed_of_the_search(results_of: ResultsOf) -> None:
    world = World(results_of)
    searched(GOAL, DEFAULT, space(), 10_000, 0, STEPS, world.run)
    searching = {seed for e in world.asked for seed in e.seeds}
    proven(GOAL, DEFAULT, DEFAULT, 16, world.run)

    assert set(world.asked[-1].seeds).isdisjoint(searching)
    assert min(world.asked[-1].seeds) == PROOF_SEED


def test_the_same_search_proposes_the_same_plans(results_of: ResultsOf) -> None:
    one, two, other = (
        searched(GOAL, DEFAULT, space(), 10_000, seed, STEPS, World(results_of).run)[0] for seed in (3, 3, 4)
    )

    assert one == two
    assert one != other


def test_every_arm_is_one_that_could_be_planned(results_of: ResultsOf) -> None:
    from eschew.lab.experiments.arms import plans

    world = World(results_of)
    searched(GOAL, DEFAULT, space(), 10_000, 1, STEPS, world.run)
    for experiment in world.asked:
        for arm, plan in zip(experiment.arms, plans(experiment)[0], strict=True):
            if arm.negative_prompt:
                assert plan.guidance_scale == arm.guidance_scale
                assert plan.window == arm.window
                assert arm.negative_scale in (None, plan.negative_scale)


def test_wordings_are_the_users_own_first_and_all_known_to_the_model() -> None:
    goal = Goal(
        Subject("lo-fi hip-hop", "record noises, vinyl crackle", ("vinyl-crackle",), ("drums",)), "nano-music"
    )
    found = space_of(goal, capabilities(model("nano-music")), 2.0).wordings

    assert found[0] == "record noises, vinyl crackle"
    assert "vinyl crackle" in found
    assert not any("noises" in text for text in found[1:])


def test_too_small_a_budget_is_refused(results_of: ResultsOf) -> None:
    with pytest.raises(KnobError, match="no search"):
        searched(GOAL, DEFAULT, space(), 100, 0, STEPS, World(results_of).run)
