"""How numbers are put into words: rounded as people do it, never into more than was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eschew.lab.values import Comparison
from eschew.report import words


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (0.125, "13 %"),
        (0.708, "71 %"),
        (0.996, "99.6 %"),
        (0.002, "0.2 %"),
        (1.0, "100 %"),
    ],
)
def test_percent(rate: float | None, shown: str) -> None:
    assert words.percent(rate) == shown


def test_a_bound_that_is_one_but_for_rounding_is_one() -> None:
    assert words.percent_range((0.8158, 0.9999999999)) == "82–100 %"


@pytest.mark.parametrize(
    ("p_value", "shown"),
    [(0.0000153, "p < 0.001"), (0.001, "p = 0.001"), (0.0386, "p = 0.039"), (0.5, "p = 0.5"), (1.0, "p = 1")],
)
def test_p_words(p_value: float, shown: str) -> None:
    assert words.p_words(p_value) == shown


def test_a_headline_is_one_plain_sentence(comparison: Comparison) -> None:
    target = replace(
        comparison.targets[0], present_without=17 / 24, removed_ci95=(0.8157, 1.0), p_value=0.0000153
    )

    assert words.headline(target, 24) == (
        "Vinyl crackle: in 17 of 24 clips without the negative, in 0 with it: "
        "removed in 100 % (95 % interval 82–100 %), p < 0.001."
    )


def test_a_headline_does_not_hide_what_appeared(comparison: Comparison) -> None:
    target = replace(
        comparison.targets[0], present_without=0.0, present_with=0.25, removed=None, appeared=0.25
    )

    assert words.headline(target, 8) == (
        "Vinyl crackle: in 0 of 8 clips without the negative, in 2 with it; there was nothing to remove. "
        "It appeared in 25 % of the clips that did not have it."
    )


@pytest.mark.parametrize(
    ("seeds", "shown"), [([], "–"), ([7], "7"), ([0, 1, 2, 3], "0–3"), ([9, 0, 1, 3, 4], "0–1, 3–4, 9")]
)
def test_seed_words(seeds: list[int], shown: str) -> None:
    assert words.seed_words(seeds) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        ((), "–"),
        (3.0, "3"),
        (24, "24"),
        ((0.0, 0.75), "0, 0.75"),
        (True, "yes"),
        ("a\x1bb", "a·b"),
    ],
)
def test_knob(value: object, shown: str) -> None:
    assert words.knob(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(-1.24, "−1.24"), (-412.0, "−412"), (0.31, "+0.31"), (-0.0, "0")]
)
def test_signed(value: float, shown: str) -> None:
    assert words.signed(value) == shown


def test_a_concept_is_called_what_people_call_it() -> None:
    assert words.named("vinyl-crackle") == "vinyl crackle"
    assert words.named("lo-fi-hip-hop") == "lo-fi hip-hop"
    assert words.named("a thing of one's own") == "a thing of one's own"
