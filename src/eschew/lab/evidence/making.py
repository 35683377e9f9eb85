"""Everything at once: run the claims, conclude, and learn the forecast from all that was run."""

from __future__ import annotations

from collections.abc import Sequence

from eschew.backends import Backend
from eschew.catalog.capabilities import capabilities
from eschew.catalog.claim_evidence import ClaimVerdict
from eschew.catalog.forecast_evidence import ForecastEvidence
from eschew.catalog.model_facts import model
from eschew.lab.evidence.concluding import concluded
from eschew.lab.evidence.running import Progress, made_sources, of_claim, ran, shortened, with_sources
from eschew.lab.evidence.subjects import MODEL
from eschew.lab.evidence.sweep import SWEEP
from eschew.lab.evidence.values import Claim
from eschew.lab.experiments.crew import Crew
from eschew.lab.forecast.cells import cells
from eschew.lab.forecast.making import Look, learned
from eschew.lab.store.opening import Store
from eschew.plan import Plan

__all__ = ["made"]

PROBE_SEED = 0


def made(
    claims: Sequence[Claim],
    forecasting: bool,
    store: Store,
    backend: Backend,
    crew: Crew,
    pairs: int | None,
    progress: Progress,
) -> tuple[tuple[ClaimVerdict, ...], ForecastEvidence | None]:
    """Verdicts on the claims, and a forecast if one is wanted and there is enough to learn from."""
    sources = tuple(source for claim in claims for source in claim.sources)
    folder = store.files / "sources"
    made_sources(sources, MODEL, backend, folder)
    grounded = [with_sources(claim, folder) for claim in claims]
    experiments = [shortened(e, pairs) for claim in grounded for e in claim.experiments]
    swept = [shortened(e, pairs) for e in SWEEP] if forecasting else []
    found = ran([*experiments, *swept], store, crew, progress)
    verdicts = tuple(concluded(claim, of_claim(claim, found)) for claim in grounded)
    known = cells(found.values(), capabilities(model(MODEL))) if forecasting else ()
    if len({cell.effective for cell in known}) < 2:
        return verdicts, None
    return verdicts, learned(MODEL, crew.engine, known, _looking(backend))


def _looking(backend: Backend) -> Look:
    """The early look on the embedded graphs, always on the same noise."""
    from eschew.backends.nano.backend import NanoBackend
    from eschew.backends.nano.probe import early

    assert isinstance(backend, NanoBackend)
    runtime = backend.runtime

    def look(plan: Plan) -> tuple[tuple[float, float], ...]:
        return tuple((seen.cosine, seen.reach) for seen in early(runtime, plan, PROBE_SEED))

    return look
