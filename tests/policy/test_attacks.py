"""Two thousand generated attempts to remove a floor: it is in every result, or the request was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pytest

from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.policy import Composite, apply, floor_present, missing_floors
from eschew.request import Request

from .attacks import NEGATIVES, SPELLS, Attempt, attempts
from .conftest import can_of, composite_of

COUNT, SEED = 2100, 7


@dataclass(frozen=True)
class Outcome:
    attempt: Attempt
    refused: str
    negative: str
    must_fold: bool


@cache
def outcomes() -> tuple[Outcome, ...]:
    """What became of each attempt. Anything raised that is not a PolicyError fails the run."""
    out = []
    for attempt in attempts(COUNT, SEED):
        try:
            applied = apply(attempt.request, composite_of(attempt.policies), can_of(attempt.request.model))
            out.append(Outcome(attempt, "", applied.request.negative_prompt, applied.must_fold))
        except PolicyError as error:
            out.append(Outcome(attempt, error.what, "", False))
    return tuple(out)


def test_the_floor_is_in_every_result_that_was_not_refused() -> None:
    lost = [
        one.attempt
        for one in outcomes()
        if not one.refused
        and not floor_present(
            one.negative, composite_of(one.attempt.policies), can_of(one.attempt.request.model)
        )
    ]

    assert len(outcomes()) >= 2000
    assert lost == []


def test_every_refusal_names_the_policy_and_its_line() -> None:
    for one in outcomes():
        if one.refused:
            assert "policy " in one.refused
            assert any(name in one.refused for name in one.attempt.policies.split("+"))


def test_most_attempts_on_the_negative_prompt_run_with_the_floor_in_place() -> None:
    """A refusal is safe and a nuisance: structure is repaired where it can be."""
    on_negative = [one for one in outcomes() if one.attempt.kind.startswith("negative")]
    passed = [one for one in on_negative if not one.refused]

    assert len(passed) / len(on_negative) > 0.5


def test_asking_for_the_floored_thing_is_refused_in_every_listed_spelling() -> None:
    asking = [one for one in outcomes() if one.attempt.asks]
    through = Counter(one.attempt.kind for one in asking if not one.refused)

    assert len(asking) > 800
    assert sum(through.values()) / len(asking) <= 0.01, through


def test_every_kind_of_attack_is_tried() -> None:
    kinds = " ".join(one.attempt.kind for one in outcomes())

    for kind in (*NEGATIVES, *SPELLS):
        assert kind.__name__ in kinds


@pytest.mark.parametrize(
    "merge",
    [
        lambda floor, own: f"{own}, {floor}",
        lambda floor, own: f"({floor}:0.5), {own}",
        lambda floor, own: f"{floor} {own}",
        lambda _, own: own,
    ],
    ids=["behind", "at half weight", "without a comma", "not at all"],
)
def test_the_verifier_finds_the_hole_in_a_broken_merge(
    merge: Callable[[str, str], str], together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    """A merge that trusts the user's text loses floors, and the verifier, which shares no code with it, says so."""
    floor = "low quality, jpeg artifacts, watermark, blurry"
    held = [
        floor_present(
            merge(floor, attempt.request.negative_prompt), together(attempt.policies), can("sd-1.5")
        )
        for attempt in attempts(400, SEED)
        if attempt.policies == "quality-floor" and attempt.request.negative_prompt
    ]

    assert len(held) > 40
    assert sum(held) / len(held) < 0.5


@pytest.mark.parametrize(
    "negative",
    [
        "low quality, jpeg artifacts, watermark",
        "low quality, jpeg artifacts, (watermark:0.5), blurry",
        "low quality, jpeg artifacts, watermark, blurry :0 AND x",
        "low quality, jpeg artifacts, watermark, blurry BREAK x",
        "[low quality, jpeg artifacts, watermark, blurry::0.1]",
        "low quality, jpeg artifacts, watermark, blurry, (x:1000)",
        "low quality, jpeg artifacts, watermark, blurry, (x:-1)",
        "low quality, jpeg artifacts, w\u0430termark, blurry",
        "sky, " * 75 + "low quality, jpeg artifacts, watermark, blurry",
    ],
)
def test_what_the_verifier_does_not_believe(
    negative: str, together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    assert not floor_present(negative, together("quality-floor"), can("sd-1.5"))
    assert missing_floors(negative, together("quality-floor"), can("sd-1.5"))[0].because


def test_what_the_verifier_believes(
    together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    text = "Low Quality,  jpeg artifacts, watermark, blurry, (text:1.3)"

    assert floor_present(text, together("quality-floor"), can("sd-1.5"))


def test_a_floor_that_does_not_fit_is_refused_and_not_cut(
    together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    narrow = can("sd-1.5")
    narrow = replace(narrow, limits=replace(narrow.limits, negative_max_tokens=8))

    with pytest.raises(PolicyError, match="would not reach"):
        apply(Request("a cat", "", "sd-1.5"), together("quality-floor"), narrow)
