"""The page on sources names every model that has a strength, under its own convention."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eschew.catalog.model_facts import models


@pytest.mark.parametrize(
    ("keeps", "said"), [("source", "keeps more of the source"), ("prompt", "draws more anew")]
)
def test_every_model_with_a_strength_stands_under_its_convention(root: Path, keeps: str, said: str) -> None:
    page = (root / "docs" / "sources.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| **") and said in line)

    assert set(re.findall(r"`([^`]+)`", row)) == {
        facts.id for facts in models() if facts.strength is not None and facts.strength.keeps == keeps
    }
