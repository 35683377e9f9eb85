"""(g) With a source clip, a higher strength keeps the output closer to the source."""

from __future__ import annotations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.counting import mean, share_kept, share_of_targets
from eschew.lab.evidence.sources import MUSIC
from eschew.lab.evidence.subjects import MODEL
from eschew.lab.evidence.values import Claim, Groups, Question, Ran, Source
from eschew.lab.experiments.experiment import Arm, Experiment, Subject

SOURCES = (
    Source("techno.flac", "Warehouse techno with four-on-the-floor drums and pulsing synth bass, 126 BPM", 7),
    Source("rock.flac", "Hard rock with overdriven guitar, bass guitar and drums, 130 BPM", 7),
    Source("strings.flac", "Cinematic orchestral theme with sweeping strings and brass", 7),
    Source("jazz.flac", "Jazz trio with piano, walking bass and swinging drums", 7),
)
TECHNO, ROCK, STRINGS, JAZZ = (source.file for source in SOURCES)

STRENGTHS = Experiment(
    name="source-strength",
    question="Does a higher strength keep more of the source, and follow the prompt less?",
    model=MODEL,
    # What is "removed" here is what the source holds and the prompt does not ask for.
    subjects=(
        Subject(
            "Ambient soundscape with a warm pad, calm mood",
            "",
            ("drums", "synth-bass"),
            ("synth-pad",),
            TECHNO,
        ),
        Subject(
            "Slow acoustic ballad with classical guitar",
            "",
            ("drums", "synth-bass"),
            ("nylon-guitar",),
            TECHNO,
        ),
        Subject(
            "Ambient music with a soft synth pad", "", ("overdriven-guitar", "drums"), ("synth-pad",), ROCK
        ),
        Subject("Orchestral strings, solemn mood", "", ("overdriven-guitar", "drums"), ("strings",), ROCK),
        Subject(
            "Techno with a synth bass and drums", "", ("strings", "brass"), ("synth-bass", "drums"), STRINGS
        ),
        Subject("Solo marimba", "", ("strings", "brass"), ("marimba",), STRINGS),
        Subject(
            "80s synthwave with a synth arpeggio", "", ("piano", "upright-bass"), ("synth-arpeggio",), JAZZ
        ),
        Subject("Orchestral strings, epic mood", "", ("piano", "upright-bass", "drums"), ("strings",), JAZZ),
    ),
    arms=(
        Arm("strength 0", strength=0.0),
        Arm("strength 0.1", strength=0.1),
        Arm("strength 0.3", strength=0.3),
        Arm("strength 0.9", strength=0.9),
    ),
    baseline="strength 0",
    pairs=8,
)


def _keeps(ran: Ran) -> Groups:
    return share_of_targets(ran[STRENGTHS.name], "strength 0.9", "strength 0.1")


def _middle(ran: Ran) -> Groups:
    return share_of_targets(ran[STRENGTHS.name], "strength 0.3", "strength 0.1")


def _follows(ran: Ran) -> Groups:
    return share_kept(ran[STRENGTHS.name], "strength 0.1", "strength 0.9")


def _seen(ran: Ran) -> tuple[Tally, ...]:
    results = ran[STRENGTHS.name]
    out = []
    for arm in STRENGTHS.arms[1:]:
        name = arm.name
        kept = share_of_targets(results, name, "strength 0")
        out.append(
            mean(f"{name}: more of the source's instruments than from the prompt alone", kept, "share")
        )
        asked = share_kept(results, name, "strength 0")
        out.append(mean(f"{name}: asked-for instruments, more than from the prompt alone", asked, "share"))
    return tuple(out)


CLAIM = Claim(
    letter="g",
    title="Higher strength keeps the source",
    says="With a source clip, a higher strength keeps the output closer to it.",
    source=MUSIC,
    experiments=(STRENGTHS,),
    questions=(
        Question(
            "keeps-more",
            "Is more of the source's instruments there at .9 than at .1?",
            "share of the source's instruments at strength 0.9, less that at 0.1",
            "above",
            0.05,
            _keeps,
        ),
        Question(
            "keeps-more-midway",
            "And at .3 already?",
            "share of the source's instruments at strength 0.3, less that at 0.1",
            "above",
            0.05,
            _middle,
            decisive=False,
        ),
        Question(
            "follows-less",
            "Is less of what the prompt asks for there?",
            "share of the asked-for instruments at strength 0.1, less that at 0.9",
            "above",
            0.05,
            _follows,
            decisive=False,
        ),
    ),
    seen=_seen,
    caveat="Which way a strength counts is a convention: diffusers' image-to-image has it the other way round, and there "
    "the same sentence is false. nano-music follows ACE-Step's, as the article does.",
    sources=SOURCES,
)
