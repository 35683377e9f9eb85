"""CLAP as a judge of clips (Wu et al. 2023): does "music with X" fit better than "music"?"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eschew.backends.sources import resampled
from eschew.errors import UsageError
from eschew.lab.detectors.judge.weights import loaded
from eschew.lab.detectors.judge.wording import Frame, questions, readings, sentences
from eschew.lab.values import Reading

FRAMES = (
    Frame("music with {}", "music"),
    Frame("a recording with {}", "a recording"),
    Frame("the sound of {}", "a sound"),
)


def judge_clip(
    audio: NDArray[np.float32], sample_rate: int, concepts: Collection[str], folder: Path
) -> tuple[Reading, ...]:
    """One reading a concept (an id of the catalogue, or any wording), by the CLAP model in `folder`.

    `audio` is (samples,) or (samples, channels) in −1…1. PromptError for a negated wording, UsageError for a clip
    without samples, FileError for a folder that is no CLAP, MissingExtraError without transformers.
    """
    asked = questions(concepts)
    mono = audio.mean(axis=1) if audio.ndim == 2 else audio
    if not len(mono) or not np.isfinite(mono).all():
        raise UsageError("the clip has no samples, or some that are not numbers", where="audio")
    model, processor = loaded(folder, "clap")
    import torch

    rate = int(processor.feature_extractor.sampling_rate)
    if rate != sample_rate:
        mono = resampled(mono[:, None].astype(np.float32), sample_rate, rate)[:, 0]
    inputs = processor(
        text=sentences(asked, FRAMES), audio=mono, sampling_rate=rate, return_tensors="pt", padding=True
    )
    with torch.inference_mode():
        logits = model(**inputs).logits_per_audio[0].float().numpy()
    return readings(asked, FRAMES, logits, f"clap/{folder.name}")
