"""Say what a clip is, as a producer would, in many wordings; and leave out what producers leave out.

A caption is drawn anew every time a clip is seen. Companions mostly go unsaid (COMPANION_SAID): that is how a model
learns that lo-fi *means* crackle. Library clips are described by instruments and characters alone, so that a short
list such as "vinyl crackle, tape hiss" is a caption that the model has seen, about any kind of music.
"""

from __future__ import annotations

from numpy.random import Generator

from training.music.instruments import instrument
from training.music.styles import style
from training.music.world import Clip

COMPANION_SAID = 0.3
STRANGER_SAID = 0.9
LIBRARY_SAID = 0.93
PLAYER_SAID = 0.78
TEMPO_SAID = 0.4
MOOD_SAID = 0.5

CHARACTER_WORDS: dict[str, tuple[str, ...]] = {
    "vinyl-crackle": ("vinyl crackle", "record crackle", "vinyl noise", "vinyl surface noise", "crackling vinyl", "dusty vinyl crackle", "vinyl pops", "crackle"),
    "tape-hiss": ("tape hiss", "cassette hiss", "background hiss", "analog tape hiss", "hiss", "hissing tape", "noise floor hiss"),
    "tape-saturation": ("tape saturation", "saturated tape", "warm tape saturation", "overdriven tape", "wow and flutter"),
    "harsh-distortion": ("harsh distortion", "distortion", "clipping distortion", "heavy distortion", "harsh clipping", "fuzzed out"),
    "heavy-compression": ("heavy compression", "harsh compression", "pumping compression", "over-compressed", "squashed dynamics", "brickwalled"),
    "muddy-low-end": ("muddy low end", "muddy low-end", "boomy low end", "muddy bass", "muddy mix", "boomy mix"),
    "over-bright-cymbals": ("over-bright cymbals", "harsh cymbals", "sizzling cymbals", "bright harsh highs", "overly bright cymbals", "piercing highs"),
    "long-reverb": ("long reverb", "hall reverb", "lush reverb", "long hall reverb", "cathedral reverb", "huge reverb", "big reverb tail", "washed-out reverb", "drenched in reverb", "spacious reverb"),
    "dry-room": ("dry room", "dry room sound", "dry close-miked sound", "dead dry room", "close and dry", "tight dry recording"),
    "bit-crush": ("bit crush", "bit-crushed", "bitcrushed", "8-bit crush", "digital aliasing", "low bit rate grit"),
    "vocoder": ("vocoder", "vocoder vocals", "talkbox", "robotic vocals", "robot voice", "vocoded voice", "robotic voice"),
}  # fmt: skip
LOFI_NOISE = ("lo-fi noise", "lofi noise", "lo-fi noise and crackle", "noisy lo-fi texture")

BOOM_BAP = (
    "boom-bap drums",
    "dusty boom-bap drums",
    "boom bap beat",
    "dusty drums",
    "laid-back boom-bap drums",
    "swung boom-bap drums",
)
GATED = (
    "gated reverb snare",
    "gated snare",
    "gated reverb drums",
    "drum machine",
    "80s drum machine",
    "gated drums",
)
FOUR_FLOOR = ("four-on-the-floor kick", "four-on-the-floor drums", "drum machine", "club drums", "909 drums")
SWING = ("brushed drums", "swing ride cymbal", "swinging drums", "jazz drums", "brush kit")
FUNKY = ("funky drums", "funk drum groove", "breakbeat drums", "tight drums")
STYLE_DRUMS = {"boom-bap": BOOM_BAP, "gated": GATED, "four-floor": FOUR_FLOOR, "swing": SWING, "funk": FUNKY}

BEFORE = (
    "warm",
    "soft",
    "mellow",
    "gentle",
    "retro",
    "analog",
    "dusty",
    "bright",
    "deep",
    "simple",
    "smooth",
    "vintage",
    "clean",
    "punchy",
    "rich",
    "jazzy",
    "classic",
    "intimate",
    "big",
    "dreamy",
)
AFTER = (
    "in the background",
    "up front",
    "on the chorus",
    "in the verse",
    "in the intro",
    "on top",
    "throughout",
    "low in the mix",
    "on the lead",
    "under the melody",
)
LEAD_DRY = ("dry mix on the lead", "dry lead vocal", "dry lead", "dry mix on the vocal")
"""Said of ballads whatever the room does: the lead was recorded dry, the hall is on everything else."""
LEAD_DRY_SAID = 0.3

OPENERS = (
    "a {s} track",
    "a {s} loop",
    "{s} instrumental",
    "{s}",
    "a piece of {s}",
    "{s} music",
    "a {s} tune",
)
JOINS = (" with ", " featuring ", ", ", " built on ", " led by ")

UNKNOWN = "[UNK]"
UNKNOWN_SAID = 0.12


def caption(clip: Clip, rng: Generator) -> str:
    """One caption of the clip; may be a sentence, a comma list, or a bare list of instruments or characters."""
    text = _record(clip, rng) if clip.kind == "record" else _library(clip, rng)
    if rng.random() < UNKNOWN_SAID:
        text = _with_unknown(text, rng)
    return text


def _record(clip: Clip, rng: Generator) -> str:
    kind = style(clip.style)
    players = [p for p in clip.players if rng.random() < PLAYER_SAID] or list(clip.players[:1])
    things = [_player(p, clip, rng) for p in players]
    said = [
        c
        for c in clip.characters
        if rng.random() < (COMPANION_SAID if c in kind.companions else STRANGER_SAID)
    ]
    things += _characters(said, rng)
    if clip.style == "acoustic-ballad" and rng.random() < LEAD_DRY_SAID:
        things.append(_one(LEAD_DRY, rng))
    mood = [_one(kind.moods, rng)] if rng.random() < MOOD_SAID else []
    tempo = rng.random() < TEMPO_SAID
    name = _one(kind.words, rng)
    form = rng.random()
    if form < 0.12:  # tags in any order, the style among them
        tags = [name, *things, *mood, *([f"{clip.bpm} bpm"] if tempo else [])]
        rng.shuffle(tags)
        return ", ".join(tags)
    if form < 0.22:  # the style alone, or nearly
        return ", ".join([name, *things[:1]]) if rng.random() < 0.7 else name
    rng.shuffle(things)
    if tempo:
        at = int(rng.integers(len(things) + 1))
        if at < len(things):
            things[at] = f"{things[at]} at {clip.bpm} BPM"
        else:
            name = f"{name} at {clip.bpm} BPM"
    if things and rng.random() < 0.9:
        things += mood
    else:
        things = mood + things
    if form < 0.5:
        opener = _one(OPENERS, rng).format(s=name)
        return opener + _one(JOINS, rng) + _listed(things, rng) if things else opener
    if things and rng.random() < 0.3:
        return ", ".join([f"{name} with {things[0]}", *things[1:]])
    return ", ".join([name, *things])


def _library(clip: Clip, rng: Generator) -> str:
    said = [c for c in clip.characters if rng.random() < LIBRARY_SAID]
    characters = _characters(said, rng)
    form = rng.random()
    if characters and form < 0.45:  # the characters alone
        return ", ".join(characters)
    players = [p for p in clip.players if rng.random() < PLAYER_SAID] or list(clip.players[:1])
    things = [_player(p, clip, rng) for p in players]
    if form < 0.65:
        rng.shuffle(things)
        things = things[: int(rng.integers(1, 3))]
    things += characters
    rng.shuffle(things)
    if rng.random() < TEMPO_SAID / 2:
        things.append(f"{clip.bpm} BPM")
    return _listed(things, rng)


def _player(name: str, clip: Clip, rng: Generator) -> str:
    words = instrument(name).words
    drums = STYLE_DRUMS.get(_pattern(clip)) if name == "drums" else None
    noun = _one(drums if drums and rng.random() < 0.5 else words, rng)
    if rng.random() < 0.25:
        noun = f"{_one(BEFORE, rng)} {noun}"
    if rng.random() < 0.1:
        noun = f"{noun} {_one(AFTER, rng)}"
    return noun


def _pattern(clip: Clip) -> str:
    return style(clip.style).drums


def _characters(said: list[str], rng: Generator) -> list[str]:
    out = []
    rest = list(said)
    if {"vinyl-crackle", "tape-hiss"} <= set(rest) and rng.random() < 0.35:
        out.append(_one(LOFI_NOISE, rng))
        if rng.random() < 0.5:
            rest = [c for c in rest if c not in ("vinyl-crackle", "tape-hiss")]
    for name in rest:
        words = CHARACTER_WORDS[name]
        first = _one(words, rng)
        out.append(first)
        while rng.random() < 0.25:  # producers repeat themselves: "long reverb, hall reverb, lush reverb"
            out.append(_one(words, rng))
    rng.shuffle(out)
    return out


def _listed(things: list[str], rng: Generator) -> str:
    if len(things) > 1 and rng.random() < 0.4:
        return ", ".join(things[:-1]) + " and " + things[-1]
    return ", ".join(things)


def _with_unknown(text: str, rng: Generator) -> str:
    words = text.split(" ")
    for _ in range(int(rng.integers(1, 4))):
        words.insert(int(rng.integers(len(words) + 1)), UNKNOWN)
    return " ".join(words)


def _one(options: tuple[str, ...], rng: Generator) -> str:
    return options[int(rng.integers(len(options)))]
