"""The prompts that claims are tried on, in the words of people who make music. Shared between claims: a clip is made once.

BROUGHT: a style is named and brings a character along that nobody asked for. INVITED: no style is named, the players and
the mood invite one, and an instrument that goes with it. CONTESTED: an instrument is asked for and forbidden at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.experiments.experiment import Subject

MODEL = "nano-music"

CRACKLE = "vinyl crackle, tape hiss, lo-fi noise"
VOCODER = "vocoder, talkbox, robotic vocals"
HALL = "long reverb, hall reverb, lush reverb"
CRUSH = "bit crush, digital aliasing, low bit rate grit"
"""The placebo of BROUGHT: a character as the others are, which no prompt here brings. One of another kind would not do:
a push that is right for a texture is too strong for an instrument, whatever it is called.
"""
STRANGER = "marimba"
"""The placebo of INVITED: an instrument that no prompt there brings."""


@dataclass(frozen=True)
class Brought:
    """A prompt, the characters that its style brings, and the players it asks for."""

    prompt: str
    negative: str
    brings: tuple[str, ...]
    asks: tuple[str, ...]

    def subject(self, negative: str | None = None) -> Subject:
        """With its negative, or another one against the same characters."""
        return Subject(self.prompt, self.negative if negative is None else negative, self.brings, self.asks)


NOISE, ROBOT, ROOM = ("vinyl-crackle", "tape-hiss"), ("vocoder",), ("long-reverb",)

BROUGHT: tuple[Brought, ...] = (
    Brought(
        "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
        "melancholy late-night focus mood",
        CRACKLE, NOISE, ("electric-piano", "drums"),
    ),
    Brought(
        "Mid-80s synthwave, retro analog arpeggio, gated reverb snare, big supersaw stab on the chorus",
        VOCODER, ROBOT, ("synth-arpeggio", "synth-stab", "drums"),
    ),
    Brought(
        "Acoustic singer-songwriter ballad, single fingerpicked nylon-string guitar, intimate male tenor lead, "
        "dry mix on the lead",
        HALL, ROOM, ("nylon-guitar", "male-vocal"),
    ),
    Brought(
        "Chillhop with rhodes chords, laid-back boom-bap drums and upright bass, rainy study mood",
        CRACKLE, NOISE, ("electric-piano", "drums", "upright-bass"),
    ),
    Brought(
        "Outrun synthwave with pulsing synth bass, gated snare and a soaring synth lead, neon night mood",
        VOCODER, ROBOT, ("synth-bass", "drums", "synth-lead"),
    ),
    Brought(
        "Slow acoustic ballad, classical guitar and cello, wistful quiet mood",
        HALL, ROOM, ("nylon-guitar", "cello"),
    ),
    Brought(
        "Lo-fi study beat, mellow piano chords, swung boom-bap drums, sleepy mood",
        CRACKLE, NOISE, ("piano", "drums"),
    ),
    Brought(
        "80s retro synth track, arpeggiated synth, warm pad, drum machine at 100 BPM, nostalgic mood",
        VOCODER, ROBOT, ("synth-arpeggio", "synth-pad", "drums"),
    ),
    Brought(
        "Folk ballad with steel string acoustic guitar and a female singer, heartfelt mood",
        HALL, ROOM, ("steel-guitar",),
    ),
    Brought(
        "A lo-fi beat with vibraphone, electric bass and dusty drums at 76 BPM",
        CRACKLE, NOISE, ("vibraphone", "electric-bass", "drums"),
    ),
    Brought(
        "Ambient soundscape with a warm pad and flute, floating dreamy mood",
        HALL, ROOM, ("synth-pad",),
    ),
    Brought(
        "Cinematic orchestral theme with sweeping strings and brass, epic mood",
        HALL, ROOM, ("strings", "brass"),
    ),
)  # fmt: skip


def brought(*, bringing: tuple[tuple[str, ...], ...] = (NOISE, ROBOT, ROOM)) -> tuple[Subject, ...]:
    """BROUGHT as subjects, or those of some characters."""
    return tuple(b.subject() for b in BROUGHT if b.brings in bringing)


@dataclass(frozen=True)
class Invited:
    """Players and a mood; the style and the instrument that tend to come with them; other moods of that style."""

    prompt: str
    instrument: str
    instrument_words: str
    style: str
    style_words: str
    moods: str
    asks: tuple[str, ...]


INVITED: tuple[Invited, ...] = (
    Invited(
        "Jazzy rhodes chords and muted trumpet, chill study mood, 80 BPM",
        "drums", "drums", "lo-fi-hip-hop", "lo-fi hip-hop", "melancholy mood, sleepy rainy mood",
        ("electric-piano",),
    ),
    Invited(
        "Soaring synth lead over a warm pad, neon night mood, 100 BPM",
        "synth-arpeggio", "synth arpeggio", "synthwave", "synthwave", "nostalgic mood, dark retro mood",
        ("synth-lead", "synth-pad"),
    ),
    Invited(
        "Intimate male tenor lead, tender and quiet mood",
        "nylon-guitar", "nylon string guitar", "acoustic-ballad", "acoustic ballad", "wistful mood, bittersweet mood",
        ("male-vocal",),
    ),
    Invited(
        "Brass section and harp, heroic mood",
        "strings", "orchestral strings", "orchestral", "orchestral film music", "tense mood, solemn mood",
        ("brass",),
    ),
    Invited(
        "Pulsing synth bass and supersaw stabs, hypnotic mood, 126 BPM",
        "drums", "drums", "techno", "techno", "dark club mood, driving mood",
        ("synth-bass", "synth-stab"),
    ),
    Invited(
        "Crunchy guitars and bass guitar, energetic mood, 130 BPM",
        "drums", "drums", "rock", "rock", "aggressive mood, gritty mood",
        ("overdriven-guitar", "electric-bass"),
    ),
    Invited(
        "Smoky saxophone and swinging drums, relaxed mood",
        "upright-bass", "upright bass", "jazz", "jazz", "late-night mood, sophisticated mood",
        ("drums",),
    ),
    Invited(
        "Flute and glockenspiel, calm mood",
        "synth-pad", "synth pad", "ambient", "ambient", "dreamy mood, meditative mood",
        (),
    ),
    Invited(
        "Horn stabs and funky drums, feel-good mood, 108 BPM",
        "electric-bass", "bass guitar", "funk", "funk", "party mood, groovy mood",
        ("brass", "drums"),
    ),
    Invited(
        "Fiddle and accordion, laid-back mood",
        "steel-guitar", "acoustic guitar", "country", "country", "homesick mood, sunny mood",
        ("violin",),
    ),
)  # fmt: skip

CONTESTED: tuple[tuple[str, str], ...] = (
    ("upright bass", "upright-bass"),
    ("warm pad", "synth-pad"),
    ("cello", "cello"),
    ("vibraphone", "vibraphone"),
    ("supersaw stab", "synth-stab"),
    ("upright bass", "upright-bass"),
    ("electric bass", "electric-bass"),
    ("synth bass", "synth-bass"),
    ("upright bass", "upright-bass"),
    ("piano", "piano"),
    ("choir", "choir"),
    ("choir", "choir"),
)
"""For each prompt of BROUGHT an instrument that its style knows and it does not ask for: words and concept."""
