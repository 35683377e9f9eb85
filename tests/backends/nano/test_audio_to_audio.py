"""nano-music from a clip: the higher the strength, the nearer to the source, from nothing of it to nearly all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eschew import api
from eschew.backends.nano.backend import NanoBackend
from eschew.plan import Plan, without_negative
from eschew.request import Request

BACKEND = NanoBackend("nano-music")
SYNTHS = Request("Mid-80s synthwave, arpeggio, big supersaw stab", num_inference_steps=8)


@pytest.fixture(scope="module")
def lofi(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sources") / "lofi.wav"
    api.generate(Request("Lo-fi hip-hop, electric piano, drums", num_inference_steps=8), path)
    return str(path)


def latents(plan: Plan, seed: int = 3) -> np.ndarray:
    return BACKEND.runtime.codec.encode(BACKEND.sample(plan, seed).audio)


def of(source: str, strength: float, negative: str = "") -> Plan:
    return api.plan(replace(SYNTHS, negative_prompt=negative, source=source, strength=strength))


def test_higher_strength_is_nearer_to_the_source(lofi: str) -> None:
    from eschew.backends.clips import read_clip_file

    source = BACKEND.runtime.codec.encode(read_clip_file(Path(lofi))[0])
    far = [float(np.abs(latents(of(lofi, strength)) - source).mean()) for strength in (0.0, 0.4, 0.8)]

    assert far[0] > 1.5 * far[1] > 1.5 * far[2]


def test_at_strength_zero_it_is_text_to_music(lofi: str) -> None:
    bare = BACKEND.sample(api.plan(SYNTHS), 3).audio

    assert BACKEND.sample(of(lofi, 0.0), 3).audio.tobytes() == bare.tobytes()


def test_a_negative_acts_on_what_is_left_of_the_steps(lofi: str) -> None:
    plan = of(lofi, 0.4, "vinyl crackle")

    assert np.abs(latents(plan) - latents(without_negative(plan))).mean() > 0.01


def test_the_receipt_tells_steps_passes_strength_and_what_became_of_the_source(lofi: str) -> None:
    receipt = BACKEND.sample(of(lofi, 0.5), 0).receipt
    knobs = {knob.field: knob for knob in receipt.knobs}

    assert receipt.steps == receipt.passes / 2 == 3
    assert "began at a noise level of 0.55: 3 of 8 steps ran" in knobs["source"].because
    assert "more of the source is kept" in knobs["strength"].because
    assert knobs["source"].honoured
    assert knobs["strength"].honoured
