"""The pages of the methods: complete, fresh, and with what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from eschew.catalog.method_evidence import FILE, method_evidence
from eschew.catalog.method_facts import method_ids
from eschew.catalog.method_pages import NOT_MEASURED, page, pages, runs_on, write_pages
from eschew.errors import FileError, UnknownNameError


def test_the_pages_on_disk_are_fresh(root: Path) -> None:
    """If this fails: python -m eschew.catalog.method_pages docs/methods."""
    on_disk = {path.name: path.read_text("utf-8") for path in (root / "docs" / "methods").glob("*.md")}

    assert on_disk == pages()


@pytest.mark.parametrize("name", method_ids())
def test_a_page_says_what_where_how_much_and_who_says_so(name: str) -> None:
    text = page(name)

    assert f"(`{name}`)" in text.splitlines()[0]
    assert all(f"\n## {heading}\n" in text for heading in ("Where it works", "Measured", "Source"))
    assert (NOT_MEASURED in text) == (not method_evidence(name))


def test_every_method_is_in_the_index() -> None:
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", pages()["README.md"])) == set(pages()) - {"README.md"}


def test_where_a_method_runs_is_what_the_models_say() -> None:
    assert "nano-music" in runs_on("three-branch")
    assert "suno" not in runs_on("nag")


def test_an_unknown_method_is_told_with_the_closest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        page("nagg")
    assert "nag" in caught.value.hint


def test_pages_of_methods_that_are_gone_go(tmp_path: Path) -> None:
    (tmp_path / "old-method.md").write_text("x")

    assert set(write_pages(tmp_path)) == {path.name for path in tmp_path.iterdir()}


def test_measurements_are_read_by_method_and_none_is_no_error(tmp_path: Path) -> None:
    row = {
        "model": "nano-music", "method": "nag", "knobs": {"phi": 4.0}, "pairs": 48, "moved": 3.1, "passes": 1.02,
        "removed": {"vinyl-crackle": [0.5, 0.36, 0.64]}, "kept": {},
    }  # fmt: skip
    (tmp_path / "m.json").write_text(json.dumps([row]))
    (found,) = method_evidence("nag", tmp_path / "m.json")

    assert found.removed == {"vinyl-crackle": (0.5, 0.36, 0.64)}
    assert method_evidence("vsf", tmp_path / "m.json") == ()
    assert method_evidence("nag", tmp_path / "none.json") == ()


@pytest.mark.parametrize("text", ["{}", "[1]", "not json", '[{"method": "nag"}]'])
def test_damaged_measurements_get_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(FileError, match="no measurements"):
        method_evidence("nag", tmp_path / "m.json")


def test_the_shipped_measurements_name_methods_of_the_catalogue() -> None:
    rows = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else []

    assert {row["method"] for row in rows} <= set(method_ids())
