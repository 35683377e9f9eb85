"""How often the rules about contradictions are right, on pairs that they were not tuned on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.check import check
from eschew.request import Request

FOLDER = Path(__file__).with_name("contradictions")
CONTRADICTIONS = {"ESC405", "ESC406"}
MODELS = {"music": "ace-step-v1.5-base", "image": "sdxl"}


@dataclass(frozen=True)
class Pair:
    """A row of a .tsv file."""

    modality: str
    contradicts: bool
    prompt: str
    negative: str


def read(name: str) -> tuple[Pair, ...]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return tuple(
        Pair(modality, verdict == "yes", prompt, negative) for modality, verdict, prompt, negative in rows
    )


def found(pair: Pair) -> bool:
    request = Request(pair.prompt, pair.negative, MODELS[pair.modality])
    findings = check(request, capabilities(model(request.model)))
    return any(finding.code in CONTRADICTIONS for finding in findings)


def test_held_out_pairs_are_told_apart() -> None:
    """Measured when the pairs were opened, 2026-11: precision 60/61, recall 60/65."""
    pairs = read("held-out.tsv")
    verdicts = [(found(pair), pair.contradicts) for pair in pairs]
    hits = sum(said and true for said, true in verdicts)

    assert len(pairs) >= 120
    assert 0.45 <= sum(pair.contradicts for pair in pairs) / len(pairs) <= 0.55
    assert hits / sum(said for said, _ in verdicts) >= 0.9
    assert hits / sum(true for _, true in verdicts) >= 0.8


@pytest.mark.parametrize("modality", ["music", "image"])
def test_neither_modality_hides_behind_the_other(modality: str) -> None:
    verdicts = [(found(pair), pair.contradicts) for pair in read("held-out.tsv") if pair.modality == modality]
    hits = sum(said and true for said, true in verdicts)

    assert hits / sum(said for said, _ in verdicts) >= 0.9
    assert hits / sum(true for _, true in verdicts) >= 0.8


def test_no_held_out_pair_was_tuned_on() -> None:
    held_out = {(pair.prompt.casefold(), pair.negative.casefold()) for pair in read("held-out.tsv")}

    assert (
        held_out & {(pair.prompt.casefold(), pair.negative.casefold()) for pair in read("development.tsv")}
        == set()
    )
    assert len(held_out) == len(read("held-out.tsv"))


@pytest.mark.parametrize(
    ("prompt", "negative"),
    [
        (
            "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
            "melancholy late-night focus mood",
            "vinyl crackle, tape hiss, lo-fi noise",
        ),
        (
            "Mid-80s synthwave, retro analog arpeggio, gated reverb snare, big supersaw stab on the chorus",
            "vocoder, talkbox, robotic vocals",
        ),
        (
            "Acoustic singer-songwriter ballad, single fingerpicked nylon-string guitar, intimate male tenor lead, "
            "dry mix on the lead",
            "long reverb, hall reverb, lush reverb",
        ),
    ],
)
def test_the_three_pairs_from_the_field_get_remarks_at_most(prompt: str, negative: str) -> None:
    findings = check(Request(prompt, negative), capabilities(model("nano-music")))

    assert {finding.severity for finding in findings} <= {"remark"}
    assert "ESC407" in {finding.code for finding in findings}
