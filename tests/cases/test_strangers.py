"""How the contradiction rules and the taxonomy do on cases by authors who had not seen them: see README.md.

The floors are what was measured when each set was first opened, or later, less three points. They are not goals.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.catalog.placing import place_clause
from eschew.catalog.taxonomy import Modality
from eschew.check import check
from eschew.request import Request

FOLDER = Path(__file__).parent
CODES = {"ESC405", "ESC406"}
MODELS = {"music": "ace-step-v1.5-base", "image": "sdxl"}


@dataclass(frozen=True)
class Pair:
    """A line of a set of contradictions. An implication of a style is none: asking for the style without is legitimate."""

    modality: Modality
    prompt: str
    negative: str
    contradicts: bool
    kind: str
    why: str

    @property
    def found(self) -> bool:
        """Whether any clause was called a contradiction."""
        request = Request(self.prompt, self.negative, MODELS[self.modality])
        findings = check(request, capabilities(model(request.model)))
        return any(finding.code in CODES for finding in findings)


class Wording(msgspec.Struct, frozen=True, rename={"klass": "class"}):
    """A line of a set of wordings."""

    modality: Modality
    text: str
    klass: str


@pytest.mark.parametrize(
    ("file", "precision", "recall"),
    [
        ("blind_contradictions.jsonl", 0.94, 0.94),
        ("stranger_contradictions.jsonl", 0.94, 0.94),
        ("third_contradictions.jsonl", 0.90, 0.86),
    ],
)
def test_contradictions_are_found_and_near_misses_are_not(file: str, precision: float, recall: float) -> None:
    pairs = msgspec.json.Decoder(Pair).decode_lines((FOLDER / file).read_bytes())
    called = [pair for pair in pairs if pair.found]
    right = sum(pair.contradicts for pair in called)
    assert right / len(called) >= precision
    assert right / sum(pair.contradicts for pair in pairs) >= recall


@pytest.mark.parametrize(
    ("file", "accuracy"), [("blind_taxonomy.jsonl", 0.91), ("stranger_taxonomy.jsonl", 0.89)]
)
def test_wordings_are_placed(file: str, accuracy: float) -> None:
    wordings = msgspec.json.Decoder(Wording).decode_lines((FOLDER / file).read_bytes())
    right = sum(place_clause(w.text, w.modality).klass == w.klass for w in wordings)
    assert right / len(wordings) >= accuracy
