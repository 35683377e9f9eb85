"""Run what claims and forecasts rest on, into a store. Arms that several experiments share are made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eschew.backends import Backend, Sample
from eschew.backends.clips import check_folder, write_clip
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.lab.evidence.values import Claim, Ran, Source
from eschew.lab.experiments.arms import plans
from eschew.lab.experiments.crew import Crew
from eschew.lab.experiments.experiment import Experiment, Results
from eschew.lab.experiments.runner import run
from eschew.lab.store.opening import Store
from eschew.plan import decide
from eschew.request import Request

__all__ = ["Progress", "made_sources", "of_claim", "ran", "shortened", "with_sources"]

Progress = Callable[[int, int], None]
"""Called with (samples done, samples in all), over everything that is run."""


def ran(
    experiments: Sequence[Experiment], store: Store, crew: Crew, progress: Progress
) -> dict[str, Results]:
    """The results of each experiment, by name. InterruptedRunError on Ctrl-C, with everything finished kept."""
    found: dict[str, Results] = {}
    done: set[tuple[str, int]] = set()
    wanted = [_samples(experiment) for experiment in experiments]
    total = len(set().union(*wanted))
    for experiment, samples in zip(experiments, wanted, strict=True):
        before, new = len(done), len(samples - done)

        def report(now: int, of: int, before: int = before, new: int = new) -> None:
            # Of what an experiment counts, some was made for those before it.
            progress(before + max(0, new - (of - now)), total)

        found[experiment.name] = run(experiment, store, crew, report)
        done |= samples
        progress(len(done), total)
    return found


def _samples(experiment: Experiment) -> set[tuple[str, int]]:
    digests = {plan.digest for row in plans(experiment) for plan in row}
    return {(digest, seed) for digest in digests for seed in experiment.seeds}


def made_sources(sources: Sequence[Source], model_id: str, backend: Backend, folder: Path) -> None:
    """The clips to start from, each made once by the model itself, without a negative."""
    check_folder(folder)
    can = capabilities(model(model_id))
    for source in sources:
        path = folder / source.file
        if path.is_file():
            continue
        plan = decide(Request(source.prompt, model=model_id), can)
        sample = backend.sample(plan, source.seed)
        assert isinstance(sample, Sample)
        write_clip(path, sample, plan)


def with_sources(claim: Claim, folder: Path) -> Claim:
    """The claim with its experiments starting from the files in `folder`."""
    if not claim.sources:
        return claim
    return replace(
        claim,
        experiments=tuple(
            replace(
                experiment,
                subjects=tuple(
                    replace(subject, source=str(folder / subject.source)) if subject.source else subject
                    for subject in experiment.subjects
                ),
            )
            for experiment in claim.experiments
        ),
    )


def shortened(experiment: Experiment, pairs: int | None) -> Experiment:
    """With at most that many seeds a prompt, for a quick look; as it stands for None."""
    return experiment if pairs is None else replace(experiment, pairs=min(pairs, experiment.pairs))


def of_claim(claim: Claim, found: Ran) -> Ran:
    """What was run for one claim."""
    return {experiment.name: found[experiment.name] for experiment in claim.experiments}
