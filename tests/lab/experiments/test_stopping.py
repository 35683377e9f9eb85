"""When more pairs could change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from eschew.lab.experiments.experiment import Arm, Experiment, Results, Subject
from eschew.lab.experiments.stopping import enough
from eschew.lab.statistics import holm, sequential_mcnemar
from eschew.lab.verdicts import verdicts

ALPHA = 0.05
ASKED = Experiment(
    name="early",
    question="Does it go?",
    model="nano-music",
    subjects=(Subject("jazz with drums", "vinyl crackle", ("vinyl-crackle",), ("drums",)),),
    arms=(Arm("none", ""), Arm("negative"), Arm("late", window=(0.5, 1.0))),
    baseline="none",
    pairs=40,
    alpha=ALPHA,
    sequential=True,
)


@pytest.fixture
def looked_at(results_of: Callable[..., Results]) -> Callable[..., Results]:
    """Results of so many pairs of 40, in which so many lose the crackle that the baseline always has."""

    def look(pairs: int, negative: int, late: int) -> Results:
        gone = {"none": 0, "negative": negative, "late": late}
        results = results_of(
            replace(ASKED, pairs=pairs), lambda _subject, arm, seed, _concept: seed >= gone[arm], planned=True
        )
        return replace(results, experiment=ASKED, looks=(pairs,))

    return look


def called(results: Results) -> dict[str, bool]:
    return {target.arm: target.verdict != "no effect shown" for target in verdicts(results).targets}


def test_it_goes_on_while_an_answer_may_still_come(looked_at) -> None:
    assert not enough(looked_at(10, 10, 4))


def test_it_is_enough_when_everything_is_called(looked_at) -> None:
    results = looked_at(10, 10, 10)

    assert enough(results)
    assert called(results) == {"negative": True, "late": True}


def test_one_clear_answer_makes_room_for_a_less_clear_one(looked_at) -> None:
    """Eight of eight would not do at α/2; with the other question answered it is held to α, here as in the verdicts."""
    results = looked_at(20, 20, 8)

    assert ALPHA / 2 < sequential_mcnemar(8, 0) < ALPHA
    assert enough(results)
    assert called(results) == {"negative": True, "late": True}


def test_two_less_clear_answers_are_not_enough(looked_at) -> None:
    results = looked_at(20, 8, 8)

    assert not enough(results)
    assert called(results) == {"negative": False, "late": False}


def test_it_is_enough_when_nothing_more_can_be_called(looked_at) -> None:
    """Seven pairs are left: too few, even if all of them agreed."""
    assert enough(looked_at(33, 33, 0))
    assert enough(looked_at(33, 0, 0))


def test_nor_does_it_stop_while_two_could_help_each_other(looked_at) -> None:
    """Each of the two could only just be called, and only because the other is."""
    results = looked_at(32, 0, 0)

    assert max(holm([sequential_mcnemar(8, 0)] * 2)) > ALPHA
    assert enough(results)
    assert not enough(looked_at(31, 0, 0))
    assert max(holm([sequential_mcnemar(9, 0)] * 2)) < ALPHA


def test_what_is_called_when_it_stops_is_what_the_verdicts_call(looked_at) -> None:
    for negative in range(11):
        for late in range(11):
            results = looked_at(10, negative, late)
            if enough(results):
                assert called(results) == {"negative": True, "late": True}


def test_without_a_question_nothing_is_answered(looked_at) -> None:
    results = looked_at(10, 10, 10)
    (subject,) = ASKED.subjects
    nothing = replace(ASKED, subjects=(replace(subject, targets=()),))

    assert not enough(replace(results, experiment=nothing))
