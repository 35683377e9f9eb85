"""Judges of presence for anything that can be put into words: CLIP for pictures, CLAP for clips.

They compare a picture or a clip with sentences: one that has the thing in it, and neutral ones that do not name it.
Only affirmative wordings are put to them. These models match words, not logic: to them "no hiss" is about hiss, so a
negated wording is refused. Weights come from a folder of yours (extra `judge`); nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from eschew.backends.clips import read_clip_file
from eschew.backends.pictures import read_picture_file
from eschew.errors import UnknownNameError
from eschew.lab.detectors.judge.clap import judge_clip
from eschew.lab.detectors.judge.clip import judge_picture
from eschew.lab.values import Reading

__all__ = ["JUDGES", "judge_clip", "judge_file", "judge_picture"]

JUDGES = ("clip", "clap")
"""As `eschew detect --judge NAME` takes them: for pictures, for clips."""


def judge_file(path: Path, judge: str, concepts: Collection[str], folder: Path) -> tuple[Reading, ...]:
    """Readings of a picture by CLIP or of a clip by CLAP, from the weights in `folder`.

    UnknownNameError for another judge, FileError for a file that this judge cannot take in, and what `judge_picture`
    and `judge_clip` raise.
    """
    if judge not in JUDGES:
        raise UnknownNameError(f"there is no judge {judge!r}", where="--judge", hint=" or ".join(JUDGES))
    if judge == "clip":
        return judge_picture(read_picture_file(path), concepts, folder)
    return judge_clip(*read_clip_file(path), concepts, folder)
