"""Sources read from disk: brought to the model's rate, length and shape, and each of these told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from eschew import api
from eschew.backends.sources import clip_source, picture_source, resampled
from eschew.errors import FileError
from eschew.plan import Plan
from eschew.plan.source import content_digest
from eschew.request import Request

RATE, SECONDS = 24_000, 5.12


def tone(rate: int, seconds: float, channels: int = 1) -> np.ndarray:
    t = np.arange(round(rate * seconds)) / rate
    wave = 0.5 * np.sin(2 * np.pi * 440 * t)
    return np.stack([wave] * channels, axis=1).astype(np.float32)


def planned(path: Path, audio: np.ndarray, rate: int, subtype: str = "PCM_16") -> Plan:
    soundfile.write(path, audio, rate, subtype=subtype)
    return api.plan(Request("lo-fi", source=str(path)))


def read(plan: Plan) -> tuple[np.ndarray, str]:
    source = clip_source(plan, RATE, 1, SECONDS, SECONDS)
    return source.audio, source.because


def drawn(path: Path, image: Image.Image) -> tuple[np.ndarray, str]:
    image.save(path)
    plan = Plan("m", "p", "", "none", 1.0, 0.0, (0.0, 1.0), 1, source=str(path), source_digest=content_digest(str(path), "image"))  # fmt: skip
    source = picture_source(plan, 64, 64)
    return source.pixels, source.because


def test_a_clip_that_fits_is_taken_as_it_is(tmp_path: Path) -> None:
    audio, because = read(planned(tmp_path / "a.wav", tone(RATE, SECONDS), RATE))

    assert because == ""
    np.testing.assert_allclose(audio, tone(RATE, SECONDS), atol=1e-4)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_another_rate_and_more_channels_are_brought_over_and_told(tmp_path: Path, rate: int) -> None:
    audio, because = read(planned(tmp_path / "a.flac", tone(rate, 7.0, channels=2), rate))

    assert "2 channels mixed to 1" in because
    assert f"resampled from {rate:,} to 24,000 Hz" in because
    assert "the first 5.12 s of 7.00 s taken" in because
    np.testing.assert_allclose(audio, tone(RATE, SECONDS), atol=0.02)


def test_a_clip_that_ends_early_is_filled_with_silence_and_told(tmp_path: Path) -> None:
    audio, because = read(planned(tmp_path / "a.wav", tone(RATE, 4.0), RATE))

    assert because == "1.12 s of silence added"
    assert audio.shape == (round(SECONDS * RATE), 1)
    assert not audio[round(4.3 * RATE) :].any()


@pytest.mark.parametrize(
    ("audio", "subtype", "says"),
    [
        (tone(RATE, 1.0), "PCM_16", "lasts 1.00 s"),
        (np.zeros((RATE * 6, 1), np.float32), "PCM_16", "silent"),
        (np.full((RATE * 6, 1), np.nan, np.float32), "FLOAT", "not numbers"),
    ],
)
def test_a_clip_that_is_no_use_gets_a_sentence(
    tmp_path: Path, audio: np.ndarray, subtype: str, says: str
) -> None:
    with pytest.raises(FileError, match=says):
        read(planned(tmp_path / "a.wav", audio, RATE, subtype))


def test_what_is_no_audio_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("la la la")

    with pytest.raises(FileError, match="cannot read this as audio"):
        read(api.plan(Request("lo-fi", source=str(tmp_path / "a.wav"))))


def test_a_source_that_changed_after_planning_is_refused(tmp_path: Path) -> None:
    plan = planned(tmp_path / "a.wav", tone(RATE, SECONDS), RATE)
    soundfile.write(tmp_path / "a.wav", tone(RATE, SECONDS) / 2, RATE)

    with pytest.raises(FileError, match="no longer the one"):
        read(plan)


def test_resampling_there_and_back_gives_the_sound_again() -> None:
    there = resampled(tone(44_100, 1.0), 44_100, 24_000)

    np.testing.assert_allclose(resampled(there, 24_000, 44_100), tone(44_100, 1.0), atol=0.02)


def test_a_picture_of_the_right_size_is_taken_as_it_is(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    pixels, because = drawn(tmp_path / "a.png", Image.fromarray(values))

    assert because == ""
    assert np.array_equal(pixels, values)


def test_another_shape_is_cut_resized_and_told(tmp_path: Path) -> None:
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("blue", (100, 0, 200, 100))
    pixels, because = drawn(tmp_path / "a.png", wide)

    assert because == "the middle of 300 × 100 cut out; resized to 64 × 64"
    assert (pixels[:, 8:56] == (0, 0, 255)).all()


def test_transparency_is_laid_on_white_and_told(tmp_path: Path) -> None:
    pixels, because = drawn(tmp_path / "a.png", Image.new("RGBA", (64, 64), (255, 0, 0, 0)))

    assert because == "laid on white"
    assert (pixels == 255).all()


def test_what_is_no_picture_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nbut not really")
    plan = Plan("m", "p", "", "none", 1.0, 0.0, (0.0, 1.0), 1, source=str(path), source_digest=content_digest(str(path), "image"))  # fmt: skip

    with pytest.raises(FileError, match="cannot read this as a picture"):
        picture_source(plan, 64, 64)
