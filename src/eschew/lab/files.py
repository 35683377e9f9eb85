"""Read any clip or picture from its file and say what is in it."""

from __future__ import annotations

from pathlib import Path

from eschew.backends.clips import read_clip_file
from eschew.backends.pictures import read_picture_file
from eschew.errors import FileError, UsageError
from eschew.lab.detectors import read_clip
from eschew.lab.detectors.image import read_picture
from eschew.lab.values import Reading

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".jxl"})


def read_file(path: Path) -> tuple[Reading, ...]:
    """One reading a concept. A picture by its ending, or else by not being sound.

    FileError for what is neither, or cannot be opened, UsageError for a clip or picture that is too small to be judged.
    """
    if not path.is_file():
        raise FileError(
            "this is a folder" if path.is_dir() else "there is no such file",
            where=str(path),
            hint="give files" if path.is_dir() else "",
        )
    try:
        if path.suffix.lower() in PICTURES:
            return read_picture(read_picture_file(path))
        try:
            audio, rate = read_clip_file(path)
        except FileError as no_sound:
            try:
                pixels = read_picture_file(path)
            except FileError:
                raise FileError(
                    "this is neither sound nor a picture that can be read here",
                    where=str(path),
                    why=no_sound.why,
                    hint="WAV, FLAC, OGG, MP3, PNG, JPEG or WebP",
                ) from no_sound
            return read_picture(pixels)
        return read_clip(audio, rate)
    except FileError:
        raise
    except UsageError as problem:
        raise UsageError(problem.what, where=str(path), why=problem.why, hint=problem.hint) from problem
