"""(i) Saying "no autotune" in the prompt is weaker than a negative prompt."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, came, gone, more_present, rate
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import MODEL, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment

NEGATED = Experiment(
    name="negated-words",
    question="Does “no …” in the prompt remove as much as the same words as a negative?",
    model=MODEL,
    subjects=brought(),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("negative"),
        Arm("no, in the prompt", negative_prompt="", added_to_prompt="no {clause}"),
    ),
    baseline="none",
    pairs=7,
)


def _weaker(ran: Ran) -> Groups:
    return gone(ran[NEGATED.name], "negative", "no, in the prompt")


def _invites(ran: Ran) -> Groups:
    return more_present(ran[NEGATED.name], "no, in the prompt", "none")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[NEGATED.name]
    return (
        base_rate("there: neither", results),
        base_rate("there: “no …” in the prompt", results, "no, in the prompt"),
        base_rate("there: negative", results, "negative"),
        rate("gone: “no …” in the prompt", gone(results, "no, in the prompt")),
        rate("gone: negative", gone(results, "negative")),
        rate("appeared: “no …” in the prompt", came(results, "no, in the prompt")),
    )


CLAIM = Claim(
    letter="i",
    title="“No …” in the prompt is weaker than a negative",
    says="An avoidance said in the positive prompt (“no autotune”) is another mechanism than a negative prompt and "
    "does less.",
    source=MUSIC,
    experiments=(NEGATED,),
    questions=(
        Question(
            "weaker",
            "Does the negative remove more than “no …” in the prompt?",
            "share of pairs that lost the thing to the negative, less the share that lost it to “no …”",
            "above",
            0.05,
            _weaker,
        ),
        Question(
            "invites",
            "Does “no …” in the prompt invite the thing?",
            "share of pairs with the thing with “no …” in the prompt, less the share without",
            "above",
            0.05,
            _invites,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="The article holds that the two are alike most of the time, and sees the limit in what can be phrased. The "
    "captions of this model's training hold no “no …”: it is as naïve about negation as a model can be.",
)
