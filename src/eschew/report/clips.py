"""The two clips of a pair, made ready for a page: sound as OGG, picture as PNG, both pictures to one scale."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from eschew.backends.nano.codec import SAMPLE_RATE
from eschew.lab.values import Pair
from eschew.report.sound import ogg_bytes, read_clip
from eschew.report.spectrogram import SIZE, spectrogram_pngs


@dataclass(frozen=True)
class Clip:
    """What a page shows of one clip. `sound` and `picture` are data URIs."""

    sound: str
    picture: str
    picture_size: tuple[int, int]
    seconds: float


def clips_of(pair: Pair, folder: Path) -> tuple[Clip, Clip]:
    """Without and with the negative. FileError if a file is missing."""
    audio = [read_clip(folder / name) for name in (pair.file_without, pair.file_with)]
    without, with_ = (
        Clip(
            sound=_data_uri("audio/ogg", ogg_bytes(clip)),
            picture=_data_uri("image/png", picture),
            picture_size=SIZE,
            seconds=len(clip) / SAMPLE_RATE,
        )
        for clip, picture in zip(audio, spectrogram_pngs(audio), strict=True)
    )
    return without, with_


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"
