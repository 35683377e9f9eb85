"""Honest requests get through. The list was written by hand before the rules were run on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.policy import Composite, apply, floor_present
from eschew.request import Request

BENIGN = Path(__file__).with_name("benign.tsv")


def rows() -> list[list[str]]:
    return [line.split("\t") for line in BENIGN.read_text("utf-8").splitlines()]


def test_at_most_two_in_a_hundred_honest_requests_are_refused(
    together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    refused = []
    for policies, model, prompt, negative in rows():
        try:
            apply(Request(prompt, negative, model), together(policies), can(model))
        except PolicyError as error:
            refused.append(f"{prompt} | {negative}: {error.what}")

    assert len(rows()) >= 200
    assert len(refused) / len(rows()) <= 0.02, "\n".join(refused)


def test_every_honest_request_that_passes_carries_the_floor(
    together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    for policies, model, prompt, negative in rows():
        try:
            applied = apply(Request(prompt, negative, model), together(policies), can(model))
        except PolicyError:
            continue

        assert applied.floor
        assert applied.must_fold or floor_present(
            applied.request.negative_prompt, together(policies), can(model)
        )


def test_the_users_own_plain_words_are_still_there(
    together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    applied = apply(
        Request("a cat", "(crooked teeth:1.2), extra fingers", "sdxl"), together("quality-floor"), can("sdxl")
    )

    assert applied.request.negative_prompt.endswith(", (crooked teeth:1.2), extra fingers")
    assert len(applied.additions) == 1


@pytest.mark.parametrize(
    "prompt",
    [
        "a blade of grass with dew",
        "a spear of asparagus on a plate",
        "bullet train at a station",
        "whipped cream on a cake",
        "a shield volcano from above",
        "a bow on a gift box",
        "a cigarette-free office",
        "a knee joint, anatomical drawing",
    ],
)
def test_a_word_inside_the_name_of_another_thing_is_not_the_thing(
    prompt: str, together: Callable[[str], Composite], can: Callable[[str], Capabilities]
) -> None:
    assert apply(Request(prompt, "", "sdxl"), together("acme-brand"), can("sdxl")).floor
