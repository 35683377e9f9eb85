"""(d) Three to five clauses of negative beat twenty."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, gone, lost, mean, rate
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import MODEL, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment

SEVENTEEN_MORE = (
    "harsh distortion, bit crush, muddy low end, harsh cymbals, heavy compression, squashed dynamics, digital aliasing, "
    "tambourine, cowbell, accordion, marimba, harp, organ, saxophone, overdriven guitar, boomy mix, wow and flutter"
)
"""What people put into a long negative to be on the safe side. No prompt here asks for any of it."""

LENGTHS = Experiment(
    name="short-lists",
    question="Does a negative of three clauses remove more, or harm less, than the same three and seventeen others?",
    model=MODEL,
    subjects=brought(),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("negative"),
        Arm("twenty clauses", negative_prompt=f"{{negative}}, {SEVENTEEN_MORE}"),
    ),
    baseline="none",
    pairs=7,
)


def _more(ran: Ran) -> Groups:
    return gone(ran[LENGTHS.name], "negative", "twenty clauses")


def _harm(ran: Ran) -> Groups:
    return lost(ran[LENGTHS.name], "twenty clauses", "negative")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[LENGTHS.name]
    return (
        base_rate("there without a negative", results),
        rate("gone: three clauses", gone(results, "negative")),
        rate("gone: twenty clauses", gone(results, "twenty clauses")),
        mean("lost of what was asked for: three clauses", lost(results, "negative"), "share"),
        mean("lost of what was asked for: twenty clauses", lost(results, "twenty clauses"), "share"),
    )


CLAIM = Claim(
    letter="d",
    title="Short negatives beat long ones",
    says="Three to five short clauses of negative are more effective than a long list.",
    source=MUSIC,
    experiments=(LENGTHS,),
    questions=(
        Question(
            "removes-more",
            "Do three clauses remove more than the same three among twenty?",
            "share of pairs that lost the thing to three clauses, less the share that lost it to twenty",
            "above",
            0.05,
            _more,
        ),
        Question(
            "harms-less",
            "Do twenty clauses harm more of what was asked for?",
            "share of the asked-for instruments lost to twenty clauses, less that lost to three",
            "above",
            0.05,
            _harm,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="Both run at the strength that suits three clauses; the model reads 95 words, so that none of the twenty is cut.",
)
