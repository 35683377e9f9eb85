"""`eschew evidence` and `eschew tune`: what they refuse, and what they show without running anything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.test_commands import eschew
from tests.report.test_searches import TUNED
from typer.testing import CliRunner

from eschew import api
from eschew.cli.app import app


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


def tuned(found: api.Tuned, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `eschew tune` prints of a search that found this, on a terminal of 80 columns."""
    monkeypatch.setattr(api, "tune", lambda *_: found)
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(app, ["tune", "lo-fi", "-n", "vinyl crackle", "--store", "none.db"])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_search_shows_the_front_the_proof_and_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = tuned(TUNED, monkeypatch)

    assert "2 plans tried in 5000 of 20000 passes, 1 of them looked at twice; of these" in shown
    assert "0.90     0.05  2.00    nag     4         0–0.8   3         vinyl crackle ←" in shown
    assert (
        "removes as much as the default does (+0.04, -0.05 to +0.14) at 50% of its harm and 67% of" in shown
    )
    assert "-n 'vinyl crackle' --method nag --negative-scale 4 --window 0 0.8 --guidance-scale 3" in shown


def test_nothing_is_cut_short_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "vinyl crackle, surface noise, clicks and pops of an old record"
    wordy = replace(TUNED.chosen, candidate=replace(TUNED.chosen.candidate, negative_prompt=words))

    assert f"{words} ←" in tuned(replace(TUNED, front=(wordy,), chosen=wordy), monkeypatch)


def test_that_the_default_plan_came_out_best_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = TUNED.proof
    same = replace(proof, chosen=replace(proof.default, name="chosen"))
    shown = tuned(replace(TUNED, proof=same), monkeypatch)

    assert "The default plan came out best of those that were tried." in shown
    assert "may remove less" not in shown
    assert "removes as much" not in shown


def test_check_tells_how_likely_it_is(tmp_path: Path) -> None:
    asked = ("check", "Lo-fi hip-hop with drums and electric piano", "-n", "vinyl crackle")
    shown, as_json = eschew(*asked, cwd=tmp_path), eschew(*asked, "--json", "--forecast", cwd=tmp_path)

    assert "forecast: 'vinyl crackle': " in shown.stdout
    (found,) = json.loads(as_json.stdout)["forecast"]
    assert found["concept"] == "vinyl-crackle"
    assert 0 < found["probability"] < 1
