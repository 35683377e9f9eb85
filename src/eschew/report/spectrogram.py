"""A clip's log-mel spectrogram as a small palette PNG: time to the right, pitch upwards, louder is lighter."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from eschew.backends.nano.codec import log_mel

SIZE = (400, 128)
LEVELS = 48
"""Steps of loudness: finer ones are not seen at this size and cost bytes."""

RANGE_DB = 66.0
"""From the loudest point of a pair down to black."""

# Dark to light through ink, indigo, plum, clay and straw, with lightness rising evenly (CIE L* 4 to 95),
# so that equal steps of loudness look equal, also in grey.
ANCHORS = (
    (0.00, (9, 11, 22)),
    (0.18, (27, 27, 66)),
    (0.38, (74, 42, 112)),
    (0.56, (138, 58, 118)),
    (0.72, (200, 88, 96)),
    (0.86, (235, 148, 92)),
    (1.00, (252, 238, 190)),
)

Floats = NDArray[np.float32]


def spectrogram_pngs(clips: Sequence[Floats]) -> list[bytes]:
    """Mono clips at 24 kHz → a PNG of `SIZE` each, all to one scale: what looks louder is louder."""
    mels = [log_mel(clip) for clip in clips]
    white = max(float(mel.max()) for mel in mels)
    return [_png(mel, white) for mel in mels]


def _png(mel: Floats, white: float) -> bytes:
    """Log-mel (frames, bands) → PNG. `white` is the value that is drawn lightest."""
    black = white - RANGE_DB / 20 * np.log(10)
    level = np.clip((mel.T[::-1] - black) / (white - black), 0, 1)
    grey = Image.fromarray((level * 255).astype(np.uint8)).resize(SIZE, Image.Resampling.BOX)
    steps = np.asarray(grey).astype(np.uint16) * LEVELS // 256
    picture = Image.fromarray(steps.astype(np.uint8))
    picture.putpalette(palette())
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def palette() -> bytes:
    """`LEVELS` colours as R, G, B bytes, between the anchors in straight lines."""
    at = [place for place, _ in ANCHORS]
    points = np.linspace(0, 1, LEVELS)
    channels = [np.interp(points, at, [colour[i] for _, colour in ANCHORS]) for i in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8).tobytes()
