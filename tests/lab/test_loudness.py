"""Loudness against two independent meters, and against the cases of EBU Tech 3341 and 3342."""

from __future__ import annotations

import warnings

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.lab.loudness import SILENCE, integrated, loudness_range, true_peak


def sine(decibels: float, seconds: float, rate: int = 24_000) -> np.ndarray:
    """A 1 kHz sine of this peak level, stereo."""
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * 1000 * np.arange(int(seconds * rate)) / rate)
    return np.stack([wave, wave], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([(-23.0, 20.0)], -23.0),
        ([(-33.0, 20.0)], -33.0),
        ([(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),
        ([(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0),
    ],
)
def test_minimum_requirements_of_tech_3341(levels: list[tuple[float, float]], expected: float) -> None:
    audio = np.concatenate([sine(level, seconds) for level, seconds in levels])

    assert integrated(audio, 24_000) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(-30.0, -20.0, 10.0), (-20.0, -15.0, 5.0), (-40.0, -20.0, 20.0)]
)
def test_minimum_requirements_of_tech_3342(low: float, high: float, expected: float) -> None:
    audio = np.concatenate([sine(high, 20), sine(low, 20)])

    assert loudness_range(audio, 24_000) == pytest.approx(expected, abs=1.0)


@settings(max_examples=25)
@given(
    st.integers(0, 1000), st.sampled_from([24_000, 44_100, 48_000]), st.integers(10, 70), st.integers(1, 2)
)
def test_the_same_as_pyloudnorm(seed: int, rate: int, tenths: int, channels: int) -> None:
    rng, size = np.random.default_rng(seed), tenths * rate // 10
    swell = np.exp(2 * np.sin(np.arange(size) / rate * 2))[:, None]
    audio = (0.02 * swell * rng.standard_normal((size, channels))).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(audio.astype(float))

    assert integrated(audio, rate) == pytest.approx(theirs, abs=0.1)


def test_silence_has_no_loudness() -> None:
    assert integrated(np.zeros(48_000, np.float32), 48_000) == SILENCE
    assert loudness_range(np.zeros(48_000, np.float32), 48_000) == 0.0


def test_a_true_peak_lies_between_the_samples() -> None:
    """A sine of a quarter of the rate, 45° off: every sample is 3 dB under its peak (BS.1770-4, annex 2)."""
    wave = np.sin(np.pi / 2 * np.arange(48_000) + np.pi / 4).astype(np.float32)

    assert 20 * np.log10(np.abs(wave).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak(wave) == pytest.approx(0.0, abs=0.2)
