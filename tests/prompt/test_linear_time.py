"""Time grows with length, and depth is no matter. Measured as ratios of processor time, not as seconds."""

from __future__ import annotations

import sys

import pytest
from tests.clock import seconds

from eschew.prompt import DIALECTS, clauses, convert, normal, parse, phrases, render

SHAPES = {
    "open": lambda n: "(" * n,
    "nested": lambda n: "(" * (n // 2) + ")" * (n // 2),
    "uneven": lambda n: "(" * (n * 6 // 10) + ")" * (n * 4 // 10),
    "square": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "closed": lambda n: ")]}" * (n // 3),
}


def parsing(text: str, dialect: str) -> float:
    """Processor time to parse and render."""

    def work() -> None:
        assert render(parse(text, dialect)) == text

    return seconds(work)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_ten_megabytes_of_brackets_take_about_ten_times_as_long_as_one(dialect: str) -> None:
    shape = SHAPES["uneven"]
    one, ten = parsing(shape(1_000_000), dialect), parsing(shape(10_000_000), dialect)

    assert ten <= 15 * max(one, 0.02)  # what takes less than 20 ms is ruled by caches, not by length


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("shape", [*SHAPES, "pairs", "soup", "words", "weights", "turns", "quotes"])
def test_no_shape_of_brackets_is_worse_than_linear(shape: str, dialect: str) -> None:
    units = {
        "pairs": "()",
        "soup": "([)]{}",
        "words": "(a[b:",
        "weights": "(a:1.2),",
        "turns": "[|]",
        "quotes": '"(+',
    }

    def text(n: int) -> str:
        return units[shape] * (n // len(units[shape])) if shape in units else SHAPES[shape](n)

    small, large = parsing(text(4_000), dialect), parsing(text(40_000), dialect)

    assert large <= 20 * max(small, 0.002)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_hundred_thousand_nested_brackets_need_no_stack(dialect: str) -> None:
    deep = 100_000
    text = {
        "a1111": "(" * deep + "core" + ":1.0)" + ")" * (deep - 1),
        "compel": "(" * deep + "core" + ")" * deep,
        "neutral": "{weight 1: " * deep + "core" + "}" * deep,
    }.get(dialect, "(" * deep + "core" + ")" * deep)
    assert sys.getrecursionlimit() < deep

    prompt = parse(text, dialect)

    assert render(prompt) == text
    assert "core" in "".join(phrase.text for phrase in phrases(prompt))
    assert prompt == parse(text, dialect)
    assert repr(prompt)
    assert hash(prompt) == hash(parse(text, dialect))
    assert len(clauses(prompt)) == 1
    assert normal(normal(prompt)) == normal(prompt)
    assert convert(text, dialect, "neutral").losses == ()


def test_deep_schedules_need_no_stack_either() -> None:
    deep = 10_000
    prompt = parse("[a|" * deep + "b" + "]" * deep, "a1111")

    assert len(phrases(prompt)) == deep + 1
    assert normal(normal(prompt)) == normal(prompt)


def test_weights_saturate_where_floats_would_overflow() -> None:
    heavy = phrases(parse("(" * 100_000 + "x", "a1111"))[0].weight
    light = phrases(parse("[" * 100_000 + "x", "a1111"))[0].weight
    both = phrases(parse("(" * 100_000 + "(x:0)", "a1111"))[0].weight

    assert (heavy, light, both) == (1_000_000, 0, 0)
