"""(h) A negative in the early steps can draw the thing; one in the late steps does nothing."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, came, gone, lost, mean, rate
from eschew.lab.evidence.sources import LITERATURE
from eschew.lab.evidence.subjects import CRACKLE, INVITED, MODEL, NOISE, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment, Subject

EARLY, MIDDLE, LATE = (0.0, 0.2), (0.2, 0.5), (0.5, 1.0)

WHEN = Experiment(
    name="timing",
    question="In which part of the steps does a negative act?",
    model=MODEL,
    subjects=brought(),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("negative"),
        Arm("early", window=EARLY),
        Arm("middle", window=MIDDLE),
        Arm("late", window=LATE),
    ),
    baseline="none",
    pairs=6,
)
CLEAN = Experiment(
    name="timing-clean",
    question="Does a negative in the early steps alone bring what it forbids, where it would not have been?",
    model=MODEL,
    # Only lo-fi brings crackle: the first of INVITED invites it.
    subjects=tuple(Subject(i.prompt, CRACKLE, NOISE, i.asks) for i in INVITED[1:]),
    arms=(Arm("none", negative_prompt=""), Arm("early", window=EARLY)),
    baseline="none",
    pairs=7,
)


def _late(ran: Ran) -> Groups:
    return gone(ran[WHEN.name], "late")


def _draws(ran: Ran) -> Groups:
    return (*came(ran[CLEAN.name], "early"), *came(ran[WHEN.name], "early"))


def _early(ran: Ran) -> Groups:
    return gone(ran[WHEN.name], "early")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[WHEN.name]
    return (
        base_rate("there without a negative", results),
        *(rate(f"gone: {arm.name}", gone(results, arm.name)) for arm in WHEN.arms[1:]),
        *(
            mean(f"lost of what was asked for: {arm.name}", lost(results, arm.name), "share")
            for arm in WHEN.arms[1:]
        ),
        rate("appeared: early, where the style brings it", came(results, "early")),
        rate("appeared: early, where nothing brings it", came(ran[CLEAN.name], "early")),
    )


CLAIM = Claim(
    letter="h",
    title="Early negatives draw the thing, late ones do nothing",
    says="A negative in the early steps can bring out the very thing (reverse activation); one in the late steps "
    "comes too late to act.",
    source=LITERATURE,
    experiments=(WHEN, CLEAN),
    questions=(
        Question(
            "early-draws",
            "Does a negative in the first fifth of the steps bring the thing?",
            "share of pairs where it appeared, of those that did not have it",
            "above",
            0.05,
            _draws,
        ),
        Question(
            "late-idle",
            "Does a negative in the second half of the steps do nothing?",
            "share of pairs that lost the thing, of those that had it",
            "below",
            0.15,
            _late,
        ),
        Question(
            "early-idle",
            "Does a negative in the first fifth of the steps remove nothing?",
            "share of pairs that lost the thing, of those that had it",
            "below",
            0.15,
            _early,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="First fifth, .2 to .5 and second half of 24 steps whose noise levels lean towards noise (shift 2).",
)
