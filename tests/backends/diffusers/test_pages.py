"""The page of pipelines is what the families say of themselves."""

from __future__ import annotations

from pathlib import Path

from eschew.backends.diffusers.pages import page

PAGE = Path(__file__).parents[3] / "docs" / "pipelines.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "python -m eschew.backends.diffusers.pages docs/pipelines.md"
    )
