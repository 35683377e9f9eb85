"""The instruments of the music world: what plays them, where, how loud, and what people call them.

`program` is a General MIDI program (0-based) of the FluidR3 sound font, or None for what code plays itself (voices).
`level` is the loudness of the part in dB relative to a full-level part; `register` the MIDI keys it stays in.
"""

from __future__ import annotations

from dataclasses import dataclass

DRUM_KIT = -1
VOICE = -2


@dataclass(frozen=True)
class Instrument:
    """One instrument: `name` is also the concept id the catalogue knows it by."""

    name: str
    programs: tuple[int, ...]
    register: tuple[int, int]
    level: float
    words: tuple[str, ...]


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument("drums", (DRUM_KIT,), (0, 0), 0.0, ("drums", "drum kit", "drum loop", "drum beat", "live drums", "drum groove")),
    Instrument("cowbell", (DRUM_KIT,), (56, 56), -4.0, ("cowbell", "cowbell hits", "a cowbell pattern", "more cowbell")),
    Instrument("tambourine", (DRUM_KIT,), (54, 54), -7.0, ("tambourine", "tambourine shakes", "a tambourine")),
    Instrument("strings", (48, 49), (52, 79), -1.0, ("orchestral strings", "string section", "strings", "string ensemble", "sweeping strings")),
    Instrument("synth-lead", (80, 81), (62, 84), -2.0, ("synth lead", "synthesizer lead", "lead synth", "soaring synth lead", "synth leads")),
    Instrument("choir", (52,), (52, 74), -1.0, ("choir", "choir aahs", "background choir", "choral voices", "a choir pad")),
    Instrument("violin", (40,), (60, 84), -1.0, ("violin", "solo violin", "jazz violin", "violin melody", "fiddle", "a violin lead")),
    Instrument("cello", (42,), (40, 62), -1.0, ("cello", "solo cello", "cello line", "a cello")),
    Instrument("electric-piano", (4, 5), (52, 76), 0.0, ("electric piano", "jazzy electric piano", "rhodes", "rhodes piano", "electric piano chords", "wurlitzer", "rhodes chords")),
    Instrument("piano", (0, 1), (52, 79), 0.0, ("piano", "acoustic piano", "grand piano", "piano chords", "upright piano", "a piano")),
    Instrument("nylon-guitar", (24,), (50, 76), 0.0, ("nylon string guitar", "nylon guitar", "classical guitar", "fingerpicked nylon string guitar", "single fingerpicked nylon string guitar", "fingerpicked nylon guitar", "spanish guitar", "acoustic nylon guitar")),
    Instrument("steel-guitar", (25,), (50, 76), 0.0, ("steel string guitar", "acoustic guitar", "strummed acoustic guitar", "steel string acoustic guitar", "folk guitar")),
    Instrument("electric-guitar", (26, 27), (50, 76), 0.0, ("clean electric guitar", "electric guitar", "jazz guitar", "electric guitar chords", "chorused electric guitar")),
    Instrument("overdriven-guitar", (29, 30), (45, 69), -1.0, ("overdriven guitar", "distorted guitar", "rock guitar riff", "power chords", "crunchy guitars", "overdriven electric guitar")),
    Instrument("upright-bass", (32,), (33, 52), -1.0, ("upright bass", "double bass", "walking bass", "acoustic bass")),
    Instrument("electric-bass", (33, 34), (33, 52), -1.0, ("electric bass", "bass guitar", "fingered bass", "picked bass", "bass line")),
    Instrument("synth-bass", (38, 39), (33, 52), -1.0, ("synth bass", "analog bass", "sub bass", "bass synth", "pulsing synth bass")),
    Instrument("organ", (16, 17, 18), (52, 76), -2.0, ("organ", "hammond organ", "organ chords", "drawbar organ")),
    Instrument("flute", (73,), (67, 91), -1.0, ("flute", "solo flute", "flute melody", "a flute")),
    Instrument("trumpet", (56, 59), (58, 80), -1.0, ("trumpet", "muted trumpet", "solo trumpet", "trumpet melody")),
    Instrument("saxophone", (65, 66), (54, 77), -1.0, ("saxophone", "sax", "tenor sax", "saxophone solo", "smoky saxophone")),
    Instrument("brass", (61,), (54, 76), -1.0, ("brass section", "brass", "horn section", "horn stabs", "brass hits")),
    Instrument("vibraphone", (11,), (60, 84), 0.0, ("vibraphone", "vibes", "vibraphone chords")),
    Instrument("marimba", (12,), (55, 84), 0.0, ("marimba", "marimba pattern", "wooden marimba")),
    Instrument("harp", (46,), (55, 86), 0.0, ("harp", "harp arpeggios", "plucked harp", "a harp")),
    Instrument("synth-pad", (89, 90, 95), (52, 76), -4.0, ("synth pad", "warm pad", "ambient pad", "pads", "soft synth pad")),
    Instrument("synth-arpeggio", (80, 81, 87), (57, 88), 0.0, ("arpeggio", "synth arpeggio", "retro analog arpeggio", "analog arpeggio", "arpeggiated synth", "pulsing arpeggio", "sequenced arpeggio", "retro arpeggio")),
    Instrument("synth-stab", (62, 63), (55, 77), -2.0, ("supersaw stab", "big supersaw stab", "synth stab", "supersaw chords", "synth stabs", "supersaw stabs")),
    Instrument("accordion", (21,), (55, 79), -1.0, ("accordion", "accordion melody", "an accordion")),
    Instrument("banjo", (105,), (55, 79), 0.0, ("banjo", "banjo picking", "bluegrass banjo")),
    Instrument("glockenspiel", (9,), (76, 100), -3.0, ("glockenspiel", "bells", "music box bells", "glockenspiel melody")),
    Instrument("male-vocal", (VOICE,), (48, 65), 0.0, ("male vocal", "male tenor lead", "intimate male tenor lead", "male singer", "tenor vocal", "male lead vocal", "tenor lead", "male vocals")),
    Instrument("female-vocal", (VOICE,), (60, 77), 0.0, ("female vocal", "female lead vocal", "female singer", "soprano lead", "alto vocal", "breathy female vocal", "female vocals")),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(i.name for i in INSTRUMENTS)


def instrument(name: str) -> Instrument:
    """The instrument of that name; KeyError if the world has none."""
    return INSTRUMENTS[NAMES.index(name)] if name in NAMES else _missing(name)


def _missing(name: str) -> Instrument:
    raise KeyError(f"no instrument {name!r} in the music world")
