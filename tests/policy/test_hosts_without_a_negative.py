"""Floors where there is no field for a negative: said in the prompt within the host's limit, or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from eschew import api
from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.plan.rewrite import rewrite
from eschew.policy import Composite, Floor, Policy, compose, missing_from_prompt
from eschew.request import Request

GUITAR = "warm acoustic guitar loop with soft drums"
TEAPOT = "a ceramic teapot on a wooden table, soft light"

Can = Callable[[str], Capabilities]
Together = Callable[[str], Composite]


@pytest.mark.parametrize(
    ("model", "policy", "prompt"),
    [
        (
            "minimax-music-cover",
            "podcast-music",
            f"{GUITAR}, instrumental, clean production, no harsh treble, no abrupt ending",
        ),
        ("minimax-music-cover", "quality-floor", f"{GUITAR}, clean production, no clipping"),
        ("openai-gpt-image", "quality-floor", f"{TEAPOT}, high quality, clean image, clean, unmarked image, sharp"),
        ("openai-gpt-image", "brand-safety", f"{TEAPOT}, plain, unbranded surfaces, clean, unmarked image, no blood"),
    ],
)  # fmt: skip
def test_every_floor_is_said_and_the_history_says_how_and_for_whom(
    model: str, policy: str, prompt: str, can: Can, together: Together
) -> None:
    asked = Request(GUITAR if "music" in model else TEAPOT, "", model)
    plan = api.plan(asked, [policy])

    assert (plan.method, plan.prompt, plan.negative_prompt) == ("rewrite", prompt, "")
    floors = [change for change in plan.history if change.by == f"policy:{policy}"]
    assert [change.field for change in floors] == ["negative_prompt"]
    said = next(change for change in plan.history if change.by == "rewrite" and change.field == "prompt")
    for floor in floors[0].after.split(", "):
        assert f"{floor} → " in said.because
    assert missing_from_prompt(plan.prompt, together(policy), can(model)) == ()


@pytest.mark.parametrize("policy", ["podcast-music", "brand-safety"])
def test_a_policy_for_the_other_art_changes_nothing(policy: str) -> None:
    model, prompt = (
        ("openai-gpt-image", TEAPOT) if policy == "podcast-music" else ("minimax-music-cover", GUITAR)
    )

    assert api.plan(Request(prompt, "", model), [policy]) == api.plan(Request(prompt, "", model))


@pytest.mark.parametrize(("policy", "first"), [("quality-floor", "low quality"), ("brand-safety", "logo")])
def test_a_distilled_model_hears_the_floor_by_a_method_and_not_by_the_prompt(policy: str, first: str) -> None:
    plan = api.plan(Request(TEAPOT, "people", "flux.1-schnell"), [policy])

    assert plan.method == "nag"
    assert plan.prompt == TEAPOT
    assert plan.negative_prompt.startswith(f"{first}, ")
    assert plan.negative_prompt.endswith(", people")


def test_what_has_no_room_is_refused_with_the_policys_line() -> None:
    with pytest.raises(PolicyError, match=r"podcast-music\.toml, line \d+") as caught:
        api.plan(Request("p" * 285, "", "minimax-music-cover"), ["podcast-music"])

    assert caught.value.why


def test_floors_have_room_before_the_users_own_clauses(can: Can) -> None:
    cover = can("minimax-music-cover")
    floors = ["vocals", "harsh distortion", "harsh treble"]
    negative = ", ".join([*floors, "(autotune:1.9)", "(long reverb:1.9)", "vocoder"])
    prompt = "p" * (300 - len(", instrumental, clean production, no harsh treble"))

    result = rewrite(prompt, negative, cover, held=floors)

    assert [one.clause for one in result.said] == floors
    assert [one.clause for one in result.left_out] == ["autotune", "long reverb", "vocoder"]
    assert all("no room" in one.reason for one in result.left_out)


def test_a_floor_is_said_in_its_shortest_words_before_it_is_left_out(can: Can) -> None:
    cover = can("minimax-music-cover")
    roomy = rewrite("a song", "(vocoder:1.5)", cover, held=["vocoder"])
    tight = rewrite("p" * 285, "(vocoder:1.5)", cover, held=["vocoder"])

    assert roomy.said[0].by == "both"
    assert (tight.said[0].phrase, tight.length) == ("no vocoder", 297)


def test_a_floor_is_said_even_where_the_prompt_leans_the_other_way(can: Can) -> None:
    plan = api.plan(Request("a portrait, blurred background", "", "openai-gpt-image"), ["quality-floor"])

    assert any(
        word in plan.prompt.removeprefix("a portrait, blurred background") for word in ("sharp", "blurry")
    )


@pytest.mark.parametrize(
    ("model", "floor", "prompt", "kept"),
    [
        ("openai-gpt-image", "watermark", "a cat, no watermark", True),
        ("openai-gpt-image", "watermark", "a cat, clean, unmarked image", True),
        ("openai-gpt-image", "watermark", "a cat on a clean, unmarked image of a dog", False),
        ("openai-gpt-image", "watermark", "a cat, no dogs", False),
        ("openai-gpt-image", "watermark", "a cat, watermark", False),
        ("openai-gpt-image", "watermark", "a cat, not without watermark", False),
        ("openai-gpt-image", "watermark", "a cat, (no watermark:0.1)", False),
        ("openai-gpt-image", "watermark", "a cat, [no watermark]", False),
        ("openai-gpt-image", "watermark", "a cat, [no watermark::0.1]", False),
        ("openai-gpt-image", "blurry", "a sharp knife", False),
        ("openai-gpt-image", "blurry", "a knife, sharp", True),
        ("minimax-music-cover", "vocals", "a song, not instrumental", False),
        ("minimax-music-cover", "vocals", "a song, Instrumental", True),
        ("minimax-music-3.0", "cowbell", "a song, dry mix. Avoid: drums, cowbell", True),
        ("minimax-music-cover", "cowbell", "a song, dry mix. Avoid: drums, cowbell", False),
    ],
)
def test_what_counts_as_kept_out(model: str, floor: str, prompt: str, kept: bool, can: Can) -> None:
    house = Policy(
        name="house", title="House", version="1", owner="o", floor=(Floor(text=floor, reason="r"),)
    )

    assert (missing_from_prompt(prompt, compose([house]), can(model)) == ()) == kept


def test_what_is_not_required_is_left_out_and_not_refused(can: Can) -> None:
    optional = Policy(
        name="house",
        title="House",
        version="1",
        owner="o",
        floor=(Floor(text="watermark", reason="r", required=False),),
    )

    assert missing_from_prompt("a cat", compose([optional]), can("openai-gpt-image")) == ()
    required = replace(optional, floor=(Floor(text="watermark", reason="r"),))
    because = missing_from_prompt("a cat", compose([required]), can("openai-gpt-image"))[0].because
    assert "unmarked image" in because
