"""The jobs of an experiment on a Ray cluster. Only samples travel: rows are written here, by the one who asked.

    with cluster("local", "nano-music", ANY_ENGINE, workers=2) as crew:
        results = run(experiment, store, crew, progress)

A job is a function of its own values and of the weights, so that it gives the same on any worker with the same kind of
processor (others round differently); a worker that holds other weights or detectors is refused. When a worker dies, Ray
gives the jobs it had in hand to others.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from eschew.backends import Backend
from eschew.backends.engine import engine_name, open_backend
from eschew.catalog.model_facts import model
from eschew.errors import EschewError, MissingExtraError, RefusalError, UsageError
from eschew.lab.experiments.crew import AHEAD, Ticket, one_core_each
from eschew.lab.experiments.identity import detectors_identity, engine_identity
from eschew.lab.experiments.jobs import Job
from eschew.request import Engine
from eschew.settings import settings

__all__ = ["Cluster", "cluster"]

LOCAL = "local"
ANSWER_SECONDS = 10.0
RETRIES = 5
"""How often a job may be begun again after the death of whoever had it."""


@dataclass(frozen=True)
class Opening:
    """What a worker opens, once, and keeps."""

    model: str
    engine: Engine


@dataclass(frozen=True)
class Worker:
    """What makes and what reads the samples of a worker."""

    engine: str
    detectors: str


@dataclass(frozen=True)
class _Did:
    """What came of a job: who did it, and the result or the error."""

    who: Worker | None = None
    result: Any = None
    error: type[EschewError] | None = None
    told: dict[str, Any] | None = None
    """The fields of the error."""


@cache
def _backend(opening: Opening) -> Backend:
    return open_backend(model(opening.model), opening.engine, threads=1)


@cache
def _worker(opening: Opening) -> Worker:
    facts = model(opening.model)
    return Worker(engine_identity(facts, _backend(opening)), detectors_identity(facts.modality))


def _do(job: Job[Any], opening: Opening) -> _Did:
    """Runs in a worker. Errors that eschew raises on purpose travel as values, so that they arrive as they were."""
    try:
        with one_core_each():
            return _Did(_worker(opening), job.run(lambda: _backend(opening)))
    except EschewError as error:
        return _Did(error=type(error), told=dict(vars(error)))


def _who(opening: Opening) -> _Did:
    """What a worker has."""
    try:
        return _Did(_worker(opening))
    except EschewError as error:
        return _Did(error=type(error), told=dict(vars(error)))


@dataclass(frozen=True, eq=False)
class Cluster:
    """Workers of a Ray cluster. `task` is `_do` as Ray runs it elsewhere."""

    engine: str
    detectors: str
    places: int
    most_under_way: int
    opening: Opening
    task: Any

    def submit(self, job: Job[Any]) -> Ticket:
        """Hand it to the cluster."""
        return self.task.remote(job, self.opening)

    def done(self, tickets: Collection[Ticket], seconds: float) -> Collection[Ticket]:
        """Finished ones."""
        import ray

        waiting = list(tickets)
        first, _ = ray.wait(waiting, num_returns=1, timeout=seconds)
        # Of what came in together, all of it: the others would be asked for one by one.
        return ray.wait(waiting, num_returns=len(waiting), timeout=0)[0] if first else ()

    def result(self, ticket: Ticket) -> Any:
        """Result or error. RefusalError for a worker that makes or reads otherwise."""
        did = _fetched(ticket)
        mine = Worker(self.engine, self.detectors)
        if did.who != mine:
            raise RefusalError(
                "a worker of this cluster has other weights or other detectors",
                where="--ray",
                why=f"{did.who} where {mine} was expected",
                hint="the same eschew and the same weights on every machine",
            )
        return did.result

    def stop(self, tickets: Collection[Ticket]) -> Collection[Ticket]:
        """What is finished by now is kept; what is not is called off."""
        import ray

        finished = self.done(tickets, 0.1) if tickets else ()
        for ticket in tickets:
            if ticket not in finished:
                ray.cancel(ticket, force=False)
        return finished


@contextmanager
def cluster(address: str, model_id: str, engine: Engine, workers: int | None) -> Iterator[Cluster]:
    """The workers at `address` (host:port, ray://host:port or auto), or with "local" new ones here.

    MissingExtraError without Ray, UsageError where no cluster answers; errors of the model's weights as a worker has them.
    """
    if find_spec("ray") is None:
        raise MissingExtraError("ray", "ray")
    name = engine_name(model(model_id), engine)
    with _connected(address, workers) as resources:
        import ray

        cpus = max(1, int(resources.get("CPU", 1)))
        # A worker with a graphics card to itself, where there are some and the weights would use one.
        on_card = name == "diffusers" and engine.device != "cpu" and resources.get("GPU", 0) >= 1
        needs = {"num_cpus": 1, "num_gpus": 1 if on_card else 0, "max_retries": RETRIES}
        places = min(cpus, int(resources["GPU"])) if on_card else cpus
        places = min(places, workers or places)
        opening = Opening(model_id, engine)
        first = _fetched(ray.remote(**needs)(_who).remote(opening)).who
        assert first is not None
        # Weights are the workers' own; detectors must be those of the one who asks, who keeps and compares readings.
        detectors = detectors_identity(model(model_id).modality)
        whole = workers is None or address == LOCAL
        task = ray.remote(**needs)(_do)
        yield Cluster(first.engine, detectors, places, AHEAD * places if whole else places, opening, task)


@contextmanager
def _connected(address: str, workers: int | None) -> Iterator[dict[str, float]]:
    """Ray, connected for as long as the block lasts; what the cluster has. A connection of the caller's own is left open."""
    import ray

    if ray.is_initialized():
        yield ray.cluster_resources()
        return
    if address not in (LOCAL, "auto"):
        _check_answers(address)
    # Ray takes SIGTERM for itself, and the one who calls has plans for it; it also reports its use to its makers.
    ours = signal.getsignal(signal.SIGTERM)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet = {"log_to_driver": False, "logging_level": "error"}
    try:
        if address == LOCAL:
            # Without the address Ray would join a cluster that somebody else runs on this machine.
            ray.init(LOCAL, num_cpus=workers or settings().workers, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except (ConnectionError, ValueError, RuntimeError, OSError) as problem:
        raise _no_cluster(address, problem) from problem
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, ours)
    try:
        # What Ray has to say of a worker's death it prints to standard output, which belongs to results.
        with redirect_stdout(sys.stderr):
            yield ray.cluster_resources()
    finally:
        ray.shutdown()


def _check_answers(address: str) -> None:
    """UsageError unless something listens there: Ray itself would ask for many minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(
            f"{address!r} is no address of a cluster",
            where="--ray",
            hint="host:6379, ray://host:10001, auto or local",
        )
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_SECONDS):
            return
    except OSError as problem:
        raise _no_cluster(address, problem) from problem


def _no_cluster(address: str, problem: Exception) -> UsageError:
    return UsageError(
        "no Ray cluster answers there",
        where=f"--ray {address}",
        why=" ".join(str(problem).split())[:200],
        hint="ray start --head on one machine, then its address; or --ray local. A cluster with token authentication "
        "wants RAY_AUTH_MODE=token and its token here too",
    )


def _fetched(ticket: Ticket) -> _Did:
    import ray
    from ray.exceptions import RayError

    try:
        did: _Did = ray.get(ticket)
    except RayError as problem:
        raise EschewError(
            "the cluster could not finish a job",
            where="--ray",
            why=" ".join(str(problem).split())[:300],
            hint="what is finished is kept: the same command goes on from here",
        ) from problem
    if did.error is not None:
        error = did.error.__new__(did.error)
        vars(error).update(did.told or {})
        error.args = (error.what,)
        raise error
    return did
