"""Arms: what differs between two of them is what their author meant to differ, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from eschew.catalog.model_facts import model
from eschew.catalog.taxonomy import concepts
from eschew.catalog.vocabulary import vocabulary, vocabulary_words
from eschew.errors import KnobError, UsageError
from eschew.lab.experiments.arms import differing, plan_of, plans, remarks_on, said
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.placebo import placebo, related
from eschew.lab.experiments.settling import remarks_on_subjects, settled
from eschew.plan import Plan, decide
from eschew.prompt import clauses
from eschew.request import Request

NANO = model("nano-music")
SUBJECT = Subject("lo-fi hip-hop with piano", "vinyl crackle, tape hiss")
BARE = Arm("none", negative_prompt="")
NEGATIVE = Arm("negative")


def of(arm: Arm, subject: Subject = SUBJECT) -> Plan:
    return plan_of(subject, arm, NANO)


def experiment(*arms: Arm, subjects: tuple[Subject, ...] = (SUBJECT,)) -> Experiment:
    return Experiment("x", "?", "nano-music", subjects, (BARE, *arms), "none", 8)


def test_the_arm_that_says_nothing_is_the_plan_of_the_request() -> None:
    from eschew.catalog.capabilities import capabilities

    request = Request(SUBJECT.prompt, SUBJECT.negative_prompt)

    assert of(NEGATIVE).digest == decide(request, capabilities(NANO)).digest


def test_without_a_negative_nothing_else_changes() -> None:
    bare = of(BARE)

    assert (bare.negative_prompt, bare.method) == ("", "none")
    assert differing(bare, of(NEGATIVE)) == ()


def test_a_placebo_runs_exactly_as_the_negative_does() -> None:
    """Even where presets differ by kind: the placebo of a mix character is no mix character."""
    fake = of(Arm("placebo", placebo=True))

    assert differing(fake, of(NEGATIVE)) == ()
    assert fake.negative_prompt != SUBJECT.negative_prompt


def test_each_clause_can_be_said_in_other_words() -> None:
    wordier = of(Arm("wordier", negative_prompt="any audible {clause}"))

    assert wordier.negative_prompt == "any audible vinyl crackle, any audible tape hiss"


def test_the_negative_can_be_said_in_the_prompt() -> None:
    asked = of(Arm("asked", negative_prompt="", added_to_prompt="no {clause}"))

    assert asked.prompt == "lo-fi hip-hop with piano, no vinyl crackle, no tape hiss"
    assert asked.method == "none"
    assert said("without {negative}", "a, b") == "without a, b"


def test_what_an_arm_sets_is_set() -> None:
    plan = of(
        Arm(
            "x",
            method="nag",
            guidance_scale=3.0,
            window=(0.2, 0.6),
            num_inference_steps=8,
            knobs={"phi": 2.0},
        )
    )

    assert (plan.method, plan.guidance_scale, plan.window, plan.num_inference_steps) == (
        "nag",
        3.0,
        (0.2, 0.6),
        8,
    )
    assert plan.knobs["phi"] == 2.0


def test_a_strength_of_zero_is_kept_and_not_taken_for_none() -> None:
    assert of(Arm("weak", negative_scale=0.0)).negative_scale == 0.0
    assert of(Arm("fake and weak", negative_scale=0.0, placebo=True)).negative_scale == 0.0


def test_a_subject_without_a_negative_takes_the_arms() -> None:
    plan = of(Arm("x", negative_prompt="vinyl crackle"), Subject("lo-fi hip-hop with piano"))

    assert plan.negative_prompt == "vinyl crackle"
    assert plan.method != "none"


def test_an_impossible_arm_is_named() -> None:
    asked = experiment(Arm("loud", guidance_scale=400.0))
    with pytest.raises(KnobError, match="guidance_scale") as error:
        plans(asked)

    assert error.value.where == "subject 1, arm 'loud', guidance_scale"


def test_arms_that_differ_more_than_they_say_are_remarked_on() -> None:
    asked = experiment(NEGATIVE, Arm("nag", method="nag", against="negative"))
    remarks = [remark for remark in remarks_on(asked, plans(asked)) if "'nag'" in remark]

    assert remarks == [
        "Arm 'nag' and 'negative' differ in knobs, negative_scale too, as their plans have it."
    ]


def test_words_the_model_never_saw_are_remarked_on() -> None:
    asked = experiment(Arm("odd", negative_prompt="skeuomorphic zithers"))

    assert any("'odd'" in r and "skeuomorphic" in r for r in remarks_on(asked, plans(asked)))


def test_what_is_watched_follows_from_the_words_unless_it_is_said() -> None:
    asked = settled(
        experiment(NEGATIVE, subjects=(SUBJECT, Subject("jazz", "hiss", targets=("piano",), kept=("jazz",))))
    )

    assert asked.subjects[0].targets == ("vinyl-crackle", "tape-hiss")
    assert "piano" in asked.subjects[0].kept
    assert (asked.subjects[1].targets, asked.subjects[1].kept) == (("piano",), ("jazz",))
    assert settled(asked) == asked


def test_what_nothing_hears_is_remarked_on() -> None:
    asked = settled(experiment(NEGATIVE, subjects=(Subject("jazz with drums", "bad vibes"),)))

    assert remarks_on_subjects(asked) == (
        "Subject 1: nothing here can hear bad vibes.",
        "Subject 1: no target is watched, so removal cannot be counted in it.",
    )


WORDINGS = [c.wording for c in concepts("music") if not c.abstract]


@settings(max_examples=40)
@given(st.sampled_from(WORDINGS), st.lists(st.sampled_from(WORDINGS), min_size=1, max_size=4, unique=True))
def test_a_placebo_is_as_long_and_about_something_else(prompt: str, negative: list[str]) -> None:
    """property: clause for clause as many words, all known to the model, none of a concept in or near the texts."""
    text, known = ", ".join(negative), vocabulary("nano-music")
    try:
        stand_in = placebo(prompt, text, "music", known)
    except UsageError:
        # Nothing unrelated of that length is left, and the author is told so.
        reject()

    def lengths(said: str) -> list[int]:
        return [len(vocabulary_words(c.text)) for c in clauses(said)]

    assert lengths(stand_in) == lengths(text)
    assert known is not None
    assert known.issuperset(word for word, _, _ in vocabulary_words(stand_in))
    assert stand_in == placebo(prompt, text, "music", known)
    taken = {c.wording for c in concepts("music") if c.id in set(related(prompt, text, "music"))}
    assert taken.isdisjoint(c.text for c in clauses(stand_in))
