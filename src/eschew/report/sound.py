"""A clip's file → mono audio at the page's rate, and that as OGG/Vorbis bytes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from eschew.backends.nano.codec import SAMPLE_RATE
from eschew.errors import FileError

COMPRESSION = 0.5
"""Vorbis, 0 best to 1 smallest: about 64 kbit/s for mono at 24 kHz, where crackle and hiss still sound like it."""

BLOCK = 65_536
"""Frames per write: libsndfile's Vorbis writer keeps a whole write on the stack."""

Floats = NDArray[np.float32]


def read_clip(path: Path) -> Floats:
    """A sound file as mono at 24 kHz; FileError if it is missing, empty or no sound."""
    try:
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as problem:
        raise FileError("this clip cannot be read", where=str(path), why=str(problem)) from problem
    if len(audio) == 0:
        raise FileError("this clip is empty", where=str(path))
    return resampled(audio.mean(axis=1), rate)


def resampled(audio: Floats, rate: int) -> Floats:
    """Band-limited, by cutting or padding the spectrum; for looking and listening, not for measuring."""
    if rate == SAMPLE_RATE:
        return audio
    length = max(1, round(len(audio) * SAMPLE_RATE / rate))
    spectrum = np.fft.rfft(audio)[: length // 2 + 1]
    return (np.fft.irfft(spectrum, n=length) * (length / len(audio))).astype(np.float32)


def ogg_bytes(audio: Floats) -> bytes:
    """Mono audio at 24 kHz → OGG/Vorbis."""
    file = BytesIO()
    with soundfile.SoundFile(
        file, "w", SAMPLE_RATE, 1, subtype="VORBIS", format="OGG", compression_level=COMPRESSION
    ) as out:
        for start in range(0, len(audio), BLOCK):
            out.write(audio[start : start + BLOCK])
    return file.getvalue()
