"""Detectors of sound: one file each, and one for the instruments and styles that a single listener hears."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from eschew.errors import UnknownNameError
from eschew.lab.detectors.music.autotune import AUTOTUNE
from eschew.lab.detectors.music.bass import BASS
from eschew.lab.detectors.music.bit_crush import BIT_CRUSH
from eschew.lab.detectors.music.clipping import CLIPPING
from eschew.lab.detectors.music.compression import COMPRESSION
from eschew.lab.detectors.music.detector import Detector
from eschew.lab.detectors.music.harsh_distortion import HARSH_DISTORTION
from eschew.lab.detectors.music.hum import HUM
from eschew.lab.detectors.music.long_reverb import LONG_REVERB
from eschew.lab.detectors.music.muddy_low_end import MUDDY_LOW_END
from eschew.lab.detectors.music.over_bright_cymbals import OVER_BRIGHT_CYMBALS
from eschew.lab.detectors.music.players import PLAYERS
from eschew.lab.detectors.music.saturation import SATURATION
from eschew.lab.detectors.music.sound import windows_of
from eschew.lab.detectors.music.tape_hiss import TAPE_HISS
from eschew.lab.detectors.music.vinyl_crackle import VINYL_CRACKLE
from eschew.lab.detectors.music.vocals import VOCALS
from eschew.lab.detectors.music.vocoder import VOCODER
from eschew.lab.values import Reading

SOUND_DETECTORS: tuple[Detector, ...] = (
    VINYL_CRACKLE,
    TAPE_HISS,
    HUM,
    SATURATION,
    HARSH_DISTORTION,
    CLIPPING,
    COMPRESSION,
    MUDDY_LOW_END,
    OVER_BRIGHT_CYMBALS,
    LONG_REVERB,
    BIT_CRUSH,
    VOCODER,
    AUTOTUNE,
    VOCALS,
    BASS,
    *PLAYERS,
)
"""A test compares this with the folder."""


def read_clip(
    audio: NDArray[np.float32], sample_rate: int, concepts: Collection[str] | None = None
) -> tuple[Reading, ...]:
    """One reading a concept, of all concepts or of those given. `audio` is (samples,) or (samples, channels) in −1..1.

    UnknownNameError for a concept that nothing here hears, UsageError for what is no clip or shorter than a second.
    """
    known = {d.concept for d in SOUND_DETECTORS}
    for concept in concepts or ():
        if concept not in known:
            raise UnknownNameError(
                f"nothing here hears {concept!r} in a clip",
                where="concepts",
                hint=", ".join(sorted(known)[:9]),
            )
    windows = windows_of(audio, sample_rate)
    return tuple(d.read(windows) for d in SOUND_DETECTORS if concepts is None or d.concept in concepts)
