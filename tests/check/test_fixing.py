"""Fixes are whole or nothing, and never two over the same characters."""

from __future__ import annotations

import pytest

from eschew.check.fixing import applied, apply_fixes
from eschew.check.values import Edit, Finding, Fix, Grade, Span
from eschew.request import Request

REQUEST = Request("piano", "no drums, no bass")


def finding(grade: Grade, *edits: Edit) -> Finding:
    return Finding("ESC999", "test", "warning", Span("prompt", 0, 0), "", "", Fix(grade, "", edits))


def negative(start: int, end: int, text: str = "") -> Edit:
    return Edit("negative_prompt", start, end, text)


def test_edits_of_one_fix_do_not_move_each_other() -> None:
    both = finding("safe", negative(0, 3), negative(10, 13))

    assert apply_fixes(REQUEST, [both], unsafe=False).negative_prompt == "drums, bass"


def test_of_two_fixes_that_overlap_the_first_is_made() -> None:
    whole, part = finding("safe", negative(0, 17, "brass")), finding("safe", negative(0, 3))

    assert applied([whole, part], unsafe=False) == (whole,)
    assert apply_fixes(REQUEST, [part, whole], unsafe=False).negative_prompt == "drums, no bass"


def test_a_fix_with_one_edit_in_the_way_is_not_made_in_part() -> None:
    first = finding("safe", negative(0, 3))
    second = finding("safe", negative(0, 3), Edit("prompt", 5, 5, ", cello"))

    assert apply_fixes(REQUEST, [first, second], unsafe=False).prompt == "piano"


@pytest.mark.parametrize(
    ("grade", "unsafe", "made"),
    [
        ("safe", False, True),
        ("safe", True, True),
        ("unsafe", False, False),
        ("unsafe", True, True),
        ("display", True, False),
    ],
)
def test_grades(grade: Grade, unsafe: bool, made: bool) -> None:
    fixed = apply_fixes(REQUEST, [finding(grade, negative(0, 17, "brass"))], unsafe)

    assert (fixed.negative_prompt == "brass") == made


def test_two_fixes_that_write_at_one_place_wait_for_each_other() -> None:
    add = [finding("unsafe", Edit("prompt", 5, 5, f", {word}")) for word in ("cello", "harp")]

    assert apply_fixes(REQUEST, add, unsafe=True).prompt == "piano, cello"


def test_a_field_that_is_no_text_is_replaced_whole() -> None:
    scale, method = Edit("guidance_scale", 0, 0, "1.5"), Edit("method", 0, 0, "nag")
    fixed = apply_fixes(REQUEST, [finding("safe", scale), finding("safe", method)], unsafe=False)

    assert (fixed.guidance_scale, fixed.method) == (1.5, "nag")
    assert (
        apply_fixes(fixed, [finding("safe", Edit("guidance_scale", 0, 0, ""))], False).guidance_scale is None
    )
