"""A clip on disk is whole, tagged, and in the format that its name says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from eschew.backends import Receipt, Sample
from eschew.backends.clips import check_folder, read_clip_file, write_clip
from eschew.errors import FileError
from eschew.plan import Plan, from_json

PLAN = Plan("nano-music", "Café — “lo-fi” 🎷", "vinyl crackle", "cfg-substitution", 2.5, 0.0, (0.0, 1.0), 8)


@pytest.fixture
def sample() -> Sample:
    audio = (0.3 * np.sin(np.arange(24_000) / 20)).astype(np.float32)
    return Sample(audio, 24_000, Receipt(PLAN.digest, 7, 0, 16, 8, 0.1, ()))


@pytest.mark.parametrize(
    ("ending", "form"), [("wav", "WAV"), ("flac", "FLAC"), ("ogg", "OGG"), ("WAV", "WAV")]
)
def test_the_ending_chooses_the_format_and_the_tags_make_the_clip_again(
    tmp_path: Path, sample: Sample, ending: str, form: str
) -> None:
    path = tmp_path / f"clip.{ending}"
    write_clip(path, sample, PLAN)
    with soundfile.SoundFile(path) as file:
        tags = json.loads(file.comment)
        assert file.format == form
        assert file.title == PLAN.prompt

    assert (tags["prompt"], tags["negative_prompt"], tags["seed"]) == (PLAN.prompt, "vinyl crackle", 7)
    assert from_json(json.dumps(tags["plan"])) == PLAN
    assert np.abs(read_clip_file(path)[0] - sample.audio).max() < 0.05


def test_an_ending_that_cannot_be_written_is_refused(tmp_path: Path, sample: Sample) -> None:
    with pytest.raises(FileError, match=r"\.mp3"):
        write_clip(tmp_path / "clip.mp3", sample, PLAN)

    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_found_out_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(FileError, match="cannot write in this folder"):
        check_folder(tmp_path / "file" / "sub")


def test_a_file_that_is_no_audio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"RIFF nonsense")

    with pytest.raises(FileError, match="cannot read this as audio"):
        read_clip_file(tmp_path / "x.wav")
