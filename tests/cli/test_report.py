"""`eschew report`: what a stored experiment found, on the screen, as JSON and as a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eschew.backends.fake import FakeBackend
from eschew.cli.app import app
from eschew.errors import FileError, UnknownNameError
from eschew.lab.contents import Clip
from eschew.lab.experiments.crew import threads
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.runner import run
from eschew.lab.store.opening import open_store
from eschew.lab.store.place import place_of
from eschew.lab.values import Reading

ASKED = Experiment(
    name="dust",
    question="Does naming it take it off?",
    model="nano-music",
    subjects=(Subject("a chord on a synth pad", "vinyl crackle"),),
    arms=(Arm("none", negative_prompt=""), Arm("negative"), Arm("placebo", placebo=True)),
    baseline="none",
    pairs=2,
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two experiments on the fake backend; dust is what rises fast."""

    def readings(self: Clip) -> tuple[Reading, ...]:
        steepest = float(abs(self.audio[1:] - self.audio[:-1]).max())
        return (Reading("vinyl-crackle", "steep-1/vinyl-crackle", steepest, 0.5, steepest > 0.2),)

    monkeypatch.setattr(Clip, "readings", readings)
    opened = open_store(place_of(tmp_path / "lab.db"))
    with threads(FakeBackend(), "fake/1", 1) as crew:
        for name, question in (("dust", "The first?"), ("later", "The second?")):
            asked = Experiment(**{**vars(ASKED), "name": name, "question": question})
            run(asked, opened, crew, lambda _done, _total: None)
    opened.close()
    return tmp_path / "lab.db"


def report(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["report", *arguments])


def test_an_experiment_is_told_by_its_name(store: Path) -> None:
    found = report("dust", "--store", str(store))

    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("The first?")
    assert "nano-music · 1 prompt · 3 arms · seeds 0–1" in found.stdout


def test_without_a_name_it_is_the_latest(store: Path) -> None:
    assert report("--store", str(store)).stdout.startswith("The second?")


def test_json_is_one_value_and_the_page_is_written_beside_it(store: Path, tmp_path: Path) -> None:
    found = report("dust", "--store", str(store), "--out", str(tmp_path / "page"), "--json")
    told = json.loads(found.stdout)

    assert told["name"] == "dust"
    assert [arm["name"] for arm in told["arms"]] == ["none", "negative", "placebo"]
    assert found.stderr.strip().endswith("report.html")
    assert "<h1>The first?</h1>" in (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "page" / "report.json").read_text(encoding="utf-8"))["samples"]


def test_a_name_that_is_not_there_is_said_with_those_that_are(store: Path) -> None:
    found = report("dusk", "--store", str(store))

    assert isinstance(found.exception, UnknownNameError)
    assert "dust" in str(found.exception)


def test_a_folder_that_cannot_be_written_is_said(store: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    found = report("dust", "--store", str(store), "--out", str(tmp_path / "taken"))

    assert isinstance(found.exception, FileError)


def test_a_store_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    found = report("--store", str(tmp_path / "none.db"))

    assert isinstance(found.exception, UnknownNameError)
    assert "no experiment in this store" in str(found.exception)
    assert list(tmp_path.iterdir()) == []
