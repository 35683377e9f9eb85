"""Kill −9 in the middle of writing, and two writers at once: nothing is lost, nothing is half there, nothing is made twice."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from eschew.lab.store.opening import Store, open_store
from eschew.lab.store.place import place_of
from eschew.lab.store.rows import Key, SampleRow, samples_of

from .writer import EXPERIMENT, write

KILLS = 50
ENDLESS = 800
"""Pairs that no writer finishes before it is killed."""
PLANS = 6
SAMPLES = PLANS * EXPERIMENT.pairs


@dataclass(frozen=True)
class Writers:
    """A process that starts writers and buries them."""

    process: subprocess.Popen[str]

    def start(self) -> int:
        return int(self._ask("start"))

    def reap(self, pid: int) -> None:
        self._ask(f"reap {pid}")

    def _ask(self, command: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


@contextmanager
def writers(store: Path, log: Path, pairs: int = EXPERIMENT.pairs) -> Iterator[Writers]:
    script = Path(__file__).with_name("writer.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(store), str(log), str(pairs)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Writers(process)


def lines(log: Path, word: str) -> list[str]:
    text = log.read_text().splitlines() if log.exists() else []
    return [line.partition(" ")[2] for line in text if line.startswith(word)]


def rows_in(store: Store) -> dict[Key, SampleRow]:
    with store.reading() as connection:
        digests = [r[0] for r in connection.exec_driver_sql("SELECT DISTINCT digest FROM samples")]
    return samples_of(store, "instant/1", digests, range(ENDLESS))


def assert_whole(store: Store, rows: dict[Key, SampleRow]) -> None:
    for row in rows.values():
        content = (store.files / row.file).read_bytes()

        assert hashlib.sha256(content).hexdigest() == Path(row.file).stem
        assert hashlib.sha256(content).hexdigest() == row.sha256
        assert len(row.readings) == 1


def test_fifty_kills_lose_nothing_and_leave_nothing_half_written(tmp_path: Path) -> None:
    place, log, chance = tmp_path / "lab.db", tmp_path / "log", random.Random(1)
    with writers(place, log, ENDLESS) as helper:
        for _ in range(KILLS):
            before = len(lines(log, "kept"))
            pid = helper.start()
            while len(lines(log, "kept")) <= before + 1:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            helper.reap(pid)
            store = open_store(place_of(place))
            rows = rows_in(store)

            assert len(rows) >= int(lines(log, "kept")[-1])
            assert_whole(store, rows)
            store.close()

    assert KILLS < len(rows) < PLANS * ENDLESS  # each writer got somewhere, and none to the end


def test_what_was_kept_before_a_kill_is_not_made_again(tmp_path: Path) -> None:
    place, log = tmp_path / "lab.db", tmp_path / "log"
    with writers(place, log) as helper:
        pid = helper.start()
        while len(lines(log, "kept")) < 40:
            time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
        helper.reap(pid)
    kept = int(lines(log, "kept")[-1])
    made_before = len(lines(log, "made"))
    results = write(place, log)
    untouched = write(tmp_path / "other.db", tmp_path / "other-log")

    assert len(lines(log, "made")) - made_before <= SAMPLES - kept
    assert results.outcomes == untouched.outcomes
    assert len(results.outcomes) == SAMPLES
    assert {o.moved for o in results.outcomes if o.arm != "none"} == {(0.5, 0.0, 0.0, 1.0)}


def test_two_processes_share_the_work(tmp_path: Path) -> None:
    place, log = tmp_path / "lab.db", tmp_path / "log"
    with writers(place, log) as helper:
        pids = [helper.start(), helper.start()]
        for pid in pids:
            helper.reap(pid)
    made = Counter(lines(log, "made"))
    store = open_store(place_of(place))

    assert len(made) == SAMPLES
    assert set(made.values()) == {1}
    assert len(rows_in(store)) == SAMPLES
    store.close()


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_the_files_of_the_database_lie_where_they_were_asked_for(tmp_path: Path, ending: str) -> None:
    store = open_store(place_of(tmp_path / "deep" / "lab.db"))
    with store.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert (tmp_path / "deep" / f"lab.db{ending}").exists()
    store.close()
