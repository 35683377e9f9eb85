"""`eschew experiment` and `eschew experiments`, as a person types them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TEXT = """
name = "brief"
question = "Does naming crackle take it off?"
baseline = "none"
pairs = {pairs}

[[subjects]]
prompt = "lo-fi hip-hop with piano"
negative_prompt = "vinyl crackle"

[[arms]]
name = "none"
negative_prompt = ""
num_inference_steps = 2

[[arms]]
name = "negative"
num_inference_steps = 2
"""


def eschew(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eschew", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "brief.toml").write_text(TEXT.format(pairs=2))
    return tmp_path


def test_an_experiment_is_looked_at_run_listed_and_found_again(folder: Path) -> None:
    ahead = eschew("experiment", "check", "brief.toml", "--store", "lab.db", cwd=folder)

    assert ahead.returncode == 0, ahead.stderr
    assert "to remove: vinyl-crackle; to keep: lo-fi-hip-hop, piano" in " ".join(ahead.stdout.split())
    assert "4 samples, 1 of them there already" in ahead.stdout
    assert "What 2 pairs can show" in ahead.stdout

    done = eschew("experiment", "run", "brief.toml", "--store", "lab.db", cwd=folder)

    assert done.returncode == 0, done.stderr
    assert "Does naming crackle take it off?" in done.stdout
    assert f"experiment 'brief' is in {folder / 'lab.db'}" in done.stdout

    listed = eschew("experiments", "--store", "lab.db", "--json", cwd=folder)
    (entry,) = json.loads(listed.stdout)

    assert (entry["name"], entry["pairs_run"], entry["arms"]) == ("brief", 2, 2)

    again = eschew("experiment", "run", "brief.toml", "--store", "lab.db", "--json", cwd=folder)

    assert json.loads(again.stdout)["pairs_run"] == 2


def test_the_outlook_is_one_json_value(folder: Path) -> None:
    done = eschew("experiment", "check", "brief.toml", "--store", "lab.db", "--json", cwd=folder)
    value = json.loads(done.stdout)

    assert (value["samples"], value["there"], value["questions"]) == (4, 1, 1)
    assert [plan["method"] for plan in value["plans"][0]] == ["none", "cfg-substitution"]
    assert value["seconds"] > 0
    assert {k: value["power"][-1][k] for k in ("base_rate", "removed")} == {"base_rate": 0.9, "removed": 0.8}


def test_ctrl_c_keeps_what_is_made(folder: Path) -> None:
    (folder / "brief.toml").write_text(TEXT.format(pairs=2000))
    with subprocess.Popen(
        [sys.executable, "-m", "eschew", "experiment", "run", "brief.toml", "--store", "lab.db"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while len(list(folder.glob("lab-files/*/*.flac"))) < 3:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "of 4000 samples" in said
    assert "try: the same command goes on from here" in said
    assert "Traceback" not in said
    assert "not finished" in eschew("experiments", "--store", "lab.db", cwd=folder).stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["experiment", "run", "none.toml"], 2, "none.toml: this experiment cannot be read"),
        (["experiment", "run", "brief.toml", "--workers", "0"], 2, "1 to 256"),
        (["experiment", "run", "brief.toml", "--store", "brief.toml"], 2, "no store of experiments"),
        (["experiment", "run", "brief.toml", "--engine", "steam"], 2, "onnx or diffusers"),
        (["experiments", "--store", "brief.toml"], 2, "no store of experiments"),
        (["experiments", "--store", "nothing.db"], 0, ""),
    ],
)
def test_what_cannot_be_is_a_sentence(folder: Path, words: list[str], code: int, said: str) -> None:
    done = eschew(*words, cwd=folder)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in folder.iterdir()] == ["brief.toml"]
