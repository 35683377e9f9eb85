"""Reports of stored experiments: what was found, as values, as JSON, on a terminal, and as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.errors import UnknownNameError

if TYPE_CHECKING:
    from rich.console import Console

    from eschew.catalog.forecast_evidence import ForecastEvidence
    from eschew.lab.experiments.experiment import Results
    from eschew.lab.tune.values import Tuned
    from eschew.lab.verdicts import Verdicts

__all__ = [
    "experiment_verdicts",
    "print_verdicts",
    "stored_results",
    "verdicts_json",
    "write_experiment_report",
    "write_forecast_report",
    "write_tuned_report",
]

SHOWN_CLIPS = 4
"""Pairs of clips on the page, for each arm."""
SHOWN_PICTURES = 12


def experiment_verdicts(results: Results) -> Verdicts:
    """Everything concluded from an experiment: what went, how sure that is, what stayed, what else moved."""
    from eschew.lab.verdicts import verdicts

    return verdicts(results)


def stored_results(name: str | None, store: str | Path | None = None) -> Results:
    """The results of a stored experiment, by name or first letters of its digest; None is the one begun last.

    UnknownNameError if there is none. A store that is not there is not made.
    """
    from eschew.api.experimenting import experiment_results, experiments, store_place

    found = experiments(store)
    if not found:
        raise UnknownNameError(
            "there is no experiment in this store",
            where=store_place(store),
            hint="eschew experiment run FILE",
        )
    return experiment_results(name if name is not None else found[0].digest, store)


def write_experiment_report(results: Results, out: Path) -> Verdicts:
    """Write report.html and report.json to folder `out`, made if need be; what they say. FileError if it cannot be."""
    import json

    from eschew.lab.experiments.side_by_side import side_by_side
    from eschew.report.experiment import full_experiment_json, write_experiment_page
    from eschew.report.page import write_whole

    verdicts = experiment_verdicts(results)
    most = SHOWN_PICTURES if results.modality == "image" else SHOWN_CLIPS
    shown = [
        (arm.name, arm.against, side_by_side(results, arm.name, most))
        for arm in verdicts.arms
        if arm.against is not None
    ]
    write_experiment_page(verdicts, shown, Path(results.folder), out / "report.html")
    write_whole(
        out / "report.json",
        json.dumps(full_experiment_json(verdicts, results), ensure_ascii=False, indent=1) + "\n",
    )
    return verdicts


def write_tuned_report(tuned: Tuned, path: Path) -> None:
    """Write the page of a search for the best plan: the Pareto front, and the proof. FileError if it cannot be written."""
    from eschew.report.tuned import write_tuned_page

    write_tuned_page(tuned, path)


def write_forecast_report(evidence: ForecastEvidence, path: Path) -> None:
    """Write the page that sets what a forecast said against what came. FileError if it cannot be written."""
    from eschew.report.forecast import write_forecast_page

    write_forecast_page(evidence, path)


def verdicts_json(verdicts: Verdicts) -> dict[str, Any]:
    """Verdicts as `eschew report --json` prints them. Rates in 0..1, null where there is no value."""
    from eschew.report.experiment import experiment_json

    return experiment_json(verdicts)


def print_verdicts(verdicts: Verdicts, console: Console) -> None:
    """Print verdicts to a terminal."""
    from eschew.report.experiment import print_verdicts as shown

    shown(verdicts, console)
