"""Read what a plan starts from, as the model takes it, and say what had to be done to it.

A plan names its source by a hash: a file that has changed since is another source, and is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from math import ceil, gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eschew.errors import FileError
from eschew.plan import Plan
from eschew.plan.source import DIGEST_TAG

Floats = NDArray[np.float32]

SHORTEST_SHARE = 0.5
"""A clip that is shorter than this part of what the model makes is no source for it; the rest is filled with silence."""
MARGIN_SECONDS = 0.25
"""Read beyond the end, so that the end of what is used is not the end of what was resampled."""
MIRRORED_SECONDS = 0.05
MOST_PIXELS = 2**26


@dataclass(frozen=True, eq=False)
class ClipSource:
    """`audio` float32 (samples, channels) in −1..1 at the rate that was asked for, and what was done to the file."""

    audio: Floats
    because: str


@dataclass(frozen=True, eq=False)
class PictureSource:
    """`pixels` uint8 (height, width, 3) of the size that was asked for, and what was done to the file."""

    pixels: NDArray[np.uint8]
    because: str


def clip_source(plan: Plan, rate: int, channels: int, longest: float, shortest: float = 0.0) -> ClipSource:
    """The plan's source at `rate` hertz with `channels`, cut after `longest` seconds. FileError if it is no use.

    With a `shortest` length, a clip of at least half of it is filled up with silence.
    """
    import soundfile

    where, path = f"--source {plan.source}", _path(plan)
    try:
        with soundfile.SoundFile(BytesIO(_content(plan, path))) as file:
            own, seconds = int(file.samplerate), file.frames / file.samplerate
            audio = file.read(round((longest + MARGIN_SECONDS) * own), dtype="float32", always_2d=True)
            had = int(file.channels)
    except (OSError, soundfile.LibsndfileError) as problem:
        raise FileError("cannot read this as audio", where=where, why=str(problem)) from problem
    if not np.isfinite(audio).all():
        raise FileError("this clip holds samples that are not numbers", where=where)
    if not audio.any():
        raise FileError("this clip is silent: there is nothing to start from", where=where)
    if seconds < shortest * SHORTEST_SHARE or not seconds:
        raise FileError(
            f"this clip lasts {seconds:.2f} s, and {plan.model} works from {shortest:g} s",
            where=where,
            hint=f"a clip of at least {shortest * SHORTEST_SHARE:g} s: what is missing then is filled with silence",
        )
    audio, done = _mixed(audio, channels), []
    if had != channels:
        done.append(f"{had} channels mixed to {channels}")
    if own != rate:
        audio = resampled(audio, own, rate)
        done.append(f"resampled from {own:,} to {rate:,} Hz")
    wanted = round(min(max(seconds, shortest), longest) * rate)
    if seconds > longest:
        done.append(f"the first {longest:g} s of {seconds:.2f} s taken")
    elif seconds < shortest and len(audio) < wanted:
        done.append(f"{shortest - seconds:.2f} s of silence added")
    audio = np.pad(audio, ((0, max(0, wanted - len(audio))), (0, 0)))[:wanted]
    return ClipSource(np.clip(audio, -1.0, 1.0), "; ".join(done))


def picture_source(plan: Plan, width: int, height: int) -> PictureSource:
    """The plan's source as a picture of `width` × `height`, its middle cut out where it has another shape. FileError."""
    from PIL import Image, ImageOps

    where, path = f"--source {plan.source}", _path(plan)
    content = _content(plan, path)
    try:
        with Image.open(BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise FileError(
                    f"this picture has more than {MOST_PIXELS / 1e6:.0f} million pixels", where=where
                )
            picture = ImageOps.exif_transpose(opened)
            size = picture.size
            clear = picture.has_transparency_data
            if clear:
                picture = picture.convert("RGBA")
                picture = Image.alpha_composite(Image.new("RGBA", size, "white"), picture)
            picture = picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise FileError("cannot read this as a picture", where=where, why=str(problem)) from problem
    done = ["laid on white"] if clear else []
    if size[0] * height != size[1] * width:
        done.append(f"the middle of {size[0]} × {size[1]} cut out")
    if size != (width, height):
        picture = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
        done.append(f"resized to {width} × {height}")
    return PictureSource(np.asarray(picture, np.uint8), "; ".join(done))


def resampled(audio: Floats, own: int, rate: int) -> Floats:
    """(samples, channels) at `own` hertz → at `rate`, by cutting or padding the spectrum: exact for band-limited sound.

    The two ends, which a spectrum takes for neighbours, are mirrored first and cut off again.
    """
    whole = own // gcd(own, rate)
    margin = min(whole * ceil(MIRRORED_SECONDS * own / whole), (len(audio) - 1) // whole * whole)
    mirrored = np.pad(audio, ((margin, margin), (0, 0)), mode="reflect", reflect_type="odd")
    size = round(len(mirrored) * rate / own)
    spectrum = np.fft.rfft(mirrored, axis=0)
    kept = np.zeros((size // 2 + 1, audio.shape[1]), spectrum.dtype)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    out = np.fft.irfft(kept, size, axis=0) * (size / len(mirrored))
    cut = margin * rate // own
    return out[cut : size - cut].astype(np.float32)


def _mixed(audio: Floats, channels: int) -> Floats:
    """Mono is the mean of all channels; mono becomes stereo by saying it twice; of more the first ones are taken."""
    if channels == 1:
        return np.asarray(audio.mean(axis=1, keepdims=True), np.float32)
    if audio.shape[1] == 1:
        return np.repeat(audio, channels, axis=1)
    return audio[:, :channels]


def _path(plan: Plan) -> Path:
    assert plan.source is not None
    return Path(plan.source)


def _content(plan: Plan, path: Path) -> bytes:
    """The bytes that the plan was made for; FileError if they are others by now."""
    where = f"--source {plan.source}"
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise FileError(
            "cannot read this file", where=where, why=str(problem.strerror or problem)
        ) from problem
    if DIGEST_TAG + hashlib.blake2b(content, digest_size=16).hexdigest() != plan.source_digest:
        raise FileError(
            "this file is no longer the one that the plan was made for", where=where, hint="plan again"
        )
    return content
