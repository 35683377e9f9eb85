"""The codec gives back what it was given, as far as 64 components and a guessed phase allow."""

from __future__ import annotations

import numpy as np
import pytest

from eschew.backends.nano.backend import WEIGHTS
from eschew.backends.nano.codec import (
    BANDS,
    HOP,
    SAMPLE_RATE,
    Codec,
    griffin_lim,
    istft,
    log_mel,
    mel_filters,
    mel_of,
    mel_to_magnitude,
    stft,
)

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def codec() -> Codec:
    with np.load(WEIGHTS / "nano-music" / "codec.npz") as kept:
        return Codec(kept["mean"], kept["basis"], kept["scale"])


def chord(seconds: float = 2.0) -> np.ndarray:
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.2 * sum(np.sin(2 * np.pi * f * t) for f in (220, 277, 330))).astype(np.float32)


def test_the_transform_inverts() -> None:
    audio = RNG.standard_normal(HOP * 200).astype(np.float32)

    np.testing.assert_allclose(istft(stft(audio)), audio, atol=1e-4)


def test_a_sine_of_amplitude_one_has_magnitude_one() -> None:
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    magnitude = np.abs(stft(np.sin(2 * np.pi * 1000 * t).astype(np.float32)))

    assert magnitude[40, 50] == pytest.approx(1.0, abs=1e-3)


def test_every_mel_band_hears_something() -> None:
    filters = mel_filters()

    assert filters.shape == (BANDS, 481)
    np.testing.assert_allclose(filters.sum(axis=1), 1, atol=1e-5)


def test_griffin_lim_finds_a_sound_with_that_spectrogram() -> None:
    mel = log_mel(chord())
    back = log_mel(griffin_lim(mel_to_magnitude(mel_of(mel))))

    assert np.abs(back - mel).mean() < 0.3


def test_latents_keep_the_spectrogram_of_music(codec: Codec) -> None:
    mel = log_mel(chord())
    kept = codec.unproject(codec.project(mel))

    assert kept.shape == mel.shape
    assert np.abs(kept - mel).mean() < 0.8


def test_decoding_is_deterministic_and_never_clips(codec: Codec) -> None:
    latents = RNG.standard_normal((32, 64)).astype(np.float32)
    first, second = codec.decode(latents), codec.decode(latents)

    assert np.array_equal(first, second)
    assert np.abs(first).max() <= 0.9
