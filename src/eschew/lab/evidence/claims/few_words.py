"""(c) Three words of negative do more than thirty more words of positive."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, gone, joined, lost, mean, rate
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import MODEL, NOISE, ROBOT, ROOM, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment

THIRTY = {
    NOISE: "clean tight dry recording, close and dry, smooth clean background, punchy live drums up front, "
    "rich warm deep bass, soft gentle melody on top, simple classic mix, bright clean highs throughout",
    ROBOT: "clean instrumental synth tune, bright analog synth lead on top, soft warm pad in the background, "
    "punchy drum machine up front, deep pulsing bass, tight dry mix, simple clean retro sound",
    ROOM: "tight dry recording, dead dry room sound, close and dry, dry close miked sound up front, "
    "simple intimate mix, soft gentle clean playful melody, warm rich smooth quiet sound in the background",
}
"""What a careful producer would ask for instead, in words the model knows; thirty of them each."""
THREE = {NOISE: "vinyl crackle, hiss", ROBOT: "vocoder, robotic vocals", ROOM: "long hall reverb"}


def _experiment(name: str, bringing: tuple[str, ...]) -> Experiment:
    return Experiment(
        name=f"few-words-{name}",
        question="Do three words of negative remove more than thirty more words of prompt?",
        model=MODEL,
        subjects=brought(bringing=(bringing,)),
        arms=(
            Arm("none", negative_prompt=""),
            Arm("three words of negative", negative_prompt=THREE[bringing]),
            Arm("thirty words of prompt", negative_prompt="", added_to_prompt=THIRTY[bringing]),
        ),
        baseline="none",
        pairs=7,
    )


EXPERIMENTS = (_experiment("noise", NOISE), _experiment("robot", ROBOT), _experiment("room", ROOM))


def _more(ran: Ran) -> Groups:
    return joined(
        *(gone(ran[e.name], "three words of negative", "thirty words of prompt") for e in EXPERIMENTS)
    )


def _harm(ran: Ran) -> Groups:
    return joined(
        *(lost(ran[e.name], "three words of negative", "thirty words of prompt") for e in EXPERIMENTS)
    )


def _seen(ran: Ran) -> tuple[Tally, ...]:
    out = []
    for arm in ("three words of negative", "thirty words of prompt"):
        out.append(rate(f"gone: {arm}", joined(*(gone(ran[e.name], arm) for e in EXPERIMENTS))))
        harm = joined(*(lost(ran[e.name], arm) for e in EXPERIMENTS))
        out.append(mean(f"lost of what was asked for: {arm}", harm, "share"))
    for experiment, what in zip(EXPERIMENTS, ("crackle and hiss", "vocoder", "long reverb"), strict=True):
        results = ran[experiment.name]
        out.append(base_rate(f"{what}: there without either", results))
        out.append(rate(f"{what}: gone with thirty words of prompt", gone(results, "thirty words of prompt")))
    return tuple(out)


CLAIM = Claim(
    letter="c",
    title="Three words of negative against thirty of prompt",
    says="A negative of three words against a production fault often does more than thirty more words of positive prompt.",
    source=MUSIC,
    experiments=EXPERIMENTS,
    questions=(
        Question(
            "removes-more",
            "Do three words of negative remove more?",
            "share of pairs that lost the thing to the negative, less the share that lost it to the longer prompt",
            "above",
            0.05,
            _more,
        ),
        Question(
            "harms-no-more",
            "And do they harm no more of what was asked for?",
            "share of the asked-for instruments lost to the negative, less that lost to the longer prompt",
            "below",
            0.1,
            _harm,
            decisive=False,
        ),
    ),
    seen=_seen,
)
