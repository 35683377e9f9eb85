"""`eschew detect`: clips and pictures by one command; what cannot be read is said, and the rest is read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from typer.testing import CliRunner

from eschew.cli.app import app


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds of clipped noise at 44.1 kHz, stereo."""
    noise = np.random.default_rng(0).standard_normal((88_200, 2)) * 0.8
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.clip(noise, -1, 1), 44_100)
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "noise.jpg"
    pixels = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def run(*words: object):
    return CliRunner().invoke(app, ["detect", *map(str, words)])


def test_json_is_a_list_of_files_and_readings(clip: Path, picture: Path) -> None:
    result = run(clip, picture, "--json")

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [row["file"] for row in told] == [str(clip), str(picture)]
    for row in told:
        assert set(row) == {"file", "readings"}
        for reading in row["readings"]:
            assert set(reading) == {"concept", "detector", "score", "probability", "present"}
    present = {r["concept"]: r["present"] for r in told[0]["readings"]}
    assert present["clipping"] is True


def test_the_table_says_what_is_there_first(clip: Path) -> None:
    lines = run(clip).stdout.splitlines()

    marks = [line.split()[0] for line in lines if line.split()[:1] in (["yes"], ["no"])]
    assert marks == sorted(marks, reverse=True)
    assert any("clipping" in line and line.split()[0] == "yes" for line in lines)


def test_a_bad_file_is_said_and_the_others_are_read(clip: Path, tmp_path: Path) -> None:
    junk = tmp_path / "junk.xyz"
    junk.write_bytes(b"not a sound")
    short = tmp_path / "short.wav"
    soundfile.write(short, np.zeros(100), 24_000)
    result = run(junk, tmp_path / "none.wav", tmp_path, short, clip, "--json")

    assert result.exit_code == 2
    assert [row["file"] for row in json.loads(result.stdout)] == [str(clip)]
    for path, said in (
        (junk, "neither sound nor a picture"),
        ("none.wav", "no such file"),
        (tmp_path, "folder"),
        (short, "shorter than 1 second"),
    ):
        assert str(path) in result.stderr
        assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_no_file_is_no_command() -> None:
    assert run().exit_code == 2
