"""(a) At a guidance scale of 1 or less a negative prompt does nothing."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, gone, identical, rate
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import MODEL, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment

OFF = Experiment(
    name="guidance-off",
    question="Does a negative act at a guidance scale of 1, and at the 1.5 that services raise it to?",
    model=MODEL,
    subjects=brought(),
    arms=(
        # A strength is named in every arm: left open, a plan would raise the guidance to where a negative acts.
        Arm("none", negative_prompt="", guidance_scale=1.0, negative_scale=0.0),
        # Substitution as hosts run it: n + w·(c − n), so that its push is w − 1.
        Arm("negative", guidance_scale=1.0, negative_scale=0.0, window=(0.0, 1.0)),
        Arm("own strength", guidance_scale=1.0, negative_scale=4.0, window=(0.1, 1.0)),
        Arm("none at 1.5", negative_prompt="", guidance_scale=1.5),
        Arm(
            "negative at 1.5",
            guidance_scale=1.5,
            negative_scale=0.5,
            window=(0.0, 1.0),
            against="none at 1.5",
        ),
    ),
    baseline="none",
    pairs=6,
)


def _different(ran: Ran) -> Groups:
    same = identical(ran[OFF.name], "negative", "none")
    return tuple(tuple(1.0 - value for value in group) for group in same)


def _own(ran: Ran) -> Groups:
    return gone(ran[OFF.name], "own strength")


def _raised(ran: Ran) -> Groups:
    return gone(ran[OFF.name], "negative at 1.5", base="none at 1.5")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[OFF.name]
    return (
        base_rate("there without a negative, guidance 1", results),
        base_rate("there without a negative, guidance 1.5", results, "none at 1.5"),
        rate(
            "equal bit for bit with and without the negative, guidance 1",
            identical(results, "negative", "none"),
        ),
        rate("gone at guidance 1.5", _raised(ran)),
        rate("gone at guidance 1, with a strength of its own", _own(ran)),
    )


CLAIM = Claim(
    letter="a",
    title="No guidance, no negative",
    says="At a guidance scale of 1 or less a negative prompt has no effect; services that raise it to 1.5 make it act.",
    source=MUSIC,
    experiments=(OFF,),
    questions=(
        Question(
            "differs-at-1",
            "Does any clip differ at guidance 1, the negative in the null's place?",
            "share of pairs that differ in any bit",
            "below",
            0.1,
            _different,
        ),
        Question(
            "acts-at-1.5",
            "Does it act once guidance is raised to 1.5?",
            "share of pairs that lost the thing, of those that had it",
            "above",
            0.1,
            _raised,
        ),
        Question(
            "no-method-at-1",
            "Is it guidance as such that is wanting? Guidance 1 again, the negative with a strength of its own",
            "share of pairs that lost the thing, of those that had it",
            "below",
            0.1,
            _own,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="nano-music takes no guidance scale below 1.",
)
