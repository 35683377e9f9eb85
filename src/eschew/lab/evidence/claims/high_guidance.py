"""(f) A guidance scale of 12 to 15 makes the model lean harder on the prompt, at a cost."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import averaged, gone, heard, lost, mean, rate, share_kept, variety
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import MODEL, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment

DAMAGE = ("harsh-distortion", "over-bright-cymbals", "heavy-compression", "bit-crush", "clipping")
"""What too much guidance sounds like; none of it is a companion of the styles here. Those without a detector count for nothing."""

HIGH = Experiment(
    name="high-guidance",
    question="What do guidance scales of 12 and 15 bring and cost, against the model's own of 2?",
    model=MODEL,
    subjects=brought(),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("guidance 12", negative_prompt="", guidance_scale=12.0),
        Arm("guidance 15", negative_prompt="", guidance_scale=15.0),
        Arm("negative"),
        # Plain substitution: the negative pushes with w − 1.
        Arm("negative at 12", guidance_scale=12.0, negative_scale=11.0, window=(0.0, 1.0)),
    ),
    baseline="none",
    pairs=6,
)
FAR = ("guidance 12", "guidance 15")


def _leans(ran: Ran) -> Groups:
    return averaged(*(share_kept(ran[HIGH.name], arm, "none") for arm in FAR))


def _alike(ran: Ran) -> Groups:
    return averaged(*(variety(ran[HIGH.name], "none", arm) for arm in FAR))


def _damage(ran: Ran) -> Groups:
    return averaged(*(heard(ran[HIGH.name], arm, "none", DAMAGE) for arm in FAR))


def _removes_more(ran: Ran) -> Groups:
    return gone(ran[HIGH.name], "negative at 12", "negative")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[HIGH.name]
    out = []
    for arm in FAR:
        out.append(
            mean(f"{arm}: asked-for instruments, more than at 2", share_kept(results, arm, "none"), "share")
        )
        out.append(
            mean(f"{arm}: damaged sound, more than at 2", heard(results, arm, "none", DAMAGE), "share")
        )
        out.append(
            mean(f"{arm}: less variety between seeds than at 2", variety(results, "none", arm), "0..1")
        )
    for arm in ("negative", "negative at 12"):
        out.append(rate(f"{arm}: gone", gone(results, arm)))
        out.append(mean(f"{arm}: lost of what was asked for", lost(results, arm), "share"))
    return tuple(out)


CLAIM = Claim(
    letter="f",
    title="Guidance of 12 to 15 leans harder, at a cost",
    says="When a model ignores prompt and negative, a guidance scale of 12 or 15 makes it lean harder on both, at the "
    "cost of some variation.",
    source=MUSIC,
    experiments=(HIGH,),
    questions=(
        Question(
            "leans-harder",
            "Is more of what was asked for there?",
            "share of the asked-for instruments at 12 and 15, less that at 2",
            "above",
            0.05,
            _leans,
        ),
        Question(
            "less-varied",
            "Do seeds turn out more alike?",
            "mean distance between the readings of two seeds at 2, less that at 12 and 15 (0..1)",
            "above",
            0.0,
            _alike,
        ),
        Question(
            "damages",
            "Is the sound damaged?",
            "share of pairs with distortion, harsh highs, squashing or bit crush at 12 and 15, less the share at 2",
            "above",
            0.1,
            _damage,
            decisive=False,
        ),
        Question(
            "removes-more",
            "Does a negative remove more at 12 than at the model's own settings?",
            "share of pairs that lost the thing at 12, less the share at the model's own settings",
            "above",
            0.05,
            _removes_more,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="The article moves from a default of 10; this model's own is 2, and 12 is six times that.",
)
