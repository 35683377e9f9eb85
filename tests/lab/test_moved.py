"""What else moved between two clips: each measure moves when its own thing does, and rests when it does not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from eschew.lab.moved import MEASURES, Heard, differences

RATE = 24_000
Audio = NDArray[np.float32]


def pulse(bpm: float, root: float = 220.0, seconds: float = 5.12) -> Audio:
    """A struck fifth on every beat."""
    t = np.arange(int(seconds * RATE)) / RATE
    age = t % (60 / bpm)
    tone = np.sin(2 * np.pi * root * t) + np.sin(2 * np.pi * root * 1.5 * t)
    return (0.3 * tone * np.exp(-8 * age) + 1e-4 * np.random.default_rng(0).standard_normal(len(t))).astype(
        np.float32
    )


def moved(a: Audio, b: Audio) -> dict[str, float]:
    return dict(zip((m.name for m in MEASURES), differences(a, b), strict=True))


def test_a_clip_is_nowhere_apart_from_itself() -> None:
    same = moved(pulse(100), pulse(100))

    kept = {"rhythm kept", "onsets kept", "harmony kept"}
    assert {name: round(value, 6) for name, value in same.items()} == {
        m.name: float(m.name in kept) for m in MEASURES
    }


@pytest.mark.parametrize("bpm", [70, 92, 120, 140])
def test_the_tempo_is_that_of_the_beats(bpm: float) -> None:
    octaves = np.log2(Heard(pulse(bpm)).tempo / bpm)

    assert octaves - round(octaves) == pytest.approx(0, abs=0.02)


def test_another_tempo_moves_the_tempo_and_the_onsets_but_not_the_harmony() -> None:
    change = moved(pulse(100), pulse(115))

    assert change["tempo"] == pytest.approx(15, abs=3)
    assert change["onsets kept"] < 0.8
    assert change["harmony kept"] > 0.9


def test_half_the_tempo_counts_as_the_same() -> None:
    assert moved(pulse(120), pulse(60))["tempo"] < 2


def test_another_key_moves_the_harmony_but_not_the_rhythm() -> None:
    change = moved(pulse(100), pulse(100, 220 * 2 ** (3 / 12)))

    assert change["harmony kept"] < 0.5
    assert change["onsets kept"] == pytest.approx(1, abs=0.15)
    assert change["tempo"] < 2


def test_half_the_amplitude_is_six_decibels_by_either_measure_of_loudness() -> None:
    change = moved(pulse(100), pulse(100) / 2)

    assert change["loudness"] == pytest.approx(-6.02, abs=0.1)
    assert change["programme loudness"] == pytest.approx(-6.02, abs=0.1)
    assert change["harmony kept"] == pytest.approx(1, abs=1e-3)


def test_clips_of_unequal_length_are_compared_as_far_as_both_go() -> None:
    assert moved(pulse(100), pulse(100, seconds=3.0))["spectrum"] == pytest.approx(0, abs=0.2)


def test_silence_has_measures_too() -> None:
    assert np.isfinite(differences(np.zeros(3 * RATE, np.float32), pulse(100))).all()
