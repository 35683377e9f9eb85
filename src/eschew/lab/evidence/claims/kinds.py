"""(b) Negatives of production, instruments and mix character work; those of genre, mood and vocal style do not reliably."""

from __future__ import annotations

from collections.abc import Callable

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import base_rate, gone, lost, mean, rate
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import CRACKLE, CRUSH, INVITED, MODEL, NOISE, ROBOT, ROOM, STRANGER, brought
from eschew.lab.evidence.values import Claim, Groups, Question, Ran
from eschew.lab.experiments.experiment import Arm, Experiment, Subject

NONE, NEGATIVE = Arm("none", negative_prompt=""), Arm("negative")

KINDS_PAIRS = 7
"""Seeds a prompt: 10 prompts make 70 pairs, 12 make 84."""


def _kind(name: str, subjects: tuple[Subject, ...], placebo: str, pairs: int = KINDS_PAIRS) -> Experiment:
    return Experiment(
        name=f"kind-{name}",
        question=f"Does a negative of the kind {name.replace('-', ' ')} remove what it names?",
        model=MODEL,
        subjects=subjects,
        arms=(NONE, NEGATIVE, Arm("placebo", negative_prompt=placebo)),
        baseline="none",
        pairs=pairs,
    )


MORE_NOISE = (
    Subject(
        "Lo-fi hip-hop beat with a muted trumpet, mellow electric piano and brushed drums, nostalgic mood",
        CRACKLE, NOISE, ("electric-piano", "drums"),
    ),
    Subject(
        "Chillhop, piano and double bass over swung boom-bap drums at 84 BPM, chill study mood",
        CRACKLE, NOISE, ("piano", "upright-bass", "drums"),
    ),
)  # fmt: skip
MIX = _kind("mix-character", (*brought(bringing=(NOISE,)), *MORE_NOISE), CRUSH, pairs=11)
PRODUCTION = _kind("production", brought(bringing=(ROBOT, ROOM)), CRUSH, pairs=8)
INSTRUMENT = _kind(
    "instrument",
    tuple(Subject(i.prompt, i.instrument_words, (i.instrument,), i.asks) for i in INVITED),
    STRANGER,
)
GENRE = _kind(
    "genre",
    tuple(Subject(i.prompt, i.style_words, (i.style,), i.asks) for i in INVITED),
    STRANGER,
)
MOOD = _kind(
    "mood",
    tuple(Subject(i.prompt, i.moods, (i.style,), i.asks) for i in INVITED),
    STRANGER,
)
SUNG = (
    "Singer-songwriter ballad with nylon string guitar and a male lead vocal, tender mood",
    "Slow acoustic ballad, classical guitar and a male singer, heartfelt mood",
    "Folk ballad, strummed acoustic guitar, male vocals up front, bittersweet mood",
    "Acoustic ballad with grand piano and a male lead vocal, intimate mood",
    "Country song with banjo, walking bass and a male singer, homesick mood",
    "Indie rock song with distorted guitar, drums and a male lead vocal, anthemic mood",
    "Funk groove with bass guitar, tight drums and male vocals, party mood",
    "Americana tune, steel string guitar, fiddle and a male singer, warm mood",
)
"""Who sings is asked for, how is not: the negative is against a way of singing."""
VOCAL = _kind(
    "vocal-style",
    tuple(Subject(prompt, "tenor lead, intimate male tenor lead", ("male-vocal",)) for prompt in SUNG),
    STRANGER,
    pairs=8,
)
EXPERIMENTS = (MIX, PRODUCTION, INSTRUMENT, GENRE, MOOD, VOCAL)


def _net(experiment: Experiment) -> Callable[[Ran], Groups]:
    """What the negative removes beyond what unrelated words remove."""
    return lambda ran: gone(ran[experiment.name], "negative", "placebo")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    out = []
    for experiment in EXPERIMENTS:
        results, kind = ran[experiment.name], experiment.name.removeprefix("kind-").replace("-", " ")
        out += [
            base_rate(f"{kind}: there without a negative", results),
            rate(f"{kind}: gone with the negative", gone(results, "negative")),
            rate(f"{kind}: gone with unrelated words", gone(results, "placebo")),
        ]
        if any(subject.kept for subject in experiment.subjects):
            out.append(mean(f"{kind}: lost of what was asked for", lost(results, "negative"), "share"))
    return tuple(out)


MARGIN = 0.5
MEASURE = (
    "share of pairs that lost the thing, of those that had it, less the share that lost it to unrelated words"
)

CLAIM = Claim(
    letter="b",
    title="What kinds of negatives work",
    says="Negatives against production faults, instruments and mix character work; those against a genre, a mood or a "
    "vocal style do not reliably.",
    source=MUSIC,
    experiments=EXPERIMENTS,
    questions=(
        Question("mix-character", "Mix character: do they work?", MEASURE, "above", MARGIN, _net(MIX)),
        Question("production", "Production: do they work?", MEASURE, "above", MARGIN, _net(PRODUCTION)),
        Question("instrument", "Instruments: do they work?", MEASURE, "above", MARGIN, _net(INSTRUMENT)),
        Question("genre", "Genre: do they fail?", MEASURE, "below", MARGIN, _net(GENRE)),
        Question("mood", "Mood: do they fail?", MEASURE, "below", MARGIN, _net(MOOD)),
        Question("vocal-style", "Vocal style: do they fail?", MEASURE, "below", MARGIN, _net(VOCAL)),
    ),
    seen=_seen,
    caveat="Each kind runs at the strength that the plan gives it: textures at 3.5 or 4, everything else at 1.5. A mood "
    "has no sound of its own in this model's world: it is the constellation of its style, and what is counted for a mood "
    "is whether that style is still heard. Its only vocal style that a detector here can hear is a male voice.",
)
