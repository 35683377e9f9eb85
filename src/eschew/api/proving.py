"""What needs a laboratory and no design of your own: the field's claims, run again, and the search for the best plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.api.making import Progress
from eschew.catalog.claim_evidence import ClaimVerdict
from eschew.catalog.forecast_evidence import ForecastEvidence
from eschew.catalog.model_facts import model
from eschew.errors import KnobError, RefusalError, UnknownNameError
from eschew.lab.tune.values import Candidate, Tuned
from eschew.plan import Plan
from eschew.request import ANY_ENGINE, Engine, Request
from eschew.settings import settings

if TYPE_CHECKING:
    from eschew.backends import Backend
    from eschew.lab.experiments.crew import Crew

__all__ = [
    "Candidate",
    "ClaimVerdict",
    "Evidence",
    "Tuned",
    "claims",
    "evidence",
    "evidence_json",
    "tune",
    "tuned_json",
    "write_evidence",
    "write_plan",
]

EMBEDDED_MUSIC = "nano-music"
DEFAULT_BUDGET = 20_000
DEFAULT_PROOF_PAIRS = 48
MOST_PAIRS = 100_000


@dataclass(frozen=True)
class Evidence:
    """Verdicts on claims, and the forecast that was learnt from everything that was run, where everything was."""

    verdicts: tuple[ClaimVerdict, ...]
    forecast: ForecastEvidence | None


def claims() -> tuple[ClaimVerdict, ...]:
    """What became of the field's claims when they were last run, by the authors; light."""
    from eschew.catalog.claim_evidence import claim_verdicts

    return claim_verdicts()


def evidence(
    letters: Sequence[str] = (),
    store: str | Path | None = None,
    pairs: int | None = None,
    progress: Progress | None = None,
) -> Evidence:
    """Run the claims of those letters, or all of them and the sweep that forecasts learn from. Resumes where it stopped.

    `pairs` bounds the seeds of each prompt, for a quick look. UnknownNameError for a letter that is no claim's.
    """
    from eschew.lab.evidence.claims import CLAIMS
    from eschew.lab.evidence.making import made

    if pairs is not None and not 1 <= pairs <= MOST_PAIRS:
        raise KnobError(
            f"pairs must be a whole number from 1 to {MOST_PAIRS:,}, not {pairs}", where="--pairs"
        )
    known = [claim.letter for claim in CLAIMS]
    for letter in letters:
        if letter not in known:
            raise UnknownNameError(
                f"there is no claim {letter!r}", where="--claims", hint=f"{known[0]} to {known[-1]}"
            )
    chosen = tuple(claim for claim in CLAIMS if claim.letter in letters) if letters else CLAIMS
    with _laboratory(EMBEDDED_MUSIC, ANY_ENGINE) as (backend, crew):
        verdicts, forecast = made(
            chosen, not letters, _opened(store), backend, crew, pairs, progress or _silent
        )
    return Evidence(verdicts, forecast)


def write_evidence(found: Evidence, folder: Path) -> tuple[Path, ...]:
    """Write `claims.json` and `forecast.json` to a folder, keeping claims there that were not run; the paths written."""
    from eschew.backends.clips import check_folder
    from eschew.catalog.claim_evidence import claim_verdicts
    from eschew.lab.evidence.writing import merged, write_json

    check_folder(folder)
    path = folder / "claims.json"
    write_json(path, merged(claim_verdicts(path), found.verdicts))
    if found.forecast is None:
        return (path,)
    write_json(folder / "forecast.json", (found.forecast,))
    return (path, folder / "forecast.json")


def evidence_json(found: Evidence) -> dict[str, Any]:
    """As `eschew evidence --json` prints it."""
    import msgspec

    return {"claims": msgspec.to_builtins(found.verdicts), "forecast": msgspec.to_builtins(found.forecast)}


def tune(
    request: Request,
    budget: int = DEFAULT_BUDGET,
    store: str | Path | None = None,
    proof_pairs: int = DEFAULT_PROOF_PAIRS,
    seed: int = 0,
    engine: Engine = ANY_ENGINE,
    progress: Progress | None = None,
) -> Tuned:
    """Find how this negative is best run, within `budget` forward passes, and prove it on fresh seeds beside the default.

    KnobError where there is no negative or no room to search, RefusalError where nothing here hears what it names.
    """
    from eschew.lab.tune.tuning import tuned

    if not request.negative_prompt.strip():
        raise KnobError("there is no negative to tune", where="--negative", hint='"vinyl crackle"')
    if not 1 <= proof_pairs <= MOST_PAIRS:
        raise KnobError(
            f"the proof takes a whole number of pairs from 1 to {MOST_PAIRS:,}, not {proof_pairs}",
            where="--proof-pairs",
        )
    if request.source is not None:
        raise RefusalError("a plan is tuned from text alone", where="--source", hint="leave the source away")
    with _laboratory(request.model, engine) as (_, crew):
        return tuned(request, budget, seed, proof_pairs, _opened(store), crew, progress or _silent)


def tuned_json(result: Tuned) -> dict[str, Any]:
    """As `eschew tune --json` prints it."""
    from eschew.lab.tune.structured import json_object

    return json_object(result)


def write_plan(decided: Plan, path: Path) -> None:
    """Write a plan as JSON, for `read_plan` to read. FileError if it cannot be written."""
    from eschew.api.telling import plan_json
    from eschew.report.page import write_whole

    write_whole(path, plan_json(decided) + "\n")


@contextmanager
def _laboratory(model_id: str, engine: Engine) -> Iterator[tuple[Backend, Crew]]:
    """The model, and as many hands as suit it."""
    from eschew.backends.engine import engine_name, open_backend
    from eschew.lab.experiments.crew import threads
    from eschew.lab.experiments.identity import engine_identity

    facts = model(model_id)
    name = engine_name(facts, engine)
    backend = open_backend(facts, engine, threads=1)
    # A pipeline of PyTorch makes one sample at a time and spreads over the cores by itself.
    workers = settings().workers if name == "onnx" else 1
    with threads(backend, engine_identity(facts, backend), workers) as crew:
        yield backend, crew


def _opened(store: str | Path | None) -> Any:
    from eschew.lab.store import open_store, place_of

    return open_store(place_of(store))


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
