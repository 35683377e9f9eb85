"""Detectors of sound: who they are, what they refuse, and that a treatment they know moves them on a band they never met."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from eschew.catalog.taxonomy import concepts
from eschew.errors import UnknownNameError, UsageError
from eschew.lab import listen
from eschew.lab.detectors import SOUND_DETECTORS, Detector, detector_of, detectors, read_clip
from eschew.lab.detectors import music as room
from eschew.lab.detectors.music.detector import WEIGHTS
from eschew.lab.detectors.music.sound import MOST_WINDOWS, windows_of
from eschew.lab.detectors.weights import weights
from eschew.lab.values import Reading

RATE = 24_000
Audio = NDArray[np.float32]
SHARED = {"__init__", "detector", "sound", "pitch", "players"}


@cache
def band(seconds: float = 5.12, seed: int = 0, rate: int = RATE) -> Audio:
    """Plucked chords over a kick and hats: no trained detector's world, but music. Peak at −1 dBFS."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    out = np.zeros(len(t))
    for beat in range(int(seconds / 0.5)):
        age = t - beat * 0.5
        on = age >= 0
        for hz in rng.choice([220.0, 261.6, 329.6, 392.0, 440.0], 2, replace=False):
            tone = sum(np.sin(2 * np.pi * k * hz * age) / k**1.5 for k in range(1, 7))
            out += np.where(on, 0.2 * tone * np.exp(-4 * np.maximum(age, 0)), 0)
        out += np.where(
            on, 0.8 * np.sin(60 * np.exp(-20 * np.maximum(age, 0))) * np.exp(-12 * np.maximum(age, 0)), 0
        )
        late = np.maximum(age - 0.25, 0)
        out += np.where(age > 0.25, 0.12 * rng.standard_normal(len(t)) * np.exp(-40 * late), 0)
    return (out * 0.891 / np.abs(out).max()).astype(np.float32)


def heard(audio: Audio, concept: str, rate: int = RATE) -> Reading:
    (reading,) = read_clip(audio, rate, [concept])
    return reading


def hum(mains: float, decibels: float, size: int, rate: int = RATE, phase: float = 0.0) -> Audio:
    t = np.arange(size) / rate
    wave = sum(np.sin(2 * np.pi * mains * k * t + phase * k) / k for k in (1, 2, 3, 4, 5))
    return (0.15 * 10 ** (decibels / 20) * wave / np.std(wave)).astype(np.float32)


def test_the_registry_holds_every_file_of_the_folder() -> None:
    files = {p.stem for p in Path(room.__file__).parent.glob("*.py")} - SHARED
    own = {
        stem: [v for v in vars(import_module(f"{room.__name__}.{stem}")).values() if isinstance(v, Detector)]
        for stem in files
    }

    assert all(len(found) == 1 for found in own.values()), own
    assert {found[0].concept for found in own.values()} <= {d.concept for d in SOUND_DETECTORS}


def test_each_concept_has_one_detector_and_each_detector_a_name_of_its_own() -> None:
    assert len({d.concept for d in detectors()}) == len({d.name for d in detectors()}) == len(detectors())


def test_detectors_hear_what_the_taxonomy_knows() -> None:
    assert {d.concept for d in detectors()} <= {c.id for c in concepts("music")}


def test_the_recipe_weighed_exactly_what_detectors_measure() -> None:
    window = windows_of(band(2.0), RATE)[0]
    measured = {d.concept: set(d.features(window)) for d in SOUND_DETECTORS if d.features}

    assert {concept: set(mine.features) for concept, mine in weights(WEIGHTS).items()} == measured
    assert all(len(names) <= 12 for names in measured.values())


def test_only_what_is_asked_for_is_read() -> None:
    readings = read_clip(band(1.5), RATE, ["clipping", "mains-hum"])

    assert {r.concept for r in readings} == {"clipping", "mains-hum"}


def test_all_is_read_unless_asked() -> None:
    readings = read_clip(band(1.5), RATE)

    assert [r.concept for r in readings] == [d.concept for d in detectors()]
    assert all(0 <= r.probability <= 1 and np.isfinite(r.score) for r in readings)


def test_an_unknown_concept_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="kazoo"):
        read_clip(band(1.5), RATE, ["kazoo-solo"])


@pytest.mark.parametrize(
    "audio",
    [np.zeros(100, np.float32), np.full(48_000, np.nan, np.float32), np.zeros((48_000, 0), np.float32)],
)
def test_what_is_no_clip_is_refused(audio: Audio) -> None:
    with pytest.raises(UsageError):
        read_clip(audio, RATE)


def test_silence_is_nothing_in_particular() -> None:
    found = {
        r.concept
        for r in read_clip(np.zeros(2 * RATE, np.float32), RATE, ["mains-hum", "clipping"])
        if r.present
    }

    assert found == set()


def test_trained_detectors_say_what_the_listener_says() -> None:
    clip = band(seed=3)

    assert heard(clip, "vinyl-crackle").score == pytest.approx(
        listen.logits(clip, RATE)["vinyl-crackle"], abs=0.05
    )


@settings(max_examples=8)
@given(st.sampled_from([50.0, 60.0]), st.floats(-0.15, 0.15), st.floats(-12, -4), st.integers(0, 3))
def test_hum_is_heard_in_any_phase_and_its_absence_too(
    mains: float, off: float, decibels: float, seed: int
) -> None:
    clip = band(seed=seed)

    assert heard(clip + hum(mains + off, decibels, len(clip), phase=seed), "mains-hum").present
    assert not heard(clip, "mains-hum").present


def test_a_bass_note_next_to_the_mains_is_no_hum() -> None:
    clip = band()

    assert not heard(clip + hum(48.999, -10, len(clip)), "mains-hum").present


@pytest.mark.parametrize("gain", [4.0, 8.0, 12.0])
def test_clipping_is_heard_after_the_file_was_turned_down(gain: float) -> None:
    clip = band(seed=5)
    cut = np.clip(clip * 10 ** (gain / 20), -1, 1) * 0.3

    assert heard(np.round(cut * 32767) / 32767, "clipping").present
    assert not heard(clip, "clipping").present


def test_a_squashed_band_scores_as_more_compressed() -> None:
    clip = band(seed=6)
    squashed = np.tanh(clip * 6).astype(np.float32)

    assert heard(squashed, "heavy-compression").score > heard(clip, "heavy-compression").score + 1


@pytest.mark.parametrize("concept", ["mains-hum", "heavy-compression", "bass", "vocals"])
def test_level_channels_and_rate_do_not_change_what_is_heard(concept: str) -> None:
    at_48_khz = band(seed=7, rate=48_000)
    at_48_khz = at_48_khz + hum(50, -15, len(at_48_khz), 48_000)
    first = heard(at_48_khz, concept, 48_000)
    stereo = np.stack([at_48_khz, at_48_khz], axis=1) * np.float32(0.1)

    assert heard(stereo, concept, 48_000).score == pytest.approx(first.score, abs=0.1)


def test_a_long_file_is_heard_in_evenly_spread_windows() -> None:
    windows = windows_of(np.random.default_rng(0).standard_normal(8000 * 600).astype(np.float32) * 0.1, 8000)

    assert len(windows) == MOST_WINDOWS


def test_what_is_there_in_half_of_a_long_clip_is_there() -> None:
    clip = np.tile(band(seed=8), 4)
    half = clip.copy()
    half[: len(clip) // 2] += hum(50, -14, len(clip) // 2)

    assert heard(half, "mains-hum").present


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_comes_through_resampling_as_it_was(rate: int) -> None:
    seconds = 1.0 + 1 / 997
    wave = np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate).astype(np.float32)
    found = listen.resampled(wave, rate)

    wanted = np.sin(2 * np.pi * 440 * np.arange(len(found)) / RATE)
    assert len(found) == round(len(wave) * RATE / rate)
    assert found[2000:-2000] == pytest.approx(wanted[2000:-2000], abs=0.01)


def test_the_detector_of_a_concept() -> None:
    assert detector_of("mains-hum") is not None
    assert detector_of("kazoo-solo") is None
