"""Over-compression: crest factor, peak-to-loudness ratio, spread of levels; and the listener's ear."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window
from eschew.lab.loudness import block_powers

SR = 24_000


def features(window: Window) -> dict[str, float]:
    """Dynamics on three scales: of samples, of 20 ms, and of the 400 ms blocks of BS.1770."""
    mono, levels = window.mono, window.levels
    loud = levels[levels > levels.max() - 40]
    rms = float(10 * np.log10(np.mean(mono**2) + 1e-9))
    peak = float(20 * np.log10(np.abs(mono).max() + 1e-9))
    blocks = -0.691 + 10 * np.log10(block_powers(mono, SR, 0.4) + 1e-9)
    size = SR // 100
    peaks = np.abs(mono[: len(mono) // size * size]).reshape(-1, size).max(axis=1)
    top = 20 * np.log10(peaks + 1e-5)
    beats = top[: len(top) // 25 * 25].reshape(-1, 25).max(axis=1)
    rise = np.diff(levels)
    struck = window.players["drums"] > 0
    crest = peak - rms
    return {
        "crest factor": crest,
        "crest of drums": crest if struck else 12.0,
        "peak to loudness": peak - float(blocks.max()),
        "spread of levels": float(np.percentile(loud, 95) - np.percentile(loud, 20)),
        "top of levels": float(np.percentile(loud, 98) - np.percentile(loud, 60)),
        "evenness of beats": float(np.std(beats[beats > beats.max() - 30])),
        "frames near the peak": float(np.log10(np.mean(top > top.max() - 2) + 1e-3)),
        "loudness range of blocks": float(np.percentile(blocks, 95) - np.percentile(blocks, 10)),
        "attacks": float(np.percentile(rise, 98)),
        "recovery": float(np.percentile(np.diff(levels[::5]), 90)),
        "drums": float(struck),
        "listener": window.characters["heavy-compression"],
    }


COMPRESSION = measured(
    "heavy-compression",
    "compression",
    Card(
        hears="A squashed mix: peaks barely above the body, quiet parts pulled up, the same level all the time.",
        method="Crest factor, peak-to-loudness ratio and block loudness after ITU-R BS.1770, spread of levels, and the "
        "trained listener's logit. The loudness range of EBU Tech 3342 needs more than the three seconds of its blocks "
        "and is not used.",
        confuses="Music that is even by itself (pads, organ, distorted guitars, eight-bit music) sounds squashed to it.",
    ),
    features,
)
