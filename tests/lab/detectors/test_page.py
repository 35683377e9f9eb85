"""The page of detectors says what the evaluation found, no more and no less."""

from __future__ import annotations

import json

import pytest

from eschew.lab.detectors import detectors
from eschew.lab.detectors.page import SECTIONS, page, shortfalls


def test_the_page_is_fresh(root) -> None:
    path = root / "docs" / "detectors.md"

    assert path.read_text(encoding="utf-8") == page(), "python -m eschew.lab.detectors.page docs/detectors.md"


def test_every_detector_of_sound_was_evaluated_by_the_name_it_ships_under() -> None:
    found = json.loads(SECTIONS[0].file.read_text("utf-8"))

    assert {c: entry["detector"] for c, entry in found.items()} == {d.concept: d.name for d in detectors()}


def rates(auc: float, positives: int) -> dict:
    return {"auc": auc, "positives": positives, "negatives": 200}


@pytest.mark.parametrize(
    ("concept", "auc", "positives", "short"),
    [
        ("tape-hiss", 0.94, 50, True),
        ("tape-hiss", 0.96, 50, False),
        ("vocals", 0.94, 50, False),
        ("vocals", 0.89, 50, True),
        ("vocals", 0.5, 3, False),
    ],
)
def test_what_stays_below_its_bound_is_said(concept: str, auc: float, positives: int, short: bool) -> None:
    found = shortfalls({concept: {"others": rates(auc, positives), "heldout": None}})

    assert bool(found) is short
