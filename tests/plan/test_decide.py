"""A request becomes a plan, and the plan's history says how."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.errors import EschewError, KnobError, PromptError, RefusalError, UnknownNameError
from eschew.plan import Plan, decide, draft_of, from_json, replay, to_json, without_negative
from eschew.policy import compose, floor_present, load
from eschew.request import Request

LOFI = "Lo-fi hip-hop with jazz violin"


@pytest.fixture(scope="module")
def nano() -> Capabilities:
    return capabilities(model("nano-music"))


def changes(plan: Plan) -> dict[str, tuple[object, object, str]]:
    return {c.field: (c.before, c.after, c.by) for c in plan.history}


def test_what_is_not_asked_for_is_decided_and_recorded(nano: Capabilities) -> None:
    plan = decide(Request(LOFI, "vinyl crackle"), nano)

    assert plan.method in nano.methods
    assert {"method", "guidance_scale", "num_inference_steps", "window"} <= set(changes(plan))


def test_what_is_asked_for_is_kept(nano: Capabilities) -> None:
    plan = decide(Request(LOFI, "hiss", guidance_scale=4.5, num_inference_steps=11, window=(0.1, 0.6)), nano)

    assert (plan.guidance_scale, plan.num_inference_steps, plan.window) == (4.5, 11, (0.1, 0.6))


@pytest.mark.parametrize("scale", [1.0])
def test_guidance_that_is_off_is_raised_when_a_negative_needs_it(nano: Capabilities, scale: float) -> None:
    plan = decide(Request(LOFI, "vinyl crackle", guidance_scale=scale), nano)

    assert changes(plan)["guidance_scale"] == (1.0, 1.5, "eschew")


def test_guidance_that_is_off_stays_off_without_a_negative(nano: Capabilities) -> None:
    plan = decide(Request(LOFI, guidance_scale=1.0), nano)

    assert (plan.guidance_scale, plan.method) == (1.0, "none")


def test_words_the_model_never_saw_are_named(nano: Capabilities) -> None:
    plan = decide(Request("Lo-fi hip-hop with a gamelan", "vinyl crackle, sitar"), nano)

    assert plan.words_unknown == ("gamelan", "sitar")


def test_a_long_prompt_is_cut_in_the_open(nano: Capabilities) -> None:
    plan = decide(Request("drums " * 120), nano)

    assert len(plan.prompt.split()) == 95
    assert changes(plan)["prompt"][2] == "nano-music"


def test_the_other_arm_differs_in_the_negative_alone(nano: Capabilities) -> None:
    plan = decide(Request(LOFI, "vinyl crackle", guidance_scale=1.0), nano)
    bare = without_negative(plan)

    assert replace(bare, negative_prompt=plan.negative_prompt, method=plan.method, history=()) == replace(
        plan, history=()
    )
    assert bare.guidance_scale == 1.5


@pytest.mark.parametrize(
    ("request_", "error", "says"),
    [
        (Request(""), PromptError, "empty"),
        (Request("  \n "), PromptError, "empty"),
        (Request("a\x00b"), PromptError, "U\\+0000"),
        (Request("a" * 100_000), PromptError, "100,000 characters"),
        (Request("a", "b\x1b[2J"), PromptError, "U\\+001B"),
        (Request("a", guidance_scale=float("nan")), KnobError, "nan"),
        (Request("a", guidance_scale=float("inf")), KnobError, "inf"),
        (Request("a", guidance_scale=-3), KnobError, "-3"),
        (Request("a", num_inference_steps=0), KnobError, "0"),
        (Request("a", "b", window=(0.5, 0.5)), KnobError, "empty"),
        (Request("a", "b", window=(0.0, float("nan"))), KnobError, "window"),
        (Request("a", "b", method="nag"), RefusalError, "cannot run"),
        (Request("a", "b", method="magic"), UnknownNameError, "magic"),
    ],
)
def test_bad_input_gets_a_sentence(
    nano: Capabilities, request_: Request, error: type[EschewError], says: str
) -> None:
    with pytest.raises(error, match=says):
        decide(request_, nano)


def test_a_host_without_the_field_gets_the_avoidance_in_the_prompt() -> None:
    can = capabilities(model("minimax-music-cover"))
    plan = decide(Request("warm natural lead vocal", "autotune", model="minimax-music-cover"), can)

    assert plan.method == "rewrite"
    assert plan.prompt.startswith("warm natural lead vocal, ")
    assert "autotune" in plan.prompt
    assert plan.negative_prompt == ""
    assert changes(plan)["prompt"][2] == "rewrite"


def test_what_cannot_be_said_is_refused_with_a_proposal() -> None:
    can = capabilities(model("minimax-music-cover"))
    asked = Request("warm lead vocal", "an early-2010s pop production aesthetic", model="minimax-music-cover")

    with pytest.raises(RefusalError, match="cannot be said in the prompt"):
        decide(asked, can)


def test_a_floor_is_in_the_plan_and_says_whose_it_is(nano: Capabilities) -> None:
    floor = compose([load("podcast-music")])
    plan = decide(Request("Acoustic guitar loop", "tape hiss"), nano, floor)

    assert floor_present(plan.negative_prompt, floor, nano)
    assert any(c.by == "policy:podcast-music" and c.field == "negative_prompt" for c in plan.history)


@given(prompt=st.text(max_size=300), negative=st.text(max_size=300))
def test_any_text_is_planned_or_refused_in_words(prompt: str, negative: str) -> None:
    can = capabilities(model("nano-music"))
    request = Request(prompt, negative)
    try:
        plan = decide(request, can)
    except EschewError:
        return  # a sentence, as the cases above show

    assert replay(draft_of(request), plan.history) == plan
    assert from_json(to_json(plan)) == plan


def test_the_digest_knows_the_run_and_not_the_way_to_it(nano: Capabilities) -> None:
    asked = decide(Request(LOFI, "hiss", guidance_scale=1.5), nano)
    raised = decide(Request(LOFI, "hiss", guidance_scale=1.0), nano)
    other = decide(Request(LOFI, "tape hiss", guidance_scale=1.5), nano)

    assert asked.digest == raised.digest
    assert asked.digest != other.digest
    assert asked.digest.startswith("p1:")
