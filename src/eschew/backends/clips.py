"""Write a clip with its tags, whole or not at all; read one back."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile
from numpy.typing import NDArray

from eschew import __version__
from eschew.backends.seam import Picture, Sample
from eschew.errors import FileError
from eschew.plan import Plan

FORMATS = {".wav": ("WAV", "PCM_16"), ".flac": ("FLAC", "PCM_16"), ".ogg": ("OGG", "VORBIS")}
TITLE_LENGTH = 120


def check_ending(path: Path) -> None:
    """FileError unless the file's ending is one that can be written."""
    if path.suffix.lower() not in FORMATS:
        raise FileError(
            f"cannot write audio as {path.suffix or 'a file without an ending'}",
            where=str(path),
            hint="end the name in " + ", ".join(FORMATS),
        )


def check_folder(folder: Path) -> None:
    """Make `folder`, and FileError if it cannot be written in: found out before any compute is spent."""
    probe = folder / f".eschew-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise FileError(
            "cannot write in this folder",
            where=str(folder),
            why=str(problem.strerror or problem),
            hint="another --out",
        ) from problem


def write_clip(path: Path, sample: Sample, plan: Plan) -> None:
    """Write WAV, FLAC or OGG by the ending; prompt, negative, seed and plan go into the tags. FileError if it cannot."""
    check_ending(path)
    form, subtype = FORMATS[path.suffix.lower()]
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part")
    channels = 1 if sample.audio.ndim == 1 else sample.audio.shape[1]
    try:
        with soundfile.SoundFile(temporary, "w", sample.sample_rate, channels, subtype, format=form) as file:
            file.title = plan.prompt[:TITLE_LENGTH]
            file.software = f"eschew {__version__}"
            file.comment = json.dumps(tags(sample, plan), ensure_ascii=False)
            file.write(sample.audio)
        temporary.replace(path)
    except (OSError, soundfile.LibsndfileError) as problem:
        temporary.unlink(missing_ok=True)
        raise FileError("cannot write the clip", where=str(path), why=str(problem)) from problem


def tags(sample: Sample | Picture, plan: Plan) -> dict[str, Any]:
    """What the comment tag holds: enough to make the clip again. Of a source the name, and not where it lay."""
    if plan.source is not None:
        plan = replace(plan, source=Path(plan.source).name)
    return {
        "prompt": plan.prompt,
        "negative_prompt": plan.negative_prompt,
        "seed": sample.receipt.seed,
        "item": sample.receipt.item,
        "plan": msgspec.to_builtins(plan),
        "digest": plan.digest,
    }


def read_clip_file(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples (n,) or (n, channels) and the sample rate; FileError if it is no audio file."""
    try:
        audio, rate = soundfile.read(path, dtype="float32")
    except (OSError, soundfile.LibsndfileError) as problem:
        raise FileError("cannot read this as audio", where=str(path), why=str(problem)) from problem
    return np.asarray(audio, np.float32), int(rate)
