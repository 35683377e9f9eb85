"""A policy applied: what is added, what is refused, and what the plan has to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.policy import (
    Ask,
    Budget,
    Composite,
    Floor,
    Policy,
    apply,
    check_budget,
    compose,
    missing_from_prompt,
)
from eschew.request import Request

HOUSE = Policy(name="house", title="House", version="1", owner="o")
CAT = Request("a cat", "", "sdxl")

Together = Callable[[str], Composite]
Can = Callable[[str], Capabilities]


def test_no_policy_changes_nothing(can: Can) -> None:
    request = Request("a cat", "((x:0)", "sdxl")

    assert apply(request, Composite(), can("sdxl")).request == request


def test_floors_come_first_and_each_policy_signs_its_own(together: Together, can: Can) -> None:
    applied = apply(
        replace(CAT, negative_prompt="people"), together("quality-floor+product-photo"), can("sdxl")
    )

    assert applied.request.negative_prompt.startswith(
        "low quality, jpeg artifacts, watermark, blurry, cropped"
    )
    assert applied.request.negative_prompt.endswith(", people")
    assert [step.by for step in applied.additions] == ["policy:quality-floor", "policy:product-photo"]


def test_the_steps_replay(together: Together, can: Can) -> None:
    request = replace(CAT, negative_prompt="(x:9), watermark, no blurry, [a|b]")
    applied = apply(request, together("quality-floor"), can("sdxl"))

    replayed = request
    for step in applied.additions:
        assert getattr(replayed, step.field) == step.before
        assert step.because
        replayed = replace(replayed, **{step.field: step.after})
    assert replayed == applied.request
    assert applied.request.negative_prompt == "low quality, jpeg artifacts, watermark, blurry, (x:2), a, b"


def test_applying_twice_is_applying_once(together: Together, can: Can) -> None:
    once = apply(replace(CAT, negative_prompt="(fog:1.2), people"), together("quality-floor"), can("sdxl"))
    twice = apply(once.request, together("quality-floor"), can("sdxl"))

    assert twice.request == once.request


def test_a_request_that_asks_for_the_floor_is_refused_with_both_places(together: Together, can: Can) -> None:
    with pytest.raises(PolicyError) as caught:
        apply(replace(CAT, prompt="a cat, huge watermark"), together("quality-floor"), can("sdxl"))

    assert caught.value.where == "prompt"
    assert "quality-floor.toml, line" in caught.value.what
    assert caught.value.span is not None
    assert caught.value.text[slice(*caught.value.span)] == "watermark"


def test_a_floor_may_only_remark_and_stays(together: Together, can: Can) -> None:
    applied = apply(replace(CAT, prompt="a cat, blurred background"), together("quality-floor"), can("sdxl"))

    assert [remark.line.says for remark in applied.remarks] == ["floor 'blurry'"]
    assert "blurry" in applied.request.negative_prompt


def test_avoiding_the_opposite_of_a_floor_is_refused(together: Together, can: Can) -> None:
    with pytest.raises(PolicyError, match="is to ask for 'low quality'"):
        apply(
            replace(CAT, negative_prompt="masterpiece, best quality"), together("quality-floor"), can("sdxl")
        )


def test_a_banned_name_may_not_even_be_excluded(together: Together, can: Can) -> None:
    for request in (replace(CAT, prompt="a cat, no globex"), replace(CAT, negative_prompt="Gl0bex")):
        with pytest.raises(PolicyError, match="acme-brand"):
            apply(request, together("acme-brand"), can("sdxl"))


@pytest.mark.parametrize("model", ["openai-gpt-image", "minimax-music-cover"])
def test_a_model_that_hears_no_negative_makes_the_plan_fold_or_refuse(model: str, can: Can) -> None:
    composite = compose([replace(HOUSE, floor=(Floor(text="watermark", reason="r"),))])
    applied = apply(Request("a cat", "", model), composite, can(model))

    assert applied.must_fold
    assert [clause.required for clause in applied.floor] == [True]
    assert [missing.floor.text for missing in missing_from_prompt("a cat", composite, can(model))] == [
        "watermark"
    ]
    assert missing_from_prompt("a cat, no watermark", composite, can(model)) == ()
    assert missing_from_prompt("a cat, watermark", composite, can(model)) != ()


def test_what_is_always_asked_stands_in_front_once(can: Can) -> None:
    composite = compose([replace(HOUSE, ask=(Ask(text="clinical style", reason="r"),))])

    assert apply(CAT, composite, can("sdxl")).request.prompt == "clinical style, a cat"
    said = replace(CAT, prompt="a heart in Clinical style")
    assert apply(said, composite, can("sdxl")).request == said


def test_budgets_bind_what_was_asked_and_what_was_not(can: Can) -> None:
    budget = Budget(num_inference_steps=10, guidance_scale=(2.0, 4.0), clauses=2, reason="cost")
    composite = compose([replace(HOUSE, budget=budget)])

    applied = apply(CAT, composite, can("sdxl"))

    assert (applied.request.num_inference_steps, applied.request.guidance_scale) == (10, 4.0)
    for over in (
        {"num_inference_steps": 11},
        {"guidance_scale": 1.0},
        {"guidance_scale": float("nan")},
        {"negative_prompt": "a, b, c"},
    ):
        with pytest.raises(PolicyError, match="policy house"):
            apply(replace(CAT, **over), composite, can("sdxl"))  # type: ignore[arg-type]
    with pytest.raises(PolicyError, match="at most 10"):
        check_budget(composite, can("sdxl"), num_inference_steps=30)


@pytest.mark.parametrize(
    "knob",
    [{"method": "none"}, {"negative_scale": 0.0}, {"negative_scale": float("nan")}, {"window": (0.5, 0.51)}],
)
def test_a_floor_cannot_be_switched_off_with_a_knob(
    knob: dict[str, object], together: Together, can: Can
) -> None:
    with pytest.raises(PolicyError, match="quality-floor"):
        apply(replace(CAT, **knob), together("quality-floor"), can("sdxl"))  # type: ignore[arg-type]


def test_on_a_narrow_service_the_users_clauses_give_way_and_the_step_says_so(
    together: Together, can: Can
) -> None:
    own = ", ".join(f"thing{number}" for number in range(60))
    applied = apply(Request("a cat", own, "kling-image"), together("quality-floor"), can("kling-image"))

    assert len(applied.request.negative_prompt) <= 200
    assert applied.request.negative_prompt.startswith(
        "low quality, jpeg artifacts, watermark, blurry, thing0"
    )
    assert "reads no further" in applied.additions[-1].because
