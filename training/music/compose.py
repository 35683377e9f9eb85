"""Compose a loop by rule: a progression, a band, and each part's notes. Pure functions of a random generator.

Times are in seconds from the start of the clip. Nothing here makes sound; `render` does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from training.music.instruments import instrument
from training.music.styles import Part, Style

CLIP_SECONDS = 5.12

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
PROGRESSIONS = {
    False: ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (1, 4, 0, 0), (0, 2, 3, 4), (5, 3, 0, 4)),
    True: ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 6), (0, 3, 6, 2), (0, 5, 3, 4), (0, 2, 6, 5)),
}

KICK, SNARE, RIM, CLAP, CLOSED, OPEN, CRASH, RIDE, BRUSH = 36, 38, 37, 39, 42, 46, 49, 51, 40


@dataclass(frozen=True)
class Note:
    """One note: MIDI key, start and length in seconds, velocity 1–127."""

    key: int
    start: float
    length: float
    velocity: int


@dataclass(frozen=True)
class Line:
    """What one player plays, and on what."""

    name: str
    role: str
    program: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Song:
    """A composed loop, before any sound or effect."""

    style: str
    bpm: int
    minor: bool
    lines: tuple[Line, ...]

    @property
    def players(self) -> tuple[str, ...]:
        """The instruments that are heard, each once."""
        return tuple(dict.fromkeys(line.name for line in self.lines))


def compose(style: Style, rng: Generator) -> Song:
    """A loop of CLIP_SECONDS in `style`."""
    bpm = int(rng.integers(style.bpm[0], style.bpm[1] + 1))
    minor = bool(rng.random() < style.minor)
    harmony = _harmony(style, bpm, minor, rng)
    lines = []
    taken: set[str] = set()
    for part in style.parts:
        if rng.random() > part.chance:
            continue
        name = _pick(part, taken, rng)
        if name is None:
            continue
        taken.add(name)
        notes = _ROLES[part.role](harmony, name, style, rng)
        program = int(rng.choice(instrument(name).programs))
        lines.append(Line(name, part.role, program, notes))
    return Song(style.name, bpm, minor, tuple(lines))


@dataclass(frozen=True)
class Harmony:
    """The beat, the scale, and one chord (pitch classes, root first) for every two or four beats."""

    beat: float
    beats: int
    per_chord: int
    scale: tuple[int, ...]
    chords: tuple[tuple[int, ...], ...]

    def at(self, beat: float) -> tuple[int, ...]:
        """The chord that sounds at `beat`."""
        return self.chords[int(beat // self.per_chord) % len(self.chords)]


def _harmony(style: Style, bpm: int, minor: bool, rng: Generator) -> Harmony:
    tonic = int(rng.integers(12))
    scale = tuple((tonic + s) % 12 for s in (MINOR if minor else MAJOR))
    options = PROGRESSIONS[minor]
    degrees = options[int(rng.integers(len(options)))]
    size = 4 if style.sevenths else 3
    chords = tuple(tuple(scale[(d + 2 * i) % 7] for i in range(size)) for d in degrees)
    beat = 60.0 / bpm
    return Harmony(beat, int(np.ceil(CLIP_SECONDS / beat)), 2 if bpm < 100 else 4, scale, chords)


def _pick(part: Part, taken: set[str], rng: Generator) -> str | None:
    names = [n for n in part.players if n not in taken]
    if not names:
        return None
    weights = np.array([part.players[n] for n in names], dtype=float)
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _voicing(chord: tuple[int, ...], low: int, high: int) -> list[int]:
    """The chord's pitch classes as keys, closely above `low`, none above `high`."""
    keys, at = [], low
    for pitch in chord:
        key = at + (pitch - at) % 12
        keys.append(key if key <= high else key - 12)
        at = key
    return sorted(set(keys))


def _humanise(start: float, rng: Generator) -> float:
    return max(0.0, start + float(rng.normal(0, 0.006)))


def _velocity(base: int, rng: Generator) -> int:
    return int(np.clip(base + rng.normal(0, 8), 25, 127))


def _grid(h: Harmony, step: float, swing: float) -> list[tuple[float, float]]:
    """(beat, seconds) of every `step` beats in the clip, off-beats delayed by `swing`."""
    out, beat = [], 0.0
    while beat < h.beats:
        late = swing if abs(beat % 1.0 - 0.5) < 1e-6 else 0.0
        if (beat + late) * h.beat < CLIP_SECONDS - 0.05:
            out.append((beat, (beat + late) * h.beat))
        beat += step
    return out


def _block(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    low = int(rng.integers(low, max(low + 1, high - 14)))
    again = float(rng.choice([1.0, 1.5, 2.0, 2.0])) if h.per_chord >= 2 else 1.0
    notes = []
    for beat, start in _grid(h, min(again, h.per_chord), style.swing):
        for i, key in enumerate(_voicing(h.at(beat), low, high)):
            notes.append(
                Note(key, _humanise(start + 0.012 * i, rng), again * h.beat * 0.95, _velocity(82, rng))
            )
    return tuple(notes)


def _pad(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    return tuple(
        Note(key, start, h.per_chord * h.beat * 1.02, _velocity(75, rng))
        for beat, start in _grid(h, h.per_chord, 0.0)
        for key in _voicing(h.at(beat), low + 2, high)
    )


def _stab(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    shape = ((0.0, 1.5), (0.5, 1.5, 2.5, 3.5), (0.0, 0.75, 1.5, 3.0), (1.0, 3.0), (0.0, 2.5))[
        int(rng.integers(5))
    ]
    notes = []
    for bar in range(0, h.beats, 4):
        for offset in shape:
            start = (bar + offset) * h.beat
            if start < CLIP_SECONDS - 0.05:
                length = h.beat * float(rng.choice([0.3, 0.4, 0.7]))
                notes += [
                    Note(k, start, length, _velocity(95, rng))
                    for k in _voicing(h.at(bar + offset), low + 4, high)
                ]
    return tuple(notes)


def _finger(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    shape = ((0, 2, 1, 2), (0, 1, 2, 3), (0, 3, 2, 1), (0, 2, 3, 2))[int(rng.integers(4))]
    step = 0.5 if h.beat > 0.6 else float(rng.choice([0.5, 0.5, 1.0]))
    notes = []
    for i, (beat, start) in enumerate(_grid(h, step, 0.0)):
        keys = [*_voicing(h.at(beat), low, high - 12), *_voicing(h.at(beat), low + 12, high)]
        key = keys[shape[i % 4] % len(keys)]
        notes.append(Note(key, _humanise(start, rng), h.beat * 1.6, _velocity(84, rng)))
        if i % 4 == 0:
            notes.append(
                Note(_voicing(h.at(beat)[:1], low - 5, low + 8)[0], start, h.beat * 2, _velocity(80, rng))
            )
    return tuple(notes)


def _arp(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    low = int(rng.integers(low, low + 8))
    step = float(rng.choice([0.25, 0.25, 0.5]))
    up = bool(rng.random() < 0.6)
    notes = []
    for i, (beat, start) in enumerate(_grid(h, step, 0.0)):
        keys = [*_voicing(h.at(beat), low, high), *(k + 12 for k in _voicing(h.at(beat), low, high))]
        j = i % len(keys)
        notes.append(
            Note(min(keys[j if up else -1 - j], 100), start, step * h.beat * 0.8, _velocity(90, rng))
        )
    return tuple(notes)


def _lead(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    keys = [k for k in range(low, high + 1) if k % 12 in h.scale]
    at = int(rng.integers(len(keys) // 4, 3 * len(keys) // 4))
    beat, notes = float(rng.choice([0, 0, 0.5, 1.0])), []
    while beat * h.beat < CLIP_SECONDS - 0.2:
        length = float(rng.choice([0.5, 0.5, 1.0, 1.0, 1.5, 2.0]))
        at = int(np.clip(at + rng.integers(-2, 3), 0, len(keys) - 1))
        if beat % 2 == 0:
            at = min(range(len(keys)), key=lambda i: (keys[i] % 12 not in h.at(beat), abs(i - at)))
        if rng.random() < 0.88:
            notes.append(
                Note(keys[at], _humanise(beat * h.beat, rng), length * h.beat * 0.92, _velocity(92, rng))
            )
        beat += length
    return tuple(notes)


def _bass(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    low, high = instrument(name).register
    step, length = {
        "swing": (1.0, 0.9),
        "rock": (0.5, 0.45),
        "four-floor": (0.5, 0.4),
        "gated": (0.5, 0.4),
    }.get(style.drums, (1.0, 0.9) if rng.random() < 0.5 else (2.0, 1.8))
    notes = []
    for beat, start in _grid(h, step, style.swing):
        if style.drums == "four-floor" and beat % 1 == 0:
            continue
        chord = h.at(beat)
        pitch = (
            chord[0]
            if beat % h.per_chord == 0 or rng.random() < 0.6
            else chord[int(rng.integers(len(chord)))]
        )
        key = low + (pitch - low) % 12
        notes.append(Note(min(key, high), start, length * h.beat, _velocity(95, rng)))
    return tuple(notes)


def _sixteenths(h: Harmony, hits: dict[int, str], rng: Generator, swing: float) -> tuple[Note, ...]:
    """One-bar patterns of sixteen places: X loud, x soft, ? maybe."""
    notes = []
    for key, pattern in hits.items():
        for sixteenth in range(h.beats * 4):
            mark = pattern[sixteenth % 16]
            if mark == "." or (mark == "?" and rng.random() < 0.6):
                continue
            late = swing * h.beat if sixteenth % 4 == 2 else 0.0
            start = sixteenth * h.beat / 4 + late
            if start < CLIP_SECONDS - 0.03:
                notes.append(
                    Note(key, _humanise(start, rng), 0.2, _velocity(112 if mark == "X" else 80, rng))
                )
    return tuple(notes)


PATTERNS: dict[str, tuple[dict[int, str], ...]] = {
    "boom-bap": (
        {KICK: "X.....?.X.x.....", SNARE: "....X.......X..?", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "X..x......X.....", SNARE: "....X.......X...", CLOSED: "x.x.x.xxx.x.x.x."},
    ),
    "gated": (
        {KICK: "X.......X.......", SNARE: "....X.......X...", CLOSED: "x.x.x.x.x.x.x.x."},
        {
            KICK: "X..X..X.X.......",
            SNARE: "....X.......X...",
            CLOSED: "..x...x...x...x.",
            CLAP: "....X.......X...",
        },
    ),
    "four-floor": (
        {
            KICK: "X...X...X...X...",
            OPEN: "..x...x...x...x.",
            CLAP: "....X.......X...",
            CLOSED: "????????????????",
        },
        {KICK: "X...X...X...X...", OPEN: "..X...X...X...X."},
    ),
    "rock": (
        {
            KICK: "X.....x.X.......",
            SNARE: "....X.......X...",
            CLOSED: "x.x.x.x.x.x.x.x.",
            CRASH: "?...............",
        },
        {KICK: "X.x...x.X.x.....", SNARE: "....X.......X...", RIDE: "x.x.x.x.x.x.x.x."},
    ),
    "swing": (
        {RIDE: "X...x.x.X...x.x.", CLOSED: "....x.......x...", KICK: "x.......?......."},
        {RIDE: "X...x.x.X...x.x.", BRUSH: "....x...?...x...", CLOSED: "....x.......x..."},
    ),
    "funk": (
        {KICK: "X..x..X...x.....", SNARE: "....X..?.?..X..?", CLOSED: "xxxxxxxxxxxxxxxx"},
        {
            KICK: "X.x.....x.X.....",
            SNARE: "....X....x..X...",
            CLOSED: "x.xxx.x.x.xxx.x.",
            OPEN: "......x.........",
        },
    ),
    "train": (
        {KICK: "X.......X.......", SNARE: "x.xXx.xXx.xXx.xX"},
        {KICK: "X...x...X...x...", RIM: "....X.......X...", CLOSED: "x.x.x.x.x.x.x.x."},
    ),
    "none": ({KICK: "X.......x.......", RIM: "....X.......X..."},),
}


def _drums(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    options = PATTERNS[style.drums]
    return _sixteenths(h, options[int(rng.integers(len(options)))], rng, style.swing)


def _bell(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    shape = ("X...X...X...X...", "X.X.X.X.X.X.X.X.", "X..X..X...X..X..")[int(rng.integers(3))]
    return _sixteenths(h, {instrument("cowbell").register[0]: shape}, rng, 0.0)


def _shake(h: Harmony, name: str, style: Style, rng: Generator) -> tuple[Note, ...]:
    shape = ("..X...X...X...X.", "x.X.x.X.x.X.x.X.", "....X.......X...")[int(rng.integers(3))]
    return _sixteenths(h, {instrument("tambourine").register[0]: shape}, rng, 0.0)


_ROLES = {
    "block": _block,
    "pad": _pad,
    "stab": _stab,
    "finger": _finger,
    "arp": _arp,
    "lead": _lead,
    "sing": _lead,
    "bass": _bass,
    "drums": _drums,
    "bell": _bell,
    "shake": _shake,
}
