"""How long a text is to a model."""

from __future__ import annotations

import pytest

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.check import check
from eschew.check.lengths import LONGEST_CHARACTERS, characters_over, tokens_over
from eschew.errors import PromptError
from eschew.plan import decide
from eschew.plan import text as plan_text
from eschew.request import Request

NANO = capabilities(model("nano-music"))
SD = capabilities(model("sd-1.5"))


def test_a_closed_vocabulary_is_counted_exactly() -> None:
    text = " ".join(["drums"] * 94 + ["bass", "brass"])

    assert tokens_over(text[: -len(" brass")], 96, NANO) is None
    over = tokens_over(text, 96, NANO)
    assert over is not None
    assert (over.count, over.exact, text[over.cut :]) == (96, True, "brass")


def test_an_open_vocabulary_is_estimated_and_says_so() -> None:
    findings = check(Request("a harbour", "blurry, " * 60, "sd-1.5"), SD)
    (finding,) = (one for one in findings if one.code == "ESC103")

    assert "approximately 120 tokens" in finding.message
    assert finding.span.start > 0


def test_scripts_without_spaces_cost_about_one_a_character() -> None:
    over = tokens_over("港の夜明けの木の舟" * 10, 75, SD)

    assert over is not None
    assert over.count == 90


def test_no_limit_is_no_finding() -> None:
    assert tokens_over("drums " * 1000, None, SD) is None
    assert characters_over("drums", None) is None
    assert characters_over("drums", 5) is None


def test_check_and_plan_draw_the_line_at_one_place() -> None:
    assert LONGEST_CHARACTERS == plan_text.LONGEST_CHARACTERS
    can = capabilities(model("sdxl"))
    for text, sound in (
        ("p" * LONGEST_CHARACTERS, True),
        ("p" * (LONGEST_CHARACTERS + 1), False),
        ("a\x07b", False),
    ):
        assert all(one.severity != "error" for one in check(Request(text, "", "sdxl"), can)) is sound
        if not sound:
            with pytest.raises(PromptError):
                decide(Request(text, "", "sdxl"), can)
