"""The commands as a person types them: real processes, exit codes, what lands on disk."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile

LOFI = "Lo-fi hip-hop with drums and electric piano"


def eschew(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eschew", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_generate_writes_one_clip_and_says_where(tmp_path: Path) -> None:
    done = eschew(
        "generate", LOFI, "-n", "tape hiss", "--num-inference-steps", "4", "--out", "a.flac", cwd=tmp_path
    )

    assert done.returncode == 0, done.stderr
    assert "a.flac: 5.12 s" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["a.flac"]


def test_generate_says_what_it_changed(tmp_path: Path) -> None:
    done = eschew(
        "generate",
        "Lo-fi with gamelan",
        "-n",
        "hiss",
        "--guidance-scale",
        "1",
        "--num-inference-steps",
        "4",
        cwd=tmp_path,
    )

    assert "guidance_scale: 1.0 → 1.5" in done.stdout
    assert "gamelan" in done.stdout


def test_compare_prints_one_json_object_with_the_fixed_keys(tmp_path: Path) -> None:
    done = eschew(
        "compare", LOFI, "--negative", "vinyl crackle", "--pairs", "2", "--num-inference-steps", "4", "--out", "out", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    result = json.loads(done.stdout)

    assert set(result) == {
        "model", "plan", "pairs", "targets", "kept", "identical_outputs", "passes_per_step", "seconds",
    }  # fmt: skip
    assert result["pairs"] == 2
    assert [t["concept"] for t in result["targets"]] == ["vinyl-crackle"]
    assert (tmp_path / "out" / "report.html").read_text("utf-8").startswith("<!")
    assert json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))


def test_generate_takes_window_knobs_and_policy_and_the_plan_is_in_the_tags(tmp_path: Path) -> None:
    done = eschew(
        "generate", LOFI, "-n", "(vinyl crackle:1.5), tape hiss", "--method", "three-branch", "--window", "0", "0.5",
        "--negative-scale", "3", "--policy", "podcast-music", "--num-inference-steps", "4", "--out", "a.wav",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with soundfile.SoundFile(tmp_path / "a.wav") as file:
        plan = json.loads(file.comment)["plan"]

    assert (plan["method"], plan["window"], plan["negative_scale"]) == ("three-branch", [0.0, 0.5], 3.0)
    assert "(vinyl crackle:1.5), tape hiss" in plan["negative_prompt"]
    assert any(change["by"] == "policy:podcast-music" for change in plan["history"])


def test_models_lists_the_catalogue(tmp_path: Path) -> None:
    rows = json.loads(eschew("models", "--json", cwd=tmp_path).stdout)

    assert "nano-music" in [row["id"] for row in rows[:4]]
    assert rows[0]["runs_here"]
    assert {"sdxl", "ace-step-v1.5-turbo", "minimax-music-cover"} <= {r["id"] for r in rows}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("generate", ""), "the prompt is empty"),
        (("generate", "x", "--model", "nano-musik"), "nano-music"),
        (("generate", "x\x07y"), "U+0007"),
        (("generate", "a" * 100_000), "100,000 characters"),
        (("generate", "x", "--out", "a.mp3"), ".mp3"),
        (("generate", "x", "--seed", "-1"), "seed"),
        (("generate", "x", "--guidance-scale", "nan"), "nan"),
        (("generate", "x", "--guidance-scale", "lots"), "--guidance-scale"),
        (("generate", "x", "--num-inference-steps", "0"), "num_inference_steps"),
        (("compare", "x", "--negative", "y", "--pairs", "0"), "pairs"),
        (("compare", "x", "--negative", "  "), "no negative"),
        (("compare", "x"), "--negative"),
        (("compare", "x", "--negative", "y", "--out", "file/sub"), "cannot write in this folder"),
        (("generate", "x", "--out", "file/a.wav"), "cannot write in this folder"),
        (("generate",), "prompt"),
        (("generate", "x", "--model", "sdxl"), "where are the weights"),
        (
            ("generate", "x", "--model", "sdxl", "--out", "a.wav", "--model-path", "."),
            "cannot write a picture",
        ),
        (("generate", "x", "--model", "sdxl", "--model-path", "."), "no model_index.json"),
        (("generate", "x", "--model", "sdxl", "--model-path", "nowhere"), "no such folder"),
        (("generate", "x", "--engine", "tensorflow"), "onnx or diffusers"),
        (("generate", "x", "--dtype", "float16"), "take no --dtype"),
        (("generate", "x", "--device", "cuda"), "run on the cpu"),
        (("generate", "x", "-n", "y", "--knob", "phi"), "NAME=VALUE"),
        (("generate", "x", "-n", "y", "--knob", "phi=1"), "phi"),
        (("generate", "x", "-n", "y", "--window", "0.5", "0.5"), "empty"),
        (("generate", "x", "-n", "y", "--window", "0.5"), "--window"),
        (("generate", "x", "-n", "y", "--negative-scale", "-1"), "negative_scale"),
        (("generate", "x", "-n", "y", "--policy", "no-such-policy"), "no-such-policy"),
        (("doctor", "--device", "cpu"), "which model"),
        (("doctor", "--model", "nano-musik"), "nano-music"),
        (("methods", "ngg"), "ngg"),
        (("sing", "x"), "sing"),
    ],
)
def test_bad_input_gets_a_sentence_and_exit_code_2(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    (tmp_path / "file").write_text("x")
    done = eschew(*words, cwd=tmp_path)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_model_that_cannot_run_here_is_refused_with_the_reason(tmp_path: Path) -> None:
    done = eschew("generate", "a cat", "--model", "recraft-v3", cwd=tmp_path)

    assert done.returncode == 1
    assert "remote backend" in done.stderr


def test_an_interrupted_compare_resumes(tmp_path: Path) -> None:
    words = ("compare", LOFI, "--negative", "vinyl crackle", "--pairs", "30", "--out", "out", "--json")
    first = subprocess.Popen(
        [sys.executable, "-m", "eschew", *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts its background jobs with SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("out/rows/*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, stderr = first.communicate(timeout=60)
    kept = {p: p.stat().st_mtime_ns for p in tmp_path.glob("out/rows/*.json")}
    second = eschew(*words, cwd=tmp_path)

    assert first.returncode == 130
    assert "goes on from here" in stderr
    assert "Traceback" not in stderr
    assert not list(tmp_path.rglob("*.part"))
    assert second.returncode == 0
    assert json.loads(second.stdout)["pairs"] == 30
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
