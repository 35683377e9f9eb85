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
        (Request("a", "b", method="native"), RefusalError, "cannot run"),
        (Request("a", "b", method="magic"), UnknownNameError, "magic"),
        (Request("a", "b", knobs={"phi": 4.0}), UnknownNameError, "phi"),
        (Request("a", knobs={"phi": 4.0}), KnobError, "no method runs"),
        (Request("a", "b", knobs={"window_start": 0.1}), KnobError, "not among the knobs"),
        (Request("a", "b", knobs={"negative_scale": 3.0}), KnobError, "not among the knobs"),
    ],
)
def test_bad_input_gets_a_sentence(
    nano: Capabilities, request_: Request, error: type[EschewError], says: str
) -> None:
    with pytest.raises(error, match=says):
        decide(request_, nano)


@pytest.fixture(scope="module")
def turbo() -> Capabilities:
    return capabilities(model("ace-step-v1.5-turbo"))


def asked_of_turbo(**knobs: float) -> Request:
    return Request("lo-fi", "hiss", "ace-step-v1.5-turbo", "nag", knobs=knobs)


def test_a_knob_is_kept_and_the_others_stand_at_the_methods_defaults(turbo: Capabilities) -> None:
    plan = decide(asked_of_turbo(phi=9.0), turbo)

    assert plan.knobs == {"phi": 9.0, "tau": 2.5, "alpha": 0.25}
    assert changes(plan)["knobs"][2] == "catalogue"
    assert from_json(to_json(plan)) == plan
    assert replay(draft_of(asked_of_turbo(phi=9.0)), plan.history) == plan


def test_knobs_are_part_of_the_digest(turbo: Capabilities) -> None:
    assert decide(asked_of_turbo(phi=9.0), turbo).digest != decide(asked_of_turbo(phi=8.0), turbo).digest


def test_a_preset_for_the_model_goes_before_the_defaults_and_a_wish_before_both() -> None:
    can = capabilities(model("sdxl-turbo"))
    asked = Request("a cat", "text", "sdxl-turbo", "nag")

    assert decide(asked, can).knobs == {"phi": 2.0, "tau": 2.5, "alpha": 0.5}
    assert decide(replace(asked, knobs={"tau": 3.0}), can).knobs == {"phi": 2.0, "tau": 3.0, "alpha": 0.5}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 100.5])
def test_a_knob_out_of_range_is_refused(turbo: Capabilities, value: float) -> None:
    with pytest.raises(KnobError, match="phi must be a number from 0 to 100"):
        decide(asked_of_turbo(phi=value), turbo)


def test_knobs_of_a_negative_that_moved_into_the_prompt_are_refused() -> None:
    can = capabilities(model("minimax-music-cover"))
    asked = Request("warm lead vocal", "autotune", "minimax-music-cover", knobs={"phi": 4.0})

    with pytest.raises(KnobError, match="phi") as caught:
        decide(asked, can)
    assert "said in the prompt" in caught.value.why


def test_weights_of_the_negative_reach_models_that_eschew_runs_and_those_of_the_prompt_come_off(
    nano: Capabilities,
) -> None:
    plan = decide(Request("(drums:1.3), piano", "(vinyl crackle:1.5), tape hiss"), nano)

    assert plan.negative_prompt == "(vinyl crackle:1.5), tape hiss"
    assert plan.prompt == "drums, piano"
    assert "taken off: drums at 1.3" in next(c.because for c in plan.history if c.field == "prompt")
    assert plan.words_unknown == ()


def test_weights_come_off_where_somebody_else_reads_the_text() -> None:
    can = capabilities(model("sd-3.5-large"), "stability")
    plan = decide(Request("a cat", "(text:1.5), logo", "sd-3.5-large", host="stability"), can)

    assert plan.negative_prompt == "text, logo"


def test_a_weighted_negative_that_is_too_long_loses_whole_clauses(nano: Capabilities) -> None:
    plan = decide(Request(LOFI, "(" + "drums " * 60 + ":1.5), " + "hiss " * 60), nano)

    assert plan.negative_prompt == "(" + " ".join(["drums"] * 60) + ":1.5)"


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


def test_a_method_that_joins_prompt_and_negative_needs_room_for_both() -> None:
    can = capabilities(model("nano-music-turbo"))
    asked = Request(", ".join(["lo-fi drums"] * 45), "vinyl crackle, tape hiss", "nano-music-turbo")
    plan = decide(asked, can)

    assert can.methods[:2] == ("contrast", plan.method)
    assert "too long" in next(c.because for c in plan.history if c.field == "method")
    with pytest.raises(PromptError, match="prompt and negative together are too long for contrast"):
        decide(replace(asked, method="contrast"), can)
    assert decide(replace(asked, prompt="lo-fi drums"), can).method == "contrast"
