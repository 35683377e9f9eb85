"""A Ray cluster of two workers on this machine: the same rows as here, also when a worker dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import ray

from eschew.backends.nano.backend import NanoBackend
from eschew.catalog.model_facts import model
from eschew.errors import KnobError, RefusalError, UnknownNameError
from eschew.lab.experiments.crew import Crew, threads
from eschew.lab.experiments.experiment import Arm, Experiment, Results, Subject
from eschew.lab.experiments.identity import engine_identity
from eschew.lab.experiments.jobs import Job, Making, Opened
from eschew.lab.experiments.ray_runner import Cluster, Opening, _fetched, _who, cluster
from eschew.lab.experiments.runner import run
from eschew.lab.store.opening import open_store
from eschew.lab.store.place import place_of
from eschew.request import ANY_ENGINE

ASKED = Experiment(
    name="brief",
    question="Are they the same?",
    model="nano-music",
    subjects=(Subject("lo-fi hip-hop with piano", "vinyl crackle"),),
    arms=(
        Arm("none", negative_prompt="", num_inference_steps=2),
        Arm("negative", num_inference_steps=2),
        Arm("nag", method="nag", num_inference_steps=2),
    ),
    baseline="none",
    pairs=3,
)

# Workers cannot import a test module: what it defines travels whole.
ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def crew() -> Iterator[Cluster]:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch:
        # Ray's workers step back before everything else: on a busy machine they would hardly run.
        patch.setenv("RAY_worker_niceness", "0")
        with cluster("local", "nano-music", ANY_ENGINE, 2) as hands:
            assert signal.getsignal(signal.SIGTERM) is before
            yield hands
    assert not ray.is_initialized()


def ran(crew: Crew, path: Path) -> Results:
    store = open_store(place_of(path))
    try:
        return replace(run(ASKED, store, crew, lambda _done, _total: None), folder="")
    finally:
        store.close()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Results:
    backend = NanoBackend()
    with threads(backend, engine_identity(model("nano-music"), backend), 1) as hands:
        return ran(hands, tmp_path_factory.mktemp("here") / "lab.db")


def test_a_cluster_gives_the_rows_that_this_process_gives(
    crew: Cluster, here: Results, tmp_path: Path
) -> None:
    assert crew.places == 2
    assert ran(crew, tmp_path / "lab.db") == here


@dataclass(frozen=True)
class Fatal:
    """A job whose first worker is killed in the middle of it."""

    job: Making
    mark: Path

    def run(self, opened: Opened) -> Any:
        if not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.job.run(opened)


@dataclass(frozen=True)
class Deadly:
    """The cluster, in which every third sample costs a worker its life."""

    crew: Cluster
    marks: Path
    engine: str
    places: int = 2
    most_under_way: int = 4

    def submit(self, job: Job[Any]) -> Any:
        doomed = isinstance(job, Making) and job.seed % 3 == 0
        return self.crew.submit(Fatal(job, self.marks / job.plan.digest[3:]) if doomed else job)

    def done(self, tickets: Collection[Any], seconds: float) -> Collection[Any]:
        return self.crew.done(tickets, seconds)

    def result(self, ticket: Any) -> Any:
        return self.crew.result(ticket)

    def stop(self, tickets: Collection[Any]) -> Collection[Any]:
        return self.crew.stop(tickets)


def test_workers_that_die_cost_only_time(crew: Cluster, here: Results, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()

    assert ran(Deadly(crew, marks, crew.engine), tmp_path / "lab.db") == here
    assert len(list(marks.iterdir())) == 3


@dataclass(frozen=True)
class Impossible:
    """A job that is refused."""

    def run(self, opened: Opened) -> Any:
        raise KnobError("phi must be at least 1", where="knobs", hint="phi = 4")


def test_a_refusal_arrives_as_it_was(crew: Cluster) -> None:
    ticket = crew.submit(Impossible())
    while not crew.done([ticket], 1.0):
        pass
    with pytest.raises(KnobError, match="phi must be at least 1") as error:
        crew.result(ticket)

    assert (error.value.where, error.value.hint) == ("knobs", "phi = 4")


@pytest.mark.parametrize("other", [{"engine": "onnx/1/w1:another"}, {"detectors": "music/d1:another"}])
def test_a_worker_with_other_weights_or_detectors_is_refused(
    crew: Cluster, here: Results, other: dict[str, str]
) -> None:
    expecting = replace(crew, **other)
    ticket = expecting.submit(Making(here.plans[0][0], 0))
    while not expecting.done([ticket], 1.0):
        pass
    with pytest.raises(RefusalError, match="other weights or other detectors"):
        expecting.result(ticket)


def test_what_is_called_off_is_called_off(crew: Cluster, here: Results) -> None:
    tickets = [crew.submit(Making(here.plans[0][0], 100 + seed)) for seed in range(8)]

    assert len(crew.stop(tickets)) < 8


def test_a_model_that_the_workers_do_not_have_is_said(crew: Cluster) -> None:
    with pytest.raises(UnknownNameError, match="no-such-model"):
        _fetched(ray.remote(_who).remote(Opening("no-such-model", ANY_ENGINE)))


def test_a_model_that_nobody_knows_is_said_before_anything_starts() -> None:
    with pytest.raises(UnknownNameError), cluster("local", "no-such-model", ANY_ENGINE, 1):
        pass
