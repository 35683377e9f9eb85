"""Results → verdict on a claim. Pure: the same results always give the same verdict."""

from __future__ import annotations

from eschew.catalog.claim_evidence import ClaimVerdict
from eschew.lab.evidence.deciding import answers, together
from eschew.lab.evidence.values import Claim, Ran


def concluded(claim: Claim, ran: Ran) -> ClaimVerdict:
    """What the results of the claim's experiments amount to."""
    found = answers(claim.questions, tuple(question.of(ran) for question in claim.questions))
    results = [ran[experiment.name] for experiment in claim.experiments]
    return ClaimVerdict(
        letter=claim.letter,
        title=claim.title,
        says=claim.says,
        source=claim.source,
        caveat=claim.caveat,
        model=results[0].experiment.model,
        standing=together(found),
        answers=found,
        seen=claim.seen(ran),
        pairs=sum(len(r.experiment.subjects) * r.pairs_run for r in results),
        prompts=len({subject.prompt for r in results for subject in r.experiment.subjects}),
        experiments=tuple(r.experiment.name for r in results),
        seeds=max(r.pairs_run for r in results),
        engine=", ".join(sorted({r.engine for r in results})),
        detectors=", ".join(
            sorted({reading.detector.split("/")[0] for r in results for reading in r.outcomes[0].readings})
        ),
    )
