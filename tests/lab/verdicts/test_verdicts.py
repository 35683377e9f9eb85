"""Outcomes → verdicts, counted by hand on small experiments."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eschew.lab.experiments.experiment import Arm, Experiment, MeasureInfo, Outcome, Results, Subject
from eschew.lab.statistics import mcnemar, pooled_rate, risk_difference, sequential_mcnemar, wilson
from eschew.lab.values import Reading
from eschew.lab.verdicts import KeptVerdict, TargetVerdict, Verdicts, verdicts
from eschew.plan import Plan

NONE, NEGATIVE, PLACEBO = Arm("none", ""), Arm("negative"), Arm("placebo", placebo=True)
PLAN = Plan(
    model="nano-music",
    prompt="jazz",
    negative_prompt="crackle",
    method="cfg-substitution",
    guidance_scale=3.0,
    negative_scale=1.0,
    window=(0.0, 1.0),
    num_inference_steps=10,
)

Presence = Mapping[str, str]
"""By arm: a letter a seed, c for crackle, d for drums, b for both, - for neither."""
LETTERS = {"c": {"crackle"}, "d": {"drums"}, "b": {"crackle", "drums"}, "-": set()}


def experiment(
    *prompts: Presence,
    arms: tuple[Arm, ...] = (NONE, NEGATIVE),
    sequential: bool = False,
    distances: Mapping[str, float] | None = None,
) -> Results:
    """One prompt for each presence, watching crackle as target and drums as kept."""
    seeds = len(next(iter(prompts[0].values())))
    return Results(
        experiment=Experiment(
            name="test",
            question="?",
            model="nano-music",
            subjects=tuple(
                Subject(f"prompt {i}", "crackle", ("crackle",), ("drums",)) for i in range(len(prompts))
            ),
            arms=arms,
            baseline="none",
            pairs=seeds,
            sequential=sequential,
        ),
        outcomes=tuple(
            outcome(subject, arm.name, seed, presence[arm.name][seed], distances or {})
            for subject, presence in enumerate(prompts)
            for arm in arms
            for seed in range(seeds)
        ),
        plans=tuple(tuple(PLAN for _ in arms) for _ in prompts),
        measures=(MeasureInfo("spectrum", "dB", "how far apart"),),
        modality="music",
        engine="made-up",
        folder="",
        pairs_run=seeds,
        looks=(seeds,) if sequential else (),
    )


def outcome(subject: int, arm: str, seed: int, letter: str, distances: Mapping[str, float]) -> Outcome:
    return Outcome(
        subject=subject,
        arm=arm,
        seed=seed,
        digest=arm,
        readings=tuple(
            Reading(name, f"{name}/1", 0.0, 0.5, name in LETTERS[letter]) for name in ("crackle", "drums")
        ),
        passes=30 if arm == "negative" else 20,
        steps=10,
        file=None,
        sha256=f"{subject}{seed}{letter}",
        moved=() if arm == "none" else (distances.get(arm, 1.0) + seed / 100,),
    )


def target(found: Verdicts, arm: str = "negative") -> TargetVerdict:
    return next(t for t in found.targets if t.arm == arm)


def kept(found: Verdicts, arm: str = "negative") -> KeptVerdict:
    return next(k for k in found.kept if k.arm == arm)


def test_a_target_is_counted_pair_by_pair_over_all_prompts() -> None:
    found = target(
        verdicts(
            experiment({"none": "cccc--", "negative": "c-----"}, {"none": "cc----", "negative": "--c---"})
        )
    )

    assert (found.pairs, found.had, found.gone, found.came) == (12, 6, 5, 1)
    assert (found.present_without, found.present_with) == (6 / 12, 2 / 12)
    assert found.removed == 5 / 6
    assert found.removed_ci95 == wilson(5, 6)
    assert found.appeared == 1 / 6
    assert found.difference_ci95 == risk_difference(5, 1, 12)
    assert found.p_value == found.p_adjusted == mcnemar(5, 1)
    assert found.odds_ratio.ratio == pytest.approx(5)
    assert found.detector == "crackle/1"


def test_prompts_are_shown_one_by_one_and_pooled() -> None:
    found = target(
        verdicts(
            experiment(
                {"none": "cccc--", "negative": "c-----"},
                {"none": "cc----", "negative": "--c---"},
                {"none": "------", "negative": "------"},
            )
        )
    )

    assert [(p.had, p.gone, p.removed) for p in found.by_prompt] == [(4, 3, 0.75), (2, 2, 1.0), (0, 0, None)]
    assert found.pooled == pooled_rate([3, 2], [4, 2])


def test_one_prompt_is_not_pooled() -> None:
    assert target(verdicts(experiment({"none": "cccc", "negative": "----"}))).pooled is None


@pytest.mark.parametrize(
    ("without", "with_negative", "verdict"),
    [
        ("c" * 20, "-" * 20, "removed"),
        ("c" * 40, "-" * 18 + "c" * 22, "reduced"),
        ("c" * 20, "-" * 3 + "c" * 17, "no effect shown"),
        ("c" + "-" * 19, "-" * 20, "nothing to remove"),
        ("-" * 20, "c" * 12 + "-" * 8, "made worse"),
    ],
)
def test_the_verdict_in_a_word(without: str, with_negative: str, verdict: str) -> None:
    assert target(verdicts(experiment({"none": without, "negative": with_negative}))).verdict == verdict


def test_many_arms_make_a_verdict_harder_to_get() -> None:
    """Six of six is p = 0.03; of two questions asked at once that is not enough."""
    more = (NONE, NEGATIVE, Arm("other"))
    alone = target(verdicts(experiment({"none": "cccccc", "negative": "------"})))
    crowded = target(
        verdicts(experiment({"none": "cccccc", "negative": "------", "other": "cccccc"}, arms=more))
    )

    assert alone.verdict == "reduced" or alone.verdict == "removed"
    assert crowded.p_value == alone.p_value
    assert crowded.p_adjusted == 2 * alone.p_value
    assert crowded.verdict == "no effect shown"


def test_a_sequential_experiment_pays_for_its_looks() -> None:
    found = verdicts(experiment({"none": "bbbbbbb", "negative": "-------"}, sequential=True))

    assert target(found).p_value == kept(found).p_lost == sequential_mcnemar(7, 0) > mcnemar(7, 0)
    assert target(found).verdict == "no effect shown"
    assert kept(found).verdict == "undecided"


def test_the_placebo_is_set_beside_the_negative_on_the_same_seeds() -> None:
    found = verdicts(
        experiment(
            {"none": "cccccc--", "negative": "-----c--", "placebo": "-ccc-c--"},
            arms=(NONE, NEGATIVE, PLACEBO),
        )
    )
    beside = target(found).beside_placebo

    assert beside is not None
    assert (beside.placebo, beside.only_negative, beside.only_placebo) == ("placebo", 3, 0)
    assert beside.removed_by_placebo == 2 / 6
    assert beside.difference == 3 / 6
    assert beside.p_value == mcnemar(3, 0)
    assert target(found, "placebo").beside_placebo is None


def test_an_arm_is_measured_against_the_arm_it_names() -> None:
    stronger = Arm("stronger", against="negative")
    found = verdicts(
        experiment({"none": "cccc", "negative": "cc--", "stronger": "c---"}, arms=(NONE, NEGATIVE, stronger))
    )

    assert (target(found, "stronger").against, target(found, "stronger").had) == ("negative", 2)
    assert target(found, "stronger").gone == 1


@pytest.mark.parametrize(
    ("without", "with_negative", "verdict"),
    [
        ("d" * 60, "d" * 60, "stayed"),
        ("d" * 10, "d" * 10, "undecided"),
        ("d" * 30, "d" * 15 + "-" * 15, "lost"),
        ("-" * 30, "d" * 15 + "-" * 15, "came"),
        ("-" * 30, "-" * 30, "was not there"),
    ],
)
def test_what_should_stay_is_said_to_have_stayed_only_where_that_is_shown(
    without: str, with_negative: str, verdict: str
) -> None:
    assert kept(verdicts(experiment({"none": without, "negative": with_negative}))).verdict == verdict


def test_what_moved_is_what_the_placebo_did_not_move() -> None:
    found = verdicts(
        experiment(
            {"none": "c" * 8, "negative": "-" * 8, "placebo": "c" * 8},
            arms=(NONE, NEGATIVE, PLACEBO),
            distances={"negative": 3.0, "placebo": 1.0},
        )
    )
    moved = {m.arm: m for m in found.moved}

    assert moved["negative"].mean == pytest.approx(3.035)
    assert moved["negative"].placebo_mean == pytest.approx(1.035)
    assert moved["negative"].beyond == pytest.approx(2.0)
    assert moved["negative"].p_adjusted == pytest.approx(2 / 2**8)
    assert moved["placebo"].beyond is None


def test_an_arm_in_a_line_and_the_front() -> None:
    """A dearer arm that does no more is not on the front; neither is a placebo, whatever it does."""
    dear = Arm("negative")
    cheap = Arm("cheap")
    found = verdicts(
        experiment(
            {"none": "bbbb", "negative": "d---", "cheap": "d--d", "placebo": "dddd"},
            arms=(NONE, dear, cheap, PLACEBO),
        )
    )
    arms = {arm.name: arm for arm in found.arms}

    assert (arms["none"].against, arms["none"].removed) == (None, None)
    assert (arms["negative"].removed, arms["negative"].harm, arms["negative"].passes_per_step) == (
        1.0,
        0.75,
        3.0,
    )
    assert (arms["cheap"].removed, arms["cheap"].harm) == (1.0, 0.5)
    assert [name for name, arm in arms.items() if arm.on_front] == ["cheap"]


def test_equal_bytes_are_counted() -> None:
    arms = {arm.name: arm for arm in verdicts(experiment({"none": "cc-d", "negative": "c--d"})).arms}

    assert (arms["negative"].identical, arms["negative"].pairs) == (3, 4)


def test_equal_results_give_equal_verdicts() -> None:
    results = experiment({"none": "cccc--", "negative": "c-----"}, {"none": "cc-d--", "negative": "--c---"})

    assert verdicts(results) == verdicts(results)
