"""The styles of the music world: tempo, harmony, who plays, and which production characters tag along unasked.

`companions` are the point of the whole model: as in the world, lo-fi arrives with crackle and hiss, synthwave with a
vocoder and ballads with a long reverb, whether the caption says so or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """One place in the band: how it plays, who may take it (name → weight), how often it is filled."""

    role: str
    players: dict[str, float]
    chance: float = 1.0


@dataclass(frozen=True)
class Style:
    """How a style is composed. `bpm` is a range, `swing` delays off-beat eighths by that part of a beat."""

    name: str
    words: tuple[str, ...]
    bpm: tuple[int, int]
    minor: float
    sevenths: bool
    swing: float
    drums: str
    parts: tuple[Part, ...]
    moods: tuple[str, ...]
    companions: dict[str, float] = field(default_factory=dict)


STYLES: tuple[Style, ...] = (
    Style(
        "lo-fi-hip-hop",
        ("lo-fi hip-hop", "lofi hip hop", "lo-fi beat", "lo-fi hip-hop beat", "chillhop", "lo-fi study beat", "lo-fi"),
        (70, 92), 0.6, True, 0.12, "boom-bap",
        (
            Part("drums", {"drums": 1}, 0.9),
            Part("block", {"electric-piano": 5, "piano": 1.5, "electric-guitar": 1, "vibraphone": 0.7}),
            Part("bass", {"upright-bass": 2, "electric-bass": 2, "synth-bass": 1}, 0.6),
            Part("lead", {"violin": 2, "saxophone": 1, "flute": 1, "trumpet": 1, "vibraphone": 0.7, "glockenspiel": 0.5}, 0.5),
        ),
        ("melancholy late-night focus mood", "chill study mood", "late-night mood", "sleepy rainy mood", "focus mood", "nostalgic mood", "melancholy mood"),
        {"vinyl-crackle": 0.8, "tape-hiss": 0.75, "tape-saturation": 0.2},
    ),
    Style(
        "synthwave",
        ("synthwave", "80s synthwave", "mid-80s synthwave", "retrowave", "outrun synthwave", "80s retro synth track", "dreamy synthwave"),
        (84, 120), 0.7, False, 0.0, "gated",
        (
            Part("drums", {"drums": 1}, 0.9),
            Part("arp", {"synth-arpeggio": 1}, 0.8),
            Part("stab", {"synth-stab": 1}, 0.5),
            Part("block", {"synth-pad": 1}, 0.4),
            Part("bass", {"synth-bass": 1}, 0.6),
            Part("lead", {"synth-lead": 3, "saxophone": 1, "electric-guitar": 1}, 0.3),
        ),
        ("neon night mood", "nostalgic mood", "driving mood", "dark mood", "retro mood", "dreamy mood"),
        {"vocoder": 0.75, "heavy-compression": 0.1},
    ),
    Style(
        "acoustic-ballad",
        ("acoustic singer-songwriter ballad", "acoustic ballad", "singer-songwriter ballad", "folk ballad", "slow acoustic ballad", "singer-songwriter song", "ballad"),
        (60, 84), 0.35, False, 0.0, "none",
        (
            Part("finger", {"nylon-guitar": 5, "steel-guitar": 3, "piano": 1.5}),
            Part("sing", {"male-vocal": 3, "female-vocal": 2}, 0.75),
            Part("bass", {"upright-bass": 1}, 0.2),
            Part("pad", {"strings": 2, "cello": 1}, 0.2),
            Part("shake", {"tambourine": 1}, 0.1),
        ),
        ("intimate mood", "heartfelt mood", "tender mood", "wistful mood", "quiet mood", "bittersweet mood"),
        {"long-reverb": 0.78},
    ),
    Style(
        "orchestral",
        ("cinematic orchestral", "orchestral score", "orchestral film music", "symphonic piece", "orchestral", "epic orchestral theme"),
        (66, 110), 0.5, False, 0.0, "none",
        (
            Part("pad", {"strings": 1}, 0.9),
            Part("block", {"brass": 2, "choir": 2, "harp": 1, "piano": 1}, 0.7),
            Part("lead", {"violin": 1, "flute": 1, "trumpet": 1, "cello": 1}, 0.6),
            Part("bass", {"cello": 1, "upright-bass": 1}, 0.4),
        ),
        ("epic mood", "heroic mood", "tense mood", "sweeping mood", "solemn mood"),
        {"long-reverb": 0.5},
    ),
    Style(
        "techno",
        ("techno", "warehouse techno", "minimal techno", "house track", "deep house", "dance track", "electronic dance music"),
        (118, 134), 0.7, False, 0.0, "four-floor",
        (
            Part("drums", {"drums": 1}, 0.97),
            Part("bass", {"synth-bass": 1}, 0.8),
            Part("stab", {"synth-stab": 2, "organ": 1, "piano": 1}, 0.5),
            Part("arp", {"synth-arpeggio": 2, "marimba": 1}, 0.4),
            Part("bell", {"cowbell": 1}, 0.12),
            Part("sing", {"female-vocal": 1}, 0.1),
        ),
        ("hypnotic mood", "driving mood", "dark club mood", "euphoric mood", "energetic mood"),
        {"heavy-compression": 0.4, "over-bright-cymbals": 0.15},
    ),
    Style(
        "rock",
        ("rock", "indie rock", "garage rock", "classic rock", "hard rock", "rock song", "punk rock"),
        (104, 150), 0.5, False, 0.0, "rock",
        (
            Part("drums", {"drums": 1}, 0.97),
            Part("block", {"overdriven-guitar": 3, "electric-guitar": 2, "organ": 0.7}),
            Part("bass", {"electric-bass": 1}, 0.8),
            Part("sing", {"male-vocal": 2, "female-vocal": 1}, 0.3),
            Part("lead", {"overdriven-guitar": 1, "synth-lead": 0.5}, 0.2),
            Part("bell", {"cowbell": 1}, 0.12),
            Part("shake", {"tambourine": 1}, 0.12),
        ),
        ("rebellious mood", "energetic mood", "gritty mood", "aggressive mood", "anthemic mood"),
        {"harsh-distortion": 0.3, "heavy-compression": 0.25, "over-bright-cymbals": 0.3},
    ),
    Style(
        "jazz",
        ("jazz", "jazz trio", "cool jazz", "smoky jazz club tune", "swing jazz", "bebop", "jazz ballad"),
        (88, 150), 0.4, True, 0.16, "swing",
        (
            Part("drums", {"drums": 1}, 0.8),
            Part("bass", {"upright-bass": 1}, 0.9),
            Part("block", {"piano": 3, "electric-guitar": 1, "vibraphone": 1, "organ": 0.7}),
            Part("lead", {"saxophone": 2, "trumpet": 2, "violin": 0.7, "flute": 0.5}, 0.6),
        ),
        ("smoky mood", "relaxed mood", "late-night mood", "sophisticated mood", "playful mood"),
        {"dry-room": 0.15, "tape-hiss": 0.08},
    ),
    Style(
        "ambient",
        ("ambient", "ambient soundscape", "drone ambient", "atmospheric ambient", "meditation music", "new age"),
        (60, 80), 0.4, False, 0.0, "none",
        (
            Part("pad", {"synth-pad": 3, "choir": 1, "strings": 1}),
            Part("block", {"electric-piano": 1, "piano": 1, "harp": 1}, 0.4),
            Part("lead", {"flute": 1, "glockenspiel": 1, "synth-lead": 0.5}, 0.4),
        ),
        ("calm mood", "floating mood", "dreamy mood", "meditative mood", "spacious mood"),
        {"long-reverb": 0.55, "tape-hiss": 0.1},
    ),
    Style(
        "funk",
        ("funk", "disco funk", "funk groove", "soul funk", "disco", "70s funk"),
        (96, 120), 0.5, True, 0.0, "funk",
        (
            Part("drums", {"drums": 1}, 0.95),
            Part("bass", {"electric-bass": 1}, 0.95),
            Part("stab", {"electric-guitar": 2, "brass": 2, "electric-piano": 1.5, "organ": 1}),
            Part("bell", {"cowbell": 1}, 0.3),
            Part("shake", {"tambourine": 1}, 0.2),
            Part("sing", {"female-vocal": 1, "male-vocal": 1}, 0.15),
        ),
        ("party mood", "feel-good mood", "groovy mood", "upbeat mood", "confident mood"),
        {"heavy-compression": 0.15, "tape-saturation": 0.2},
    ),
    Style(
        "country",
        ("country", "country folk", "bluegrass", "americana", "country song", "folk tune"),
        (84, 126), 0.15, False, 0.0, "train",
        (
            Part("finger", {"steel-guitar": 3, "banjo": 2}),
            Part("drums", {"drums": 1}, 0.5),
            Part("bass", {"upright-bass": 1, "electric-bass": 1}, 0.7),
            Part("lead", {"violin": 2, "accordion": 1}, 0.5),
            Part("sing", {"male-vocal": 1, "female-vocal": 1}, 0.35),
            Part("shake", {"tambourine": 1}, 0.15),
        ),
        ("happy mood", "laid-back mood", "sunny mood", "homesick mood", "warm mood"),
        {"dry-room": 0.3},
    ),
)  # fmt: skip

STRANGE_COMPANION = 0.03
"""Chance of a character that is no companion of the style, in a record."""


def style(name: str) -> Style:
    """The style of that name; StopIteration cannot happen for names of STYLES."""
    return next(s for s in STYLES if s.name == name)
