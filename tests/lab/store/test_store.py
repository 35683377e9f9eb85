"""The store: where it lies, what it refuses, what it finds again."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from eschew.errors import FileError, UnknownNameError, UsageError
from eschew.lab.experiments.arms import plans
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.settling import settled
from eschew.lab.store import listing, open_store, place_of
from eschew.lab.store.claims import claim, new_owner, release, release_all
from eschew.lab.store.files import keep_file
from eschew.lab.store.keeping import begin, find, finish
from eschew.lab.store.rows import (
    Key,
    SampleRow,
    add_distance,
    add_sample,
    distances_of,
    replace_sample,
    samples_of,
)
from eschew.lab.store.tables import about, claims
from eschew.lab.values import Reading
from eschew.settings import settings

ASKED = settled(
    Experiment(
        name="crackle",
        question="Does it go?",
        model="nano-music",
        subjects=(Subject("lo-fi hip-hop with piano", "vinyl crackle"),),
        arms=(Arm("none", negative_prompt=""), Arm("negative")),
        baseline="none",
        pairs=4,
    )
)
TABLE = plans(ASKED)
ROW = SampleRow(
    key=Key("p1:aa", 2**63 - 1),
    engine="onnx/1",
    file="ab/cd.flac",
    sha256="cd" * 32,
    passes=48,
    steps=24,
    seconds=0.5,
    detectors="d1",
    readings=(Reading("vinyl-crackle", "characters-1/vinyl-crackle", 1.5, 0.8, True),),
)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(place_of(tmp_path / "lab.db"))
    yield opened
    opened.close()


def test_without_a_wish_it_lies_among_the_users_own_data() -> None:
    place = place_of(None)

    assert str(place) == settings().store
    assert place.files.parent == settings().data


def test_the_environment_can_name_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ESCHEW_STORE", str(tmp_path / "mine.db"))

    assert place_of(None).sqlite_file == tmp_path / "mine.db"


def test_a_path_and_its_url_are_the_same_store(tmp_path: Path) -> None:
    assert place_of(tmp_path / "a.db") == place_of(f"sqlite:///{tmp_path}/a.db")


def test_a_password_in_a_url_is_not_shown() -> None:
    place = place_of("postgresql+psycopg://me:secret@host/lab")

    assert str(place) == "postgresql+psycopg://host/lab"
    assert place.sqlite_file is None


@pytest.mark.parametrize("where", ["", ":memory:", "sqlite:///:memory:"])
def test_a_store_in_memory_is_refused(where: str) -> None:
    with pytest.raises(UsageError, match="outlive"):
        place_of(where)


@pytest.mark.parametrize("where", ["nosuchkind://host/lab", "postgres ql://x"])
def test_what_is_no_database_is_refused_in_words(where: str) -> None:
    with pytest.raises(UsageError, match="database"):
        open_store(place_of(where))


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("a shopping list, long enough to look like something")
    with pytest.raises(FileError, match="no store"):
        open_store(place_of(path))
    with pytest.raises(FileError, match="no store"):
        listing(place_of(path))

    assert path.read_text().startswith("a shopping list")


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    place = place_of(tmp_path / "lab.db")
    opened = open_store(place)
    with opened.writing() as connection:
        connection.execute(update(about).values(value="99"))
    opened.close()
    with pytest.raises(UsageError, match="layout 99"):
        open_store(place)


def test_a_sample_comes_back_as_it_was_kept(store) -> None:
    assert add_sample(store, ROW)
    assert samples_of(store, "onnx/1", ["p1:aa", "p1:bb"], range(2**63 - 2, 2**63)) == {ROW.key: ROW}


def test_a_sample_is_kept_once(store) -> None:
    add_sample(store, ROW)

    assert not add_sample(store, replace(ROW, passes=1))
    assert samples_of(store, "onnx/1", ["p1:aa"], range(2**63 - 1, 2**63))[ROW.key].passes == 48


def test_another_engine_has_samples_of_its_own(store) -> None:
    add_sample(store, ROW)

    assert samples_of(store, "onnx/2", ["p1:aa"], range(2**63 - 1, 2**63)) == {}
    assert add_sample(store, replace(ROW, engine="onnx/2"))


def test_readings_of_better_detectors_replace_the_old(store) -> None:
    add_sample(store, ROW)
    better = replace(ROW, detectors="d2", readings=())
    replace_sample(store, better)

    assert samples_of(store, "onnx/1", ["p1:aa"], range(2**63 - 1, 2**63)) == {ROW.key: better}


def test_distances_are_found_by_what_they_are_between(store) -> None:
    add_distance(store, "a", "b", "m1", (1.0, 2.0))

    assert distances_of(store, "m1", [("a", "b"), ("b", "a")]) == {("a", "b"): (1.0, 2.0)}
    assert distances_of(store, "m2", [("a", "b")]) == {}


def test_equal_contents_are_one_file_named_by_its_hash(tmp_path: Path) -> None:
    first, second = (keep_file(tmp_path, b"sound", ".flac") for _ in range(2))

    assert first == second
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [Path(first).name]


def test_a_claim_is_held_by_one_and_can_be_given_back(store) -> None:
    key, mine, other = Key("p1:aa", 1), new_owner(), new_owner()

    assert claim(store, "e", key, mine)
    assert claim(store, "e", key, mine)
    assert not claim(store, "e", key, other)

    release(store, "e", key, mine)

    assert claim(store, "e", key, other)

    release_all(store, other)

    assert claim(store, "e", key, mine)


def test_the_claim_of_a_dead_process_is_free_at_once(store) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    host = new_owner().split(":")[0]
    key = Key("p1:aa", 1)

    assert claim(store, "e", key, f"{host}:{dead.stdout.strip()}:abc")
    assert claim(store, "e", key, new_owner())


def test_a_claim_that_nobody_renews_runs_out(store) -> None:
    key = Key("p1:aa", 1)
    claim(store, "e", key, "another-machine:17:abc")

    assert not claim(store, "e", key, new_owner())

    with store.writing() as connection:
        connection.execute(update(claims).values(until=1.0))

    assert claim(store, "e", key, new_owner())


def test_an_experiment_is_found_by_name_and_by_the_first_letters_of_its_digest(store) -> None:
    kept = begin(store, ASKED, TABLE, "e")
    finish(store, kept.digest, 4, (2, 4), 1.5)
    found = find(store, "crackle")

    assert found == find(store, kept.digest) == find(store, kept.digest[3:9])
    assert (found.experiment, found.plans) == (ASKED, TABLE)
    assert (found.pairs_run, found.looks, found.seconds) == (4, (2, 4), 1.5)
    assert found.finished is not None


def test_of_two_with_one_name_the_latest_is_meant(store) -> None:
    begin(store, ASKED, TABLE, "e")
    later = replace(ASKED, pairs=8)
    begin(store, later, TABLE, "e")

    assert find(store, "crackle").experiment == later
    assert len(listing(store.place)) == 2


def test_an_unknown_name_is_answered_with_a_near_one(store) -> None:
    begin(store, ASKED, TABLE, "e")
    with pytest.raises(UnknownNameError, match="crakle") as error:
        find(store, "crakle")

    assert "crackle" in error.value.hint


def test_a_store_that_is_not_there_lists_nothing_and_is_not_made(tmp_path: Path) -> None:
    assert listing(place_of(tmp_path / "none.db")) == ()
    assert list(tmp_path.iterdir()) == []


def test_listing_needs_no_sqlalchemy(store) -> None:
    begin(store, ASKED, TABLE, "e")
    code = (
        "import json, sys\nfrom eschew import api\nfound = api.experiments(sys.argv[1])\n"
        "print(json.dumps([found[0].name, 'sqlalchemy' in sys.modules, 'numpy' in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.place)], capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == ["crackle", False, False]
