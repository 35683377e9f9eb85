"""`eschew doctor` and `eschew methods`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_commands import eschew


def test_the_doctor_says_what_is_installed(tmp_path: Path) -> None:
    done = eschew("doctor", cwd=tmp_path)

    assert done.returncode == 0
    assert "onnxruntime" in done.stdout
    assert "nano yes" in done.stdout


def test_the_doctor_proves_a_negative_on_the_embedded_model(tmp_path: Path) -> None:
    done = eschew(
        "doctor",
        "--model",
        "nano-music",
        "--method",
        "three-branch",
        "--num-inference-steps",
        "4",
        "--json",
        cwd=tmp_path,
    )
    told = json.loads(done.stdout)
    (tried,) = told["trial"]["methods"]

    assert done.returncode == 0
    assert {"versions", "cores", "memory", "devices", "backends", "extras", "trial"} <= set(told)
    assert told["trial"]["acts"]
    assert (tried["method"], tried["changed"], tried["passes"]) == ("three-branch", 4, 1.375)
    assert len(told["trial"]["probes"]) == 2
    assert not list(tmp_path.iterdir())


def test_methods_are_listed_and_a_name_prints_its_page(tmp_path: Path) -> None:
    rows = json.loads(eschew("methods", "--json", cwd=tmp_path).stdout)
    page = eschew("methods", "nag", cwd=tmp_path).stdout
    (nag,) = json.loads(eschew("methods", "nag", "--json", cwd=tmp_path).stdout)

    assert {"nag", "three-branch", "rewrite"} <= {row["id"] for row in rows}
    assert page.startswith("# NAG")
    assert [knob["name"] for knob in nag["knobs"]] == ["phi", "tau", "alpha", "window_start", "window_stop"]
