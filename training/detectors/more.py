"""More material that detectors are judged on: hum, clipping, voices, pitch correction, and a band from another sound font.

    python -m training.detectors.more --out DIR --clips 600

As `training.detectors.others`, with other seeds and songs, played by another sound font (TimGM6mb) than the one that the
listeners learnt from. The effects are SoX, FFmpeg, LADSPA, pedalboard; voices are flite's, cut from recordings of people,
bent onto melodies by Praat; pitch correction is Autotalent's and Praat's. Labels as there, for instruments too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import parselmouth
import pedalboard
import soundfile
from numpy.random import Generator

from eschew.errors import UsageError
from training import labelled
from training.detectors import sung
from training.detectors.others import (
    LADSPA,
    PEAK,
    TREATMENTS,
    Apply,
    Audio,
    Dry,
    Settings,
    _between,
    _ffmpeg,
    _over,
    _read,
    _run,
    _sox_synth,
    board,
    check_tools,
    sox,
    untreated,
)
from training.music.compose import CLIP_SECONDS, compose
from training.music.instruments import NAMES
from training.music.render import SAMPLE_RATE, Player, mix
from training.music.styles import STYLES

SEED = 990003
FONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
BASSES = frozenset({"upright-bass", "electric-bass", "synth-bass"})
VOICES = frozenset({"male-vocal", "female-vocal", "choir"})
LIKE_DRUMS = frozenset({"cowbell", "tambourine"})


def sox_hum(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """SoX's own waves at the mains' frequency: a rectified sine, and buzz on top."""
    mains = round(float(rng.choice([50.0, 60.0]) + rng.uniform(-0.1, 0.1)), 2)
    decibels, buzz = _between(rng, -32, -16), _between(rng, -18, -8)
    low = _sox_synth(dry.folder, 1, "synth", CLIP_SECONDS, "sine", mains, "overdrive", 12, 20)
    high = _sox_synth(
        dry.folder, 1, "synth", CLIP_SECONDS, "sawtooth", 2 * mains, "lowpass", 900, "gain", buzz
    )
    return _over(dry, low + high, decibels), {"mains_hz": mains, "over_rms_db": decibels, "buzz_db": buzz}


def ffmpeg_hum(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """Seven harmonics, each as loud as it happens to be."""
    mains = round(float(rng.choice([50.0, 60.0]) + rng.uniform(-0.1, 0.1)), 2)
    gains = [round(float(rng.uniform(0.2, 1) / (1 + 0.4 * k)), 2) for k in range(7)]
    waves = "+".join(f"{g}*sin(2*PI*{mains}*{k + 1}*t)" for k, g in enumerate(gains))
    decibels = _between(rng, -32, -16)
    hum = _ffmpeg(dry.folder, f"aevalsrc='{waves}':s={SAMPLE_RATE}:d={CLIP_SECONDS}")
    return _over(dry, hum, decibels), {"mains_hz": mains, "over_rms_db": decibels}


def sox_clip(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """Turned up beyond full scale and written as 16 bits, as SoX does it; then down again."""
    gain = _between(rng, 4, 12)
    soundfile.write(dry.folder / "in.wav", dry.audio, SAMPLE_RATE, subtype="FLOAT")
    _run("sox", "-D", dry.folder / "in.wav", "-b", 16, dry.folder / "out.wav", "gain", gain)
    return _read(dry.folder / "out.wav"), {"gain_db": gain}


def ffmpeg_clip(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """FFmpeg's conversion of what is too loud to 16 bits."""
    gain = _between(rng, 4, 12)
    graph = f"volume={gain}dB:precision=float,aformat=sample_fmts=s16,aformat=sample_fmts=flt"
    return _ffmpeg(dry.folder, graph, dry.audio), {"gain_db": gain}


def natural(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """A voice in front of the band, sung freely."""
    voice, settings = _voice(dry, rng)
    return _over(dry, voice, float(settings["over_rms_db"])), settings


def autotalent(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """The same through Tom Baran's LADSPA plugin, all twelve semitones on, no smoothing."""
    voice, settings = _voice(dry, rng)
    soundfile.write(dry.folder / "sung.wav", voice, SAMPLE_RATE, subtype="FLOAT")
    # Debian's build asks for names that the C library no longer has; they are handed to it.
    (dry.folder / "names.c").write_text(C_NAMES)
    _run("gcc", "-shared", "-fPIC", "-o", dry.folder / "names.so", dry.folder / "names.c", "-lm")
    controls = "|".join(["c1=0", "c2=0", *(f"c{i}=1" for i in range(3, 15)), "c15=1", "c16=0"])
    graph = f"aresample=44100,ladspa=file=autotalent:plugin=autotalent:controls={controls}"
    inside = ("-i", dry.folder / "sung.wav", "-af", graph, "-ar", SAMPLE_RATE, dry.folder / "tuned.wav")
    _run("env", f"LD_PRELOAD={dry.folder / 'names.so'}", "ffmpeg", "-loglevel", "error", "-y", *inside)
    tuned = _read(dry.folder / "tuned.wav")
    return _over(dry, tuned, float(settings["over_rms_db"])), settings


C_NAMES = """
#include <math.h>
double __exp_finite(double x) { return exp(x); }
double __exp2_finite(double x) { return exp2(x); }
double __log10_finite(double x) { return log10(x); }
"""


def praat(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """The same with every pitch that Praat finds moved to the nearest semitone."""
    voice, settings = _voice(dry, rng)
    found = parselmouth.Sound(voice.astype(np.float64), SAMPLE_RATE).to_pitch(sung.STEP, 70, 600)
    hz = found.selected_array["frequency"]
    there = np.flatnonzero(hz > 0)
    keys = np.round(69 + 12 * np.log2(hz[there] / 440)) if there.size else np.array([60.0])
    times = np.arange(0, CLIP_SECONDS, sung.STEP)
    nearest = np.abs(found.xs()[there][None] - times[:, None]).argmin(axis=1) if there.size else 0
    return _over(dry, sung.sing(voice, keys[nearest]), float(settings["over_rms_db"])), settings


def _voice(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    speech, keys = sung.said_by_flite(dry.folder, rng)
    voice = sung.sing(speech, sung.as_sung(sung.melody(dry.song, keys, rng), rng))
    return voice, {"keys": str(keys), "over_rms_db": _between(rng, -3, 5)}


KINDS: dict[str, tuple[tuple[str, Apply], ...]] = {
    "mains-hum": (("SoX synth hum", sox_hum), ("FFmpeg aevalsrc hum", ffmpeg_hum)),
    "clipping": (
        ("SoX gain", sox_clip),
        ("FFmpeg volume", ffmpeg_clip),
        ("pedalboard Clipping", board(lambda s: [pedalboard.Clipping(s["at_db"])], {"at_db": (-12, -5)})),
    ),
    "heavy-compression": TREATMENTS["heavy-compression"],
    "tape-saturation": TREATMENTS["tape-saturation"],
    "vocals": (("flite and Praat", natural),),
    "autotune": (("LADSPA autotalent", autotalent), ("Praat on semitones", praat)),
    "vocoder": TREATMENTS["vocoder"],
    "bit-crush": TREATMENTS["bit-crush"],
    "muddy-low-end": TREATMENTS["muddy-low-end"],
    "long-reverb": TREATMENTS["long-reverb"],
    "tape-hiss": TREATMENTS["tape-hiss"],
    "vinyl-crackle": TREATMENTS["vinyl-crackle"],
    "over-bright-cymbals": TREATMENTS["over-bright-cymbals"],
    "ordinary": (*TREATMENTS["ordinary"], ("SoX bass, a little", sox("bass 4 treble 2", {}, level=0.4))),
    "untreated": (("none", untreated),),
}
SHARES = {
    "mains-hum": 6, "clipping": 6, "heavy-compression": 6, "tape-saturation": 6, "vocals": 7, "autotune": 6,
    "vocoder": 1, "bit-crush": 1, "muddy-low-end": 1, "long-reverb": 2, "tape-hiss": 1, "vinyl-crackle": 1,
    "over-bright-cymbals": 1, "ordinary": 3, "untreated": 12,
}  # fmt: skip
"""Clips of each kind in every sixty."""
ROUND = tuple(name for name, share in SHARES.items() for _ in range(share))

MEASURED = ("mains-hum", "clipping", "heavy-compression", "tape-saturation", "vocals", "autotune")
_LOUD = {"clipping", "heavy-compression", "tape-saturation"}
UNCLEAR: dict[str, set[str]] = {
    "clipping": {"heavy-compression", "tape-saturation"},
    "heavy-compression": {"clipping", "tape-saturation"},
    "tape-saturation": {"clipping", "heavy-compression"},
    "bit-crush": _LOUD,
    "vinyl-crackle": {"mains-hum", "tape-saturation"},
    "vocoder": {"vocals", "autotune"},
    "muddy-low-end": {"tape-saturation"},
    "SoX lowpass": {"tape-saturation"},
}
"""Treatment or tool → what it might fairly pass for. LADSPA vynil rumbles; a vocoder is a voice of sorts."""
HARMLESS = {"ordinary", "untreated", "mains-hum", "tape-hiss"}
"""Treatments under which every instrument is still there to be heard."""


def make_clip(index: int, player: Player, out: Path) -> list[dict[str, object]]:
    """Write clip `index`; returns its lines of labels."""
    rng = np.random.default_rng([SEED, index])
    place = index % len(ROUND)
    name = ROUND[place]
    tools = KINDS[name]
    turn = index // len(ROUND) * SHARES[name] + place - ROUND.index(name)
    tool, apply = tools[turn % len(tools)]
    while True:
        song = compose(STYLES[int(rng.integers(len(STYLES)))], rng)
        band = set(song.players)
        if song.lines and not (name in ("vocals", "autotune", "vocoder") and band & VOICES):
            break
    audio = mix(song, player, rng)
    with tempfile.TemporaryDirectory() as scratch:
        dry = Dry(song, audio * np.float32(PEAK / float(np.abs(audio).max())), Path(scratch))
        wet, settings = apply(dry, rng)
    wet = wet * np.float32(PEAK / float(np.abs(wet).max()))
    file = f"more-{index:04d}-{name}.flac"
    soundfile.write(out / f".{file}", wet, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    (out / f".{file}").replace(out / file)
    facts = {
        "treatment": name,
        "tool": tool,
        "settings": settings,
        "style": song.style,
        "players": song.players,
    }
    true = truth(name, tool, band)
    return [{"file": file, "concept": c, "present": p, **facts} for c, p in true.items()]


def truth(name: str, tool: str, band: set[str]) -> dict[str, bool]:
    """Concept → whether it is there, for all that is clear."""
    unclear = (UNCLEAR.get(name, set()) | UNCLEAR.get(tool, set())) - {name}
    true = {c: c == name for c in MEASURED if c not in unclear and c != "vocals"}
    if "vocals" not in unclear and not band & VOICES:
        true["vocals"] = name in ("vocals", "autotune")
    if name in HARMLESS:
        true["bass"] = bool(band & BASSES)
        # A tambourine is no drum kit, but who would swear to it?
        true |= {c: c in band for c in NAMES if c != "drums" or not band & LIKE_DRUMS}
        if not band & BASSES and band & {"cello", "piano"}:
            del true["bass"]
    return true


def check_more_tools() -> None:
    """Raise UsageError where a program, plugin or font is not there, those of `others` included."""
    check_tools()
    missing = [p for p in ("flite", "gcc") if shutil.which(p) is None]
    missing += [str(p) for p in (FONT, LADSPA / "autotalent.so") if not p.exists()]
    if missing:
        raise UsageError(
            f"not installed: {', '.join(missing)}", hint="flite, gcc, autotalent, timgm6mb-soundfont"
        )


def main() -> None:
    """Make the clips, then the labels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=600, help=f"rounds of {len(ROUND)} keep the shares")
    args = parser.parse_args()
    player = cache(Player)
    labelled.write(
        args.out,
        args.clips,
        "clips",
        check_more_tools,
        lambda index: make_clip(index, player(FONT), args.out),
    )


if __name__ == "__main__":
    main()
