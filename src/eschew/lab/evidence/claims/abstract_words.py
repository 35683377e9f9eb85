"""(j) Abstract negatives do nothing."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, gone, identical, lost, mean, moved, rate
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import CRUSH, MODEL, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment

IDEAS = "sadness, the past, boredom"
"""Ideas that the model has no words for."""
FELT = "heroic mood, homesick mood, confident mood"
"""Feelings that it has words for, and that no prompt here names."""

ABSTRACT = Experiment(
    name="abstract-words",
    question="Does a negative of abstract words do anything that unrelated words do not do?",
    model=MODEL,
    subjects=brought(),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("placebo", negative_prompt=CRUSH),
        Arm("ideas", negative_prompt=IDEAS),
        Arm("feelings", negative_prompt=FELT),
    ),
    baseline="none",
    pairs=6,
)


def _removes(ran: Ran) -> Groups:
    return gone(ran[ABSTRACT.name], "ideas", "placebo")


def _harms(ran: Ran) -> Groups:
    return lost(ran[ABSTRACT.name], "ideas", "placebo")


def _felt(ran: Ran) -> Groups:
    return gone(ran[ABSTRACT.name], "feelings", "placebo")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[ABSTRACT.name]
    out = [base_rate("there without a negative", results)]
    for arm in ("ideas", "feelings", "placebo"):
        out.append(rate(f"{arm}: gone", gone(results, arm)))
        out.append(mean(f"{arm}: lost of what was asked for", lost(results, arm), "share"))
        out.append(mean(f"{arm}: moved", moved(results, arm, "spectrum"), "dB"))
        out.append(rate(f"{arm}: equal bit for bit", identical(results, arm, "none")))
    return tuple(out)


MEASURE = "share of pairs that lost what the style brings, of those that had it, less the share that lost it to unrelated words"

CLAIM = Claim(
    letter="j",
    title="Abstract negatives do nothing",
    says="A highly abstract negative (“sadness”, “the past”) does nothing: it is no direction that the model has learned.",
    source=MUSIC,
    experiments=(ABSTRACT,),
    questions=(
        Question(
            "ideas-remove", "Do ideas remove no more than unrelated words?", MEASURE, "below", 0.15, _removes
        ),
        Question(
            "ideas-harm",
            "Do they harm no more of what was asked for?",
            "share of the asked-for instruments lost to ideas, less that lost to unrelated words",
            "below",
            0.15,
            _harms,
        ),
        Question(
            "feelings-remove",
            "Feelings that the model has words for: do they remove no more?",
            MEASURE,
            "below",
            0.15,
            _felt,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="Nothing here can hear sadness. What can be told is whether such a negative does anything else, more than "
    "words about something else do: every negative moves the sound, since it takes the place of the null.",
)
