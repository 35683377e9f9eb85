"""Every model × {no negative, negative, weighted negative, negative under a policy}: sent, said, or refused; never dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from eschew.catalog.model_facts import ModelFacts, models
from eschew.plan.coverage import CASES, NEGATIVES, POLICIES, outcome, table

MODELS = models()


@pytest.mark.parametrize("facts", MODELS, ids=lambda f: f.id)
def test_no_negative_is_dropped(facts: ModelFacts) -> None:
    for case in CASES[1:]:
        what, plan = outcome(facts, case)
        if plan is None:
            assert what.startswith("refused: ")
        elif plan.method == "rewrite":
            assert any(c.by == "rewrite" and c.field == "prompt" for c in plan.history)
        else:
            assert plan.method != "none"
            assert NEGATIVES[facts.modality].split(", ")[0] in plan.negative_prompt


@pytest.mark.parametrize("facts", MODELS, ids=lambda f: f.id)
def test_a_weight_is_sent_as_one_or_taken_off_in_the_open(facts: ModelFacts) -> None:
    _, plan = outcome(facts, CASES[2])
    if plan is None or plan.method == "rewrite":
        return

    taken_off = any("taken off" in c.because for c in plan.history if c.field == "negative_prompt")
    assert (":1.5" in plan.negative_prompt) != taken_off


def test_the_page_is_what_the_run_gives(root: Path) -> None:
    page = (root / "docs" / "models.md").read_text("utf-8")

    assert page == table(), "python -m eschew.plan.coverage docs/models.md"
    assert set(POLICIES) == {"music", "image"}
