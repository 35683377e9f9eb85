"""(e) A negative against what the prompt asks for splits the difference."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, more_present
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import BROUGHT, CONTESTED, MODEL
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment, Subject

BOTH = Experiment(
    name="contradictions",
    question="Is an instrument that is asked for and forbidden at once heard less often than if it were only asked for, "
    "and more often than if nobody had mentioned it?",
    model=MODEL,
    subjects=tuple(
        Subject(b.prompt, words, (concept,), b.asks)
        for b, (words, concept) in zip(BROUGHT, CONTESTED, strict=True)
    ),
    arms=(
        Arm("not mentioned", negative_prompt=""),
        Arm("asked for", negative_prompt="", added_to_prompt="{negative}"),
        Arm("asked for and forbidden", added_to_prompt="{negative}"),
        # The preset for instruments is gentle: twice that is what removes an instrument nobody asked for.
        Arm("and forbidden strongly", added_to_prompt="{negative}", negative_scale=3.0, window=(0.1, 1.0)),
    ),
    baseline="not mentioned",
    pairs=7,
)


def _below_asked(ran: Ran) -> Groups:
    return more_present(ran[BOTH.name], "asked for", "asked for and forbidden")


def _above_none(ran: Ran) -> Groups:
    return more_present(ran[BOTH.name], "asked for and forbidden", "not mentioned")


def _strongly(ran: Ran) -> Groups:
    return more_present(ran[BOTH.name], "and forbidden strongly", "not mentioned")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    return tuple(base_rate(f"there: {arm.name}", ran[BOTH.name], arm.name) for arm in BOTH.arms)


CLAIM = Claim(
    letter="e",
    title="Contradictions split the difference",
    says="A prompt that asks for a thing and a negative that forbids it give something in between.",
    source=MUSIC,
    experiments=(BOTH,),
    questions=(
        Question(
            "below-asked",
            "Is it there less often than if it were only asked for?",
            "share of pairs with it when only asked for, less the share when forbidden as well",
            "above",
            0.05,
            _below_asked,
        ),
        Question(
            "above-none",
            "Is it there more often than if nobody had mentioned it?",
            "share of pairs with it when asked for and forbidden, less the share when not mentioned",
            "above",
            0.05,
            _above_none,
        ),
        Question(
            "above-none-strongly",
            "Is it still there more often when it is forbidden twice as strongly?",
            "share of pairs with it when asked for and forbidden strongly, less the share when not mentioned",
            "above",
            0.05,
            _strongly,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="In between is a matter of how often, over seeds: a single clip has the instrument or has not.",
)
