"""The claims as they stand: enough pairs and prompts, nothing that cannot be heard, and verdicts that follow the rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eschew.catalog.claim_evidence import ClaimVerdict
from eschew.lab.evidence.claims import CLAIMS
from eschew.lab.evidence.concluding import concluded
from eschew.lab.evidence.sweep import SWEEP
from eschew.lab.evidence.values import Claim
from eschew.lab.experiments.design import checked
from eschew.lab.experiments.experiment import Results
from eschew.lab.experiments.settling import readable

LEAST_PAIRS, LEAST_PROMPTS = 64, 6


There = Callable[[int, str, int, str], bool]
ResultsOf = Callable[..., Results]
Conclude = Callable[[str, There], ClaimVerdict]


@pytest.fixture
def conclude(results_of: ResultsOf) -> Conclude:
    """The verdict on a claim in a world where `there` says what is there."""
    return lambda letter, there: concluded(
        claim(letter), {e.name: results_of(e, there) for e in claim(letter).experiments}
    )


def claim(letter: str) -> Claim:
    return next(c for c in CLAIMS if c.letter == letter)


def standing(verdict: ClaimVerdict, question: str) -> str:
    return next(a.standing for a in verdict.answers if a.id == question)


def test_the_ten_claims_of_the_field_stand_in_order() -> None:
    assert [c.letter for c in CLAIMS] == list("abcdefghij")


@pytest.mark.parametrize("letter", "abcdefghij")
def test_each_claim_has_the_pairs_and_prompts_it_promises(letter: str) -> None:
    experiments = claim(letter).experiments

    assert sum(len(e.subjects) * e.pairs for e in experiments) >= LEAST_PAIRS
    assert len({s.prompt for e in experiments for s in e.subjects}) >= LEAST_PROMPTS


@pytest.mark.parametrize("letter", "abcdefghij")
def test_each_claim_can_be_run_and_its_concepts_can_be_heard(letter: str) -> None:
    heard = readable("music")
    for experiment in claim(letter).experiments:
        checked(experiment)
        for subject in experiment.subjects:
            assert subject.targets
            assert set(subject.targets) <= heard, subject.prompt


def test_names_of_experiments_and_questions_are_their_own() -> None:
    names = [e.name for c in CLAIMS for e in c.experiments] + [e.name for e in SWEEP]
    assert len(set(names)) == len(names)
    for one in CLAIMS:
        ids = [q.id for q in one.questions]
        assert len(set(ids)) == len(ids)
        assert any(q.decisive for q in one.questions)


@pytest.mark.parametrize("letter", "abcdefghij")
def test_where_everything_is_always_there_no_claim_is_said_to_remove(letter: str, conclude: Conclude) -> None:
    verdict = conclude(letter, lambda *_: True)

    assert verdict.pairs >= LEAST_PAIRS
    assert all(abs(a.effect) < 1e-9 for a in verdict.answers)
    assert all(a.standing != "holds" for a in verdict.answers if ", above " in a.rule)


def test_negatives_that_work_for_all_kinds_refute_that_some_do_not(conclude: Conclude) -> None:
    verdict = conclude("b", lambda _s, arm, _seed, _c: arm != "negative")

    assert standing(verdict, "mix-character") == "holds"
    assert standing(verdict, "genre") == "does not hold here"
    assert verdict.standing == "does not hold here"


def test_negatives_that_work_for_some_kinds_alone_are_the_claim(conclude: Conclude) -> None:
    styles = {"jazz", "rock", "techno", "funk", "country", "ambient", "orchestral", "synthwave"} | {
        "lo-fi-hip-hop", "acoustic-ballad", "male-vocal",
    }  # fmt: skip
    verdict = conclude("b", lambda _s, arm, _seed, concept: arm != "negative" or concept in styles)

    assert verdict.standing == "holds"


def test_what_any_words_remove_is_not_put_down_to_the_negative(conclude: Conclude) -> None:
    verdict = conclude("b", lambda _s, arm, _seed, _c: arm == "none")

    assert standing(verdict, "instrument") == "does not hold here"


def test_a_negative_that_leaves_every_bit_in_place_has_no_effect(conclude: Conclude) -> None:
    def there(_s: int, arm: str, seed: int, _c: str) -> bool:
        return arm != "negative at 1.5" or seed % 2 == 0

    verdict = conclude("a", there)

    assert standing(verdict, "differs-at-1") == "holds"
    assert standing(verdict, "acts-at-1.5") == "holds"
    assert verdict.standing == "holds"


def test_between_asked_for_and_not_mentioned_is_the_difference_split(conclude: Conclude) -> None:
    often = {"not mentioned": 0, "asked for": 7, "asked for and forbidden": 4, "and forbidden strongly": 0}
    verdict = conclude("e", lambda _s, arm, seed, _c: seed < often[arm])

    assert verdict.standing == "holds"
    assert standing(verdict, "above-none-strongly") != "holds"


def test_high_guidance_that_makes_seeds_alike_is_seen(conclude: Conclude) -> None:
    def there(subject: int, arm: str, seed: int, concept: str) -> bool:
        if concept == "harsh-distortion":
            return arm.startswith("guidance")
        return arm.startswith("guidance") or (seed + subject) % 2 == 0

    verdict = conclude("f", there)

    assert standing(verdict, "leans-harder") == "holds"
    assert standing(verdict, "less-varied") == "holds"
    assert standing(verdict, "damages") == "holds"


def test_reverse_activation_is_counted_where_the_thing_was_not(conclude: Conclude) -> None:
    verdict = conclude("h", lambda _s, arm, seed, _c: arm == "early" or (arm != "negative" and seed % 3 > 0))

    assert standing(verdict, "early-draws") == "holds"
    assert standing(verdict, "late-idle") == "holds"


def test_nothing_to_remove_is_undecided(conclude: Conclude) -> None:
    verdict = conclude("d", lambda *_: False)

    assert verdict.standing == "undecided"
    assert all(a.pairs == 0 for a in verdict.answers)


def test_results_of_the_sweep_have_an_arm_without_a_negative(results_of: ResultsOf) -> None:
    for experiment in SWEEP:
        found = results_of(experiment, lambda *_: True)
        assert len(found.pairs(0, "negative")) == experiment.pairs
