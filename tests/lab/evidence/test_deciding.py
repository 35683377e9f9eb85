"""An effect and its interval: two ways to be unsure, and no more errors than the level allows."""

from __future__ import annotations

import numpy as np
import pytest

from eschew.lab.evidence.deciding import answers, effect, together
from eschew.lab.evidence.values import Groups, Question


def question(says: str, margin: float) -> Question:
    return Question("q", "?", "share", says, margin, lambda _ran: ())  # type: ignore[arg-type]


def test_the_effect_is_the_mean_over_pairs() -> None:
    found = effect(((1.0, 0.0), (1.0, 1.0, 1.0, 0.0)), 0.0)

    assert found.mean == pytest.approx(4 / 6)
    assert (found.pairs, found.prompts) == (6, 2)


def test_pairs_that_all_agree_leave_an_interval_all_the_same() -> None:
    found = effect(((1.0,) * 8,) * 8, 0.5)

    assert found.mean == 1.0
    assert 0.85 < found.interval[0] < 1.0
    assert found.p_above < 0.001
    assert found.p_below > 0.99


def test_prompts_that_disagree_make_it_less_sure_than_their_pairs_do() -> None:
    alike = effect(((1.0, 0.0) * 6,) * 8, 0.0)
    apart = effect(((1.0,) * 12, (0.0,) * 12) * 4, 0.0)

    assert apart.mean == alike.mean
    assert apart.interval[1] - apart.interval[0] > alike.interval[1] - alike.interval[0]


def test_no_pairs_decide_nothing() -> None:
    found = answers((question("above", 0.0),), ((),))

    assert found[0].standing == "undecided"
    assert found[0].pairs == 0


@pytest.mark.parametrize("says", ["above", "below"])
def test_at_the_margin_itself_few_experiments_are_decided(says: str) -> None:
    """Ten prompts that differ from one another, the true mean at the margin: each direction errs in 2.5 %, give or take."""
    rng, decided = np.random.default_rng(5), {"holds": 0, "does not hold here": 0, "undecided": 0}
    runs = 400
    for _ in range(runs):
        rates = np.clip(0.5 + 0.15 * rng.standard_normal(10), 0, 1)
        groups: Groups = tuple(tuple((rng.random(7) < rate).astype(float)) for rate in rates)
        decided[answers((question(says, 0.5),), (groups,))[0].standing] += 1

    assert decided["holds"] <= 0.05 * runs
    assert decided["does not hold here"] <= 0.05 * runs


def test_a_true_effect_is_found() -> None:
    rng = np.random.default_rng(6)
    groups: Groups = tuple(tuple((rng.random(8) < 0.85).astype(float)) for _ in range(10))

    assert answers((question("above", 0.5),), (groups,))[0].standing == "holds"
    assert answers((question("below", 0.5),), (groups,))[0].standing == "does not hold here"


def test_many_questions_ask_for_more_than_one_does() -> None:
    rng = np.random.default_rng(7)
    groups: Groups = tuple(tuple((rng.random(8) < 0.62).astype(float)) for _ in range(10))
    alone = answers((question("above", 0.5),), (groups,))[0]
    nothing: Groups = ((0.5, 0.5),) * 10
    many = answers((question("above", 0.5),) * 5, (groups, *(nothing,) * 4))[0]

    assert many.p_holds == pytest.approx(min(1.0, 5 * alone.p_holds))


def test_a_claim_holds_only_if_all_that_decides_it_does() -> None:
    yes = answers((question("above", 0.0),), (((1.0,) * 8,) * 8,))
    no = answers((question("below", 0.5),), (((1.0,) * 8,) * 8,))

    assert together(yes) == "holds"
    assert together((*yes, *no)) == "does not hold here"
    assert together((*yes, *answers((question("above", 0.0),), ((),)))) == "undecided"
