"""Experiments of your own design: read, look ahead, run, list, load."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.catalog.model_facts import model
from eschew.errors import KnobError, UsageError
from eschew.request import ANY_ENGINE, Engine
from eschew.settings import settings

if TYPE_CHECKING:
    from eschew.lab.experiments.crew import Crew
    from eschew.lab.experiments.experiment import Experiment, Results
    from eschew.lab.experiments.outlook import Outlook
    from eschew.lab.store import Listed
    from eschew.lab.store.opening import Store

__all__ = [
    "check_experiment",
    "experiment_results",
    "experiments",
    "outlook_json",
    "read_experiment",
    "run_experiment",
    "store_place",
]

Progress = Callable[[int, int], None]
MOST_WORKERS = 256


def read_experiment(path: Path) -> Experiment:
    """The experiment in a TOML file. FileError or UsageError, which name the file, the line and what to try."""
    from eschew.lab.experiments.design import read_experiment as read

    return read(path)


def check_experiment(
    experiment: Experiment,
    store: str | Path | None = None,
    workers: int | None = None,
    engine: Engine = ANY_ENGINE,
) -> Outlook:
    """What would run: plans, samples, power, seconds. On an embedded model one sample is made to time it, and kept."""
    from eschew.lab.experiments.design import checked
    from eschew.lab.experiments.filling import fill, start
    from eschew.lab.experiments.outlook import outlook

    checked(experiment)
    with _opened(store) as opened, _hands(experiment.model, engine, workers, None) as crew:
        found = outlook(experiment, opened, crew.engine, crew.places)
        if found.seconds is None and model(experiment.model).backend == "nano":
            fill(
                start(opened, crew, experiment.model), ((found.plans[0][0],),), experiment.seeds[:1], _nothing
            )
            found = outlook(experiment, opened, crew.engine, crew.places)
    return found


def run_experiment(
    experiment: Experiment,
    store: str | Path | None = None,
    workers: int | None = None,
    engine: Engine = ANY_ENGINE,
    ray: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Run it, here or on the Ray cluster at `ray` ("local" starts one here). Everything goes into the store.

    What the store has is not made again, and an interrupted run goes on where it stopped.
    """
    from eschew.lab.experiments.design import checked
    from eschew.lab.experiments.runner import run
    from eschew.lab.experiments.stopping import enough

    checked(experiment)
    with _opened(store) as opened, _hands(experiment.model, engine, workers, ray) as crew:
        return run(experiment, opened, crew, progress or _silent, enough)


def experiments(store: str | Path | None = None) -> tuple[Listed, ...]:
    """What a store holds, the latest first."""
    from eschew.lab.store import listing, place_of

    return listing(place_of(store))


def experiment_results(name: str, store: str | Path | None = None) -> Results:
    """The results of a stored experiment, by its name or the first letters of its digest; of one unfinished, so far."""
    from eschew.lab.experiments.assembling import load

    with _opened(store) as opened:
        return load(opened, name)


def outlook_json(found: Outlook) -> dict[str, Any]:
    """An outlook as `eschew experiment check --json` prints it."""
    import msgspec

    return {
        "name": found.experiment.name,
        "experiment": msgspec.to_builtins(found.experiment),
        "plans": [
            [{**msgspec.to_builtins(plan), "digest": plan.digest} for plan in row] for row in found.plans
        ],
        "engine": found.engine,
        "samples": found.samples,
        "there": found.there,
        "seconds": found.seconds,
        "pairs": found.pairs,
        "questions": found.questions,
        "power": [asdict(power) for power in found.power],
        "base_rates": [{**asdict(rate), "too_low": rate.too_low} for rate in found.base_rates],
        "remarks": list(found.remarks),
    }


def store_place(store: str | Path | None = None) -> str:
    """Where that store lies, as a person would say it."""
    from eschew.lab.store import place_of

    return str(place_of(store))


@contextmanager
def _hands(model_id: str, engine: Engine, workers: int | None, ray: str | None) -> Iterator[Crew]:
    """Who does the work: threads here, or a cluster. Wishes that cannot be are found out before any weights load."""
    from eschew.backends.engine import engine_name, open_backend
    from eschew.lab.experiments.crew import threads
    from eschew.lab.experiments.identity import engine_identity

    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise KnobError(
            f"workers is a whole number from 1 to {MOST_WORKERS}, not {workers}", where="--workers"
        )
    facts = model(model_id)
    name = engine_name(facts, engine)
    if ray is not None:
        from eschew.lab.experiments.ray_runner import cluster

        with cluster(ray, model_id, engine, workers) as crew:
            yield crew
        return
    if name != "onnx" and (workers or 1) > 1:
        raise UsageError(
            "a PyTorch pipeline makes one sample at a time", where="--workers", hint="--workers 1, or --ray"
        )
    backend = open_backend(facts, engine, threads=1)
    hands = workers or (settings().workers if name == "onnx" else 1)
    with threads(backend, engine_identity(facts, backend), hands) as crew:
        yield crew


@contextmanager
def _opened(store: str | Path | None) -> Iterator[Store]:
    from eschew.lab.store import open_store, place_of

    opened = open_store(place_of(store))
    try:
        yield opened
    finally:
        opened.close()


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _nothing() -> None:
    """Nobody is told."""
