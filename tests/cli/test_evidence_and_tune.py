"""`eschew evidence` and `eschew tune`: what they refuse, and what they show without running anything."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_commands import eschew


def test_a_letter_that_is_no_claim_is_refused_before_anything_runs(tmp_path: Path) -> None:
    done = eschew("evidence", "--claims", "z", "--store", "lab.db", cwd=tmp_path)

    assert done.returncode == 2
    assert "there is no claim 'z'" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_the_authors_found_is_shown_and_nothing_is_run(tmp_path: Path) -> None:
    done = eschew("evidence", "--shown", "--claims", "a,i", cwd=tmp_path)
    as_json = eschew("evidence", "--shown", "--claims", "a,i", "--json", cwd=tmp_path)

    assert done.returncode == 0
    assert "(a) No guidance, no negative" in done.stdout
    assert [claim["letter"] for claim in json.loads(as_json.stdout)["claims"]] == ["a", "i"]
    assert not list(tmp_path.iterdir())


def test_tuning_wants_something_that_can_be_heard_and_room_to_search(tmp_path: Path) -> None:
    deaf = eschew("tune", "lo-fi hip-hop with drums", "-n", "sadness", "--store", "lab.db", cwd=tmp_path)
    short = eschew(
        "tune",
        "lo-fi hip-hop with drums",
        "-n",
        "tape hiss",
        "--budget",
        "50",
        "--store",
        "lab.db",
        cwd=tmp_path,
    )

    assert deaf.returncode == 1
    assert "nothing here can hear" in deaf.stderr
    assert short.returncode == 2
    assert "no search" in short.stderr


def test_check_tells_how_likely_it_is(tmp_path: Path) -> None:
    asked = ("check", "Lo-fi hip-hop with drums and electric piano", "-n", "vinyl crackle")
    shown, as_json = eschew(*asked, cwd=tmp_path), eschew(*asked, "--json", "--forecast", cwd=tmp_path)

    assert "forecast: 'vinyl crackle': " in shown.stdout
    (found,) = json.loads(as_json.stdout)["forecast"]
    assert found["concept"] == "vinyl-crackle"
    assert 0 < found["probability"] < 1
