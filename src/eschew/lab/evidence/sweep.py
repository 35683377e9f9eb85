"""What forecasts learn from beside the claims: many concepts on many prompts, each at the default plan and one other way."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.evidence.subjects import MODEL
from eschew.lab.experiments.experiment import Arm, Experiment, Subject

SEEDS = 6


@dataclass(frozen=True)
class Scene:
    """A prompt, and what may be negated in it: words and concept. The second half of the scenes asks for it by name."""

    prompt: str
    things: tuple[tuple[str, str], ...]


SCENES: tuple[Scene, ...] = (
    Scene(
        "Techno with supersaw stabs, hypnotic mood",
        (("drums", "drums"), ("synth bass", "synth-bass"), ("heavy compression", "heavy-compression")),
    ),
    Scene(
        "Hard rock, distorted guitar, gritty mood",
        (("drum kit", "drums"), ("bass guitar", "electric-bass"), ("harsh distortion", "harsh-distortion")),
    ),
    Scene(
        "Jazz trio, smoky mood",
        (("upright bass", "upright-bass"), ("piano", "piano"), ("live drums", "drums")),
    ),
    Scene(
        "Disco funk with a brass section, party mood",
        (("electric bass", "electric-bass"), ("live drums", "drums"), ("brass section", "brass")),
    ),
    Scene(
        "Bluegrass with banjo picking, happy mood",
        (("bass guitar", "electric-bass"), ("banjo", "banjo"), ("double bass", "upright-bass")),
    ),
    Scene(
        "Drone ambient, meditative mood",
        (("synth pad", "synth-pad"), ("huge reverb", "long-reverb")),
    ),
    Scene(
        "Symphonic piece, solemn mood",
        (("string section", "strings"), ("hall reverb", "long-reverb")),
    ),
    Scene(
        "Retrowave, driving mood",
        (("vocoder", "vocoder"), ("arpeggio", "synth-arpeggio"), ("drum kit", "drums")),
    ),
    Scene(
        "Chillhop, late-night mood",
        (("record crackle", "vinyl-crackle"), ("cassette hiss", "tape-hiss"), ("rhodes", "electric-piano")),
    ),
    Scene(
        "Singer-songwriter song, quiet mood",
        (("classical guitar", "nylon-guitar"), ("long reverb", "long-reverb"), ("male vocal", "male-vocal")),
    ),
    Scene(
        "Drum loop and organ chords with harsh distortion",
        (("harsh distortion", "harsh-distortion"), ("organ", "organ"), ("drum loop", "drums")),
    ),
    Scene(
        "Marimba pattern and synth bass, bit-crushed",
        (("bit crush", "bit-crush"), ("synth bass", "synth-bass")),
    ),
    Scene(
        "Grand piano and cello, muddy low end",
        (("muddy low end", "muddy-low-end"), ("piano", "piano"), ("cello", "cello")),
    ),
    Scene(
        "Vibraphone and double bass, tape saturation",
        (
            ("tape saturation", "tape-saturation"),
            ("vibraphone", "vibraphone"),
            ("double bass", "upright-bass"),
        ),
    ),
    Scene(
        "Clean electric guitar and drum kit, pumping compression",
        (
            ("heavy compression", "heavy-compression"),
            ("electric guitar", "electric-guitar"),
            ("drums", "drums"),
        ),
    ),
    Scene(
        "Strummed acoustic guitar and tambourine, harsh cymbals",
        (("over-bright cymbals", "over-bright-cymbals"), ("folk guitar", "steel-guitar")),
    ),
    Scene(
        "Choir aahs and hammond organ, cathedral reverb",
        (("choir", "choir"), ("cathedral reverb", "long-reverb")),
    ),
    Scene(
        "String section and tape hiss",
        (("tape hiss", "tape-hiss"), ("strings", "strings")),
    ),
    Scene(
        "Minimal techno with a marimba pattern, driving mood",
        (("marimba", "marimba"), ("drum loop", "drums"), ("pulsing synth bass", "synth-bass")),
    ),
    Scene(
        "Funk groove with hammond organ",
        (("hammond organ", "organ"), ("drum kit", "drums"), ("bass guitar", "electric-bass")),
    ),
    Scene(
        "Garage rock with crunchy guitars and harsh distortion",
        (("overdriven guitar", "overdriven-guitar"), ("distortion", "harsh-distortion"), ("drums", "drums")),
    ),
)

OTHER_WAYS = (
    Arm("strong", negative_scale=3.0, window=(0.1, 1.0)),
    Arm("weak", negative_scale=0.5),
    Arm("late", window=(0.5, 1.0)),
    Arm("nag", method="nag"),
)
"""Each thing is also tried one of these ways, in turn."""


def _experiments() -> tuple[Experiment, ...]:
    subjects = tuple(
        Subject(scene.prompt, words, (concept,)) for scene in SCENES for words, concept in scene.things
    )
    return tuple(
        Experiment(
            name=f"sweep-{way.name}",
            question="Which negatives are effective, at the default plan and another way?",
            model=MODEL,
            subjects=subjects[turn :: len(OTHER_WAYS)],
            arms=(Arm("none", negative_prompt=""), Arm("negative"), way),
            baseline="none",
            pairs=SEEDS,
        )
        for turn, way in enumerate(OTHER_WAYS)
    )


SWEEP: tuple[Experiment, ...] = _experiments()
