"""Run the trained listeners on a clip: one forward pass for all characters, one for all instruments and styles.

A listener reads log-mel frames of mono audio at 24 kHz; other rates are resampled, longer clips are heard in windows
of about five seconds and the strongest window counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import exp, gcd
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import SAMPLE_RATE, log_mel
from eschew.errors import UsageError

FOLDER = Path(__file__).parent / "listeners"
LISTENERS = ("characters", "players")
WINDOW_FRAMES = 512
SHORTEST_SECONDS = 1.0

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """One concept of a listener: its column, its Platt calibration, and the logit from which it counts as present."""

    index: int
    slope: float
    offset: float
    threshold: float

    def probability(self, logit: float) -> float:
        """The calibrated probability that the concept is there."""
        return 1.0 / (1.0 + exp(-max(-50.0, min(50.0, self.slope * logit + self.offset))))


@cache
def heads(listener: str) -> dict[str, Head]:
    """Concept → head."""
    raw = json.loads((FOLDER / f"{listener}.json").read_text("utf-8"))
    return {name: Head(**entry) for name, entry in raw.items()}


@cache
def _session(listener: str) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(FOLDER / f"{listener}.onnx"), options, ["CPUExecutionProvider"])


def heard(mels: Floats, listener: str) -> dict[str, float]:
    """Concept → the strongest logit over windows of log-mel frames, (windows, frames, 100)."""
    (scores,) = _session(listener).run(None, {"mel": mels})
    strongest = np.asarray(scores).max(axis=0)
    return {name: float(strongest[head.index]) for name, head in heads(listener).items()}


def logits(audio: Floats, sample_rate: int) -> dict[str, float]:
    """Concept → logit, over all listeners. UsageError for a clip shorter than a second or with no finite samples."""
    windows = np.stack(list(_windows(log_mel(prepared(audio, sample_rate)))))
    return {name: value for listener in LISTENERS for name, value in heard(windows, listener).items()}


def prepared(audio: Floats, sample_rate: int) -> Floats:
    """Mono at 24 kHz, peak at −1 dBFS: the listeners were trained at one level."""
    mono = heard_as(audio, sample_rate)
    return (mono * (10 ** (-1 / 20) / (float(np.abs(mono).max()) + 1e-9))).astype(np.float32)


def heard_as(audio: Floats, sample_rate: int) -> Floats:
    """Mono at 24 kHz, as loud as it was. UsageError for a clip shorter than a second or with no finite samples."""
    mono: Floats = audio.mean(axis=1) if audio.ndim == 2 else audio
    if not np.isfinite(mono).all():
        raise UsageError("the clip holds samples that are not numbers", where="audio")
    if len(mono) < SHORTEST_SECONDS * sample_rate:
        raise UsageError(f"the clip is shorter than {SHORTEST_SECONDS:.0f} second", where="audio")
    return mono if sample_rate == SAMPLE_RATE else resampled(mono, sample_rate)


def resampled(audio: Floats, sample_rate: int) -> Floats:
    """Mono `audio` at 24 kHz, by cutting or padding its spectrum: exact for band-limited sound, blurred at the two ends."""
    common = gcd(SAMPLE_RATE, sample_rate)
    up, down = SAMPLE_RATE // common, sample_rate // common
    # Filled up with silence to a length that transforms fast before and after: a prime one takes minutes.
    steps = _quick(-(-len(audio) // down))
    spectrum = np.fft.rfft(audio, steps * down)
    size = steps * up
    kept = np.zeros(size // 2 + 1, spectrum.dtype)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    whole = np.fft.irfft(kept, size) * (size / (steps * down))
    return whole[: round(len(audio) * SAMPLE_RATE / sample_rate)].astype(np.float32)


def _quick(least: int) -> int:
    """The smallest number from `least` up whose prime factors are 2, 3 and 5."""
    best = 1 << (least - 1).bit_length()
    fives = 1
    while fives < best:
        threes = fives
        while threes < best:
            best = min(best, threes << max(0, (-(-least // threes) - 1).bit_length()))
            threes *= 3
        fives *= 5
    return best


def _windows(mel: Floats) -> list[Floats]:
    """The spectrogram in windows of WINDOW_FRAMES, the last one flush with the end; short clips are repeated."""
    if len(mel) < WINDOW_FRAMES:
        return [np.resize(mel, (WINDOW_FRAMES, mel.shape[1]))]
    starts = list(range(0, len(mel) - WINDOW_FRAMES + 1, WINDOW_FRAMES))
    if starts[-1] + WINDOW_FRAMES < len(mel):
        starts.append(len(mel) - WINDOW_FRAMES)
    return [mel[s : s + WINDOW_FRAMES] for s in starts]
