"""How loud a clip is, by the broadcasters' measures: ITU-R BS.1770-4, and EBU Tech 3341 and 3342 that build on it.

Written here, since what reads clips must run on NumPy alone; the tests set it against pyloudnorm and FFmpeg. The
K-weighting is applied to the spectrum, which is exact and as fast as the filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

BLOCK_SECONDS = 0.4
SHORT_TERM_SECONDS = 3.0
HOP_SECONDS = 0.1
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
RANGE_GATE = -20.0
SILENCE = -120.0
"""What is said of a clip that holds nothing above the absolute gate, in LUFS or dB."""
OVERSAMPLING = 4
EDGE_SECONDS = 0.2
PIECE = 1 << 18

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def integrated(audio: Floats, sample_rate: int) -> float:
    """Gated loudness of (samples,) or (samples, channels), in LUFS (BS.1770-4, annex 1); SILENCE below the gate."""
    powers = block_powers(audio, sample_rate, BLOCK_SECONDS)
    loud = powers[_lufs(powers) > ABSOLUTE_GATE]
    if not loud.size:
        return SILENCE
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + RELATIVE_GATE]
    return float(_lufs(loud.mean()))


def loudness_range(audio: Floats, sample_rate: int) -> float:
    """Loudness range in LU (EBU Tech 3342): from the 10th to the 95th percentile of the gated short-term loudness.

    0 for a clip that is no longer than one short-term block of three seconds.
    """
    powers = block_powers(audio, sample_rate, SHORT_TERM_SECONDS)
    loud = powers[_lufs(powers) > ABSOLUTE_GATE]
    if not loud.size:
        return 0.0
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + RANGE_GATE]
    low, high = np.percentile(_lufs(loud), [10, 95])
    return float(high - low)


def true_peak(audio: Floats) -> float:
    """Highest level between the samples, in dBTP: four times oversampled (BS.1770-4, annex 2), by the spectrum."""
    highest = 0.0
    for piece, inner in _pieces(_channels(audio), round(EDGE_SECONDS * 48_000)):
        between = np.fft.irfft(np.fft.rfft(piece, axis=0), OVERSAMPLING * len(piece), axis=0) * OVERSAMPLING
        kept = between[OVERSAMPLING * inner.start : OVERSAMPLING * inner.stop]
        highest = max(highest, float(np.abs(kept).max()))
    return float(20 * np.log10(highest + 1e-6))


def block_powers(audio: Floats, sample_rate: int, seconds: float) -> Doubles:
    """K-weighted power, summed over channels, of blocks of `seconds`, ten a second; one block for a shorter clip."""
    power = (_weighted(_channels(audio), sample_rate) ** 2).sum(axis=1)
    size, hop = round(seconds * sample_rate), round(HOP_SECONDS * sample_rate)
    total = np.concatenate([[0.0], np.cumsum(power)])
    size = min(size, len(power))
    starts = np.arange(0, len(power) - size + 1, hop)
    return np.asarray((total[starts + size] - total[starts]) / size, np.float64)


def _channels(audio: Floats) -> Floats:
    return audio[:, None] if audio.ndim == 1 else audio


def _lufs(power: Doubles | float) -> Doubles:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


def _weighted(channels: Floats, sample_rate: int) -> Doubles:
    out = []
    for piece, inner in _pieces(channels, round(EDGE_SECONDS * sample_rate)):
        spectrum = np.fft.rfft(piece, axis=0) * _k_response(len(piece), sample_rate)[:, None]
        out.append(np.fft.irfft(spectrum, len(piece), axis=0)[inner])
    return np.asarray(np.concatenate(out), np.float64)


def _pieces(channels: Floats, edge: int) -> Iterator[tuple[Floats, slice]]:
    """Pieces of a length that is quick to transform, and which part of each counts: the rest is run-in and run-out."""
    size = min(PIECE, 1 << (len(channels) + 2 * edge - 1).bit_length())
    for start in range(0, len(channels), size - 2 * edge):
        piece = channels[max(0, start - edge) : start + size - edge]
        before, after = max(0, edge - start), size - len(piece) - max(0, edge - start)
        yield (
            np.pad(piece, ((before, after), (0, 0))),
            slice(edge, min(size - edge, edge + len(channels) - start)),
        )


@cache
def _stages(sample_rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Both filters of BS.1770-4 as (b0, b1, b2, a1, a2), from their analogue prototypes, so that any rate will do.

    The prototypes' constants (Mansbridge, Finn & Reiss 2012) give the tables of the standard at 48 kHz.
    """
    gain, q, corner = 10 ** (3.999843853973347 / 20), 0.7071752369554196, 1681.974450955533
    k = np.tan(np.pi * corner / sample_rate)
    boost = gain**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = (
        (gain + boost * k / q + k * k) / norm,
        2 * (k * k - gain) / norm,
        (gain - boost * k / q + k * k) / norm,
        2 * (k * k - 1) / norm,
        (1 - k / q + k * k) / norm,
    )
    q, corner = 0.5003270373238773, 38.13547087602444
    k = np.tan(np.pi * corner / sample_rate)
    norm = 1 + k / q + k * k
    rumble = (1.0, -2.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)
    return tuple(map(float, shelf)), tuple(map(float, rumble))


@cache
def _k_response(size: int, sample_rate: int) -> NDArray[np.complex128]:
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.ones(len(z), np.complex128)
    for b0, b1, b2, a1, a2 in _stages(sample_rate):
        response *= (b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z)
    return response
