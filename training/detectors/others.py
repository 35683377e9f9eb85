"""Make the material that detectors are judged on: dry clips of the music world under *other people's* effects.

    python -m training.detectors.others --out DIR --clips 500

The detectors learn from `training.music.effects`, so they are not judged on it alone: these effects are SoX, FFmpeg,
LADSPA (swh-plugins), pedalboard, Praat and espeak-ng, at ordinary strengths. Clip i is a function of (SEED, i). Writes
FLAC files (mono, 24 kHz, 5.12 s, peak −1 dBFS) and `labels.jsonl`, one line for each clip and concept:

    {"file", "concept", "present", "treatment", "tool", "settings", "style", "players"}

Where a treatment might fairly be heard as another concept too (a worn record hisses), that pair has no line.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import parselmouth
import pedalboard
import soundfile
from numpy.random import Generator
from numpy.typing import NDArray
from parselmouth.praat import call

from eschew.errors import EschewError, UsageError
from training import labelled
from training.music.compose import CLIP_SECONDS, Song, compose
from training.music.render import CLIP_SAMPLES, SAMPLE_RATE, Player, mix
from training.music.styles import STYLES

SEED = 990001
PEAK = 10 ** (-1 / 20)
LADSPA = Path("/usr/lib/ladspa")
PLUGINS = ("vynil_1905", "gverb_1216", "vocoder_1337", "foverdrive_1196", "sc4m_1916")
PROGRAMS = ("sox", "ffmpeg", "espeak-ng")

Audio = NDArray[np.float32]
Settings = dict[str, float | str]
Ranges = dict[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Dry:
    """A clip before any effect, its peak at −1 dBFS, and a folder for the programs that treat it."""

    song: Song
    audio: Audio
    folder: Path


Apply = Callable[[Dry, Generator], tuple[Audio, Settings]]
Effect = Callable[[Path, Audio, dict[str, float]], Audio]
Plugins = Callable[[dict[str, float]], list[pedalboard.Plugin]]


def _run(*command: float | str | Path) -> None:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise EschewError(f"{command[0]} failed with exit code {done.returncode}", why=last)


def _read(path: Path, size: int = CLIP_SAMPLES) -> Audio:
    """What a program wrote, mono, cut or filled with silence to `size` samples."""
    audio = soundfile.read(path, dtype="float32", always_2d=True)[0].mean(axis=1)[:size]
    return np.pad(audio, (0, size - audio.size)).astype(np.float32)


def _sox(folder: Path, audio: Audio, *effects: float | str) -> Audio:
    source, out = folder / "in.wav", folder / "out.wav"
    soundfile.write(source, audio, SAMPLE_RATE, subtype="FLOAT")
    _run("sox", source, "-e", "floating-point", "-b", 32, out, *effects)
    return _read(out, audio.size)


def _sox_synth(folder: Path, channels: int, *effects: float | str) -> Audio:
    out = folder / "synth.wav"
    _run("sox", "-n", "-r", SAMPLE_RATE, "-c", channels, "-b", 24, out, *effects)
    return _read(out)


def _ffmpeg(folder: Path, graph: str, *audio: Audio) -> Audio:
    """One filter graph over the sounds given, or over none if it has a source of its own."""
    inputs: list[str | Path] = []
    for i, one in enumerate(audio):
        soundfile.write(folder / f"in{i}.wav", one, SAMPLE_RATE, subtype="FLOAT")
        inputs += ["-i", folder / f"in{i}.wav"]
    how = ("-filter_complex", graph) if audio else ("-f", "lavfi", "-i", graph)
    end = ("-ar", SAMPLE_RATE, "-c:a", "pcm_f32le", folder / "out.wav")
    _run("ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *inputs, *how, *end)
    return _read(folder / "out.wav", audio[0].size if audio else CLIP_SAMPLES)


def _ladspa(plugin: str, *controls: float | str) -> str:
    """The FFmpeg filter that hosts a LADSPA plugin; the label is the file's name without its number."""
    values = "|".join(f"c{i}={value}" for i, value in enumerate(controls))
    return f"ladspa=file={plugin}:plugin={plugin.rsplit('_', 1)[0]}:controls={values}"


def _rms(audio: Audio) -> float:
    """Of the sounding part: pauses between phrases do not make a voice quieter."""
    loud = audio[np.abs(audio) > 1e-3 * (float(np.abs(audio).max()) + 1e-9)]
    return float(np.sqrt(np.mean(loud**2))) if loud.size else 0.0


def _over(dry: Dry, added: Audio, decibels: float) -> Audio:
    """`added` mixed over the clip, its RMS `decibels` above the clip's own."""
    return dry.audio + added * np.float32(_rms(dry.audio) * 10 ** (decibels / 20) / (_rms(added) + 1e-9))


def _between(rng: Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 0 if high - low >= 5 else 2)


def _pick(rng: Generator, *options: str) -> str:
    return options[int(rng.integers(len(options)))]


def _drawn(ranges: Ranges, effect: Effect, *, hall: bool = False) -> Apply:
    """In a hall, half of the clips are cut from a longer piece: what came before still sounds when they start."""

    def apply(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
        drawn = {name: _between(rng, low, high) for name, (low, high) in ranges.items()}
        settings: Settings = {**drawn}
        audio = dry.audio
        if hall:
            settings["already_sounding"] = bool(rng.random() < 0.5)
            audio = np.concatenate([audio, audio]) if settings["already_sounding"] else audio
        return effect(dry.folder, audio, drawn)[-CLIP_SAMPLES:], settings

    return apply


def sox(chain: str, ranges: Ranges, *, level: float = 0.5, hall: bool = False) -> Apply:
    """A SoX chain with {names} for what is drawn; `level` leaves it headroom, as SoX clips at full scale."""
    scale = np.float32(level)
    return _drawn(ranges, lambda folder, a, s: _sox(folder, a * scale, *chain.format(**s).split()), hall=hall)


def ffmpeg(graph: str, ranges: Ranges, *, hall: bool = False) -> Apply:
    """An FFmpeg filter graph with {names} for what is drawn."""
    return _drawn(ranges, lambda folder, a, s: _ffmpeg(folder, graph.format(**s), a), hall=hall)


def board(plugins: Plugins, ranges: Ranges, *, hall: bool = False) -> Apply:
    """Pedalboard plugins, made from what is drawn."""
    return _drawn(ranges, lambda _, a, s: pedalboard.Pedalboard(plugins(s))(a, SAMPLE_RATE), hall=hall)


def vynil(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """Steve Harris' record simulator. Its random numbers start alike in every process: a random lead-in moves them."""
    ranges = {"warp": (0, 0.15), "click": (0.2, 0.8), "wear": (0, 0.3), "lead_in_s": (0.1, 4)}
    s = {"year": float(rng.integers(1935, 1961)), "rpm": 33.0}
    s |= {name: _between(rng, low, high) for name, (low, high) in ranges.items()}
    late = f"adelay={int(s['lead_in_s'] * 1000)}:all=1,aformat=channel_layouts=stereo"
    record = _ladspa("vynil_1905", *list(s.values())[:5])
    graph = f"{late},{record},atrim=start={s['lead_in_s']},pan=mono|c0=c0"
    return _ffmpeg(dry.folder, graph, dry.audio), {**s}


def dust(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """Single random impulses of random size, through the pass-band of a cartridge."""
    rate, low, high = _between(rng, 12, 50), _between(rng, 300, 1200), _between(rng, 5000, 10000)
    decibels = _between(rng, 9, 17)
    seeds = "+".join(f"st({i},{int(rng.integers(1, 2**31))})" for i in range(2))
    impulse = f"if(eq(n,0),0*({seeds}),if(lt(random(0),{rate / SAMPLE_RATE:.6f}),pow(2*random(1)-1,3),0))"
    graph = f"aevalsrc='{impulse}':s={SAMPLE_RATE}:d={CLIP_SECONDS},highpass=f={low},lowpass=f={high}"
    specks = _ffmpeg(dry.folder, graph)
    specks *= np.float32(_rms(dry.audio) * 10 ** (decibels / 20) / (float(np.abs(specks).max()) + 1e-9))
    s: Settings = {"a_second": rate, "low_hz": low, "high_hz": high, "peak_over_rms_db": decibels}
    return dry.audio + specks, s


def hiss(synth: Callable[[Dry, Generator, str], tuple[Audio, Settings]], *colours: str) -> Apply:
    """Noise of one of the colours, mixed in; of pink noise, most lies below what is heard as hiss, so it is louder."""

    def apply(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
        colour = _pick(rng, *colours)
        decibels = _between(rng, -20, -10) if "pink" in colour else _between(rng, -24, -12)
        noise, s = synth(dry, rng, colour)
        return _over(dry, noise, decibels), {"colour": colour, "over_rms_db": decibels, **s}

    return apply


def _sox_noise(dry: Dry, rng: Generator, colour: str) -> tuple[Audio, Settings]:
    """SoX's noise is the same every time, so a random start is cut off; its treble is turned a little."""
    tilt, skip = _between(rng, -2, 2), float(rng.uniform(0.1, 60))
    chain = ("synth", CLIP_SECONDS + skip, colour, "trim", skip, "gain", -12, "treble", tilt, "4k")
    return _sox_synth(dry.folder, 1, *chain), {"treble_db": tilt}


def _ffmpeg_noise(dry: Dry, rng: Generator, colour: str) -> tuple[Audio, Settings]:
    top, seed = _between(rng, 7500, 11500), int(rng.integers(2**31))
    source = f"anoisesrc=colour={colour}:r={SAMPLE_RATE}:d={CLIP_SECONDS}:seed={seed}"
    return _ffmpeg(dry.folder, f"{source},lowpass=f={top}"), {"lowpass_hz": top}


SENTENCES = (
    "please remain calm while the system restarts, every signal will be restored before sunrise",
    "I have seen the towers fall asleep, I have heard the wires singing over empty fields",
    "dance until the battery dies, dance until the satellites come down for us",
    "my memory is made of glass and copper, be careful when you say my name",
    "nobody told the robots how to cry, so we learned it from the radio",
    "one more time around the silver moon, baby, then we will sleep for a thousand years",
    "oh oh, higher than the morning, oh oh, brighter than the rain",
)
VOICES = ("en-gb-scotland", "en-029", "en-gb-x-rp+f2", "en-us+m3", "en-gb-x-gbclan", "en-us+f5", "en-029+m1")


def _speech(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """A sentence, in a voice that the world's own vocoder never used."""
    spoken, voice, speed = dry.folder / "spoken.wav", _pick(rng, *VOICES), int(rng.integers(105, 150))
    _run("espeak-ng", "-v", voice, "-s", speed, "-w", spoken, _pick(rng, *SENTENCES))
    _run("sox", spoken, "-r", SAMPLE_RATE, dry.folder / "speech.wav", "gain", "-n", -3)
    return _read(dry.folder / "speech.wav"), {"voice": voice, "words_a_minute": speed}


def _notes(dry: Dry, rng: Generator) -> list[float]:
    """One to three of the song's own pitches, between 87 and 165 Hz."""
    classes = {n.key % 12 for line in dry.song.lines if line.role != "drums" for n in line.notes} or {0}
    chosen = rng.permutation(sorted(classes))[: int(rng.integers(1, 4))]
    return [round(440 * 2 ** ((41 + (int(c) - 41) % 12 - 69) / 12), 2) for c in chosen]


def channel_vocoder(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """Speech on a chord: Josh Green's LADSPA vocoder, with carriers of SoX."""
    speech, s = _speech(dry, rng)
    wave, notes, bands = _pick(rng, "sawtooth", "square"), _notes(dry, rng), int(rng.integers(12, 17))
    tones = [part for note in notes for part in (wave, note)]
    chord = _sox_synth(dry.folder, len(notes), "synth", CLIP_SECONDS, *tones, "gain", -6)
    graph = f"[0][1]amerge=inputs=2,{_ladspa('vocoder_1337', bands, 0, *[1.0] * 16)},pan=mono|c0=c0"
    decibels = _between(rng, -5, -0.5)
    s |= {"wave": wave, "hz": str(notes), "bands": bands, "over_rms_db": decibels}
    return _over(dry, _ffmpeg(dry.folder, graph, speech, chord), decibels), s


def robot(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """The robot voice of FFmpeg's own manual: every bin's phase set to zero, so that the pitch is the frame rate."""
    speech, s = _speech(dry, rng)
    window, decibels = int(rng.choice([512, 1024])), _between(rng, -5, -0.5)
    graph = f"afftfilt=real='hypot(re,im)*sin(0)':imag='hypot(re,im)*cos(0)':win_size={window}:overlap=0.75"
    s |= {"win_size": window, "over_rms_db": decibels}
    return _over(dry, _ffmpeg(dry.folder, graph, speech), decibels), s


def flat_pitch(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """A voice resynthesised by Praat on one dead-flat pitch of the song."""
    speech, s = _speech(dry, rng)
    pitch, decibels = _notes(dry, rng)[0], _between(rng, -5, -0.5)
    sound = parselmouth.Sound(speech.astype(np.float64), SAMPLE_RATE)
    manipulation = call(sound, "To Manipulation", 0.01, 75, 500)
    tier = call("Create PitchTier", "flat", 0, CLIP_SECONDS)
    call(tier, "Add point", 0.0, pitch)
    call([manipulation, tier], "Replace pitch tier")
    voice = call(manipulation, "Get resynthesis (overlap-add)").values[0].astype(np.float32)[:CLIP_SAMPLES]
    return _over(dry, voice, decibels), {**s, "hz": pitch, "over_rms_db": decibels}


def untreated(dry: Dry, rng: Generator) -> tuple[Audio, Settings]:
    """As the band played it."""
    return dry.audio, {}


_HALL = "aresample=48000,volume=0.3,{},pan=mono|c0=0.5*c0+0.5*c1"  # GVerb's delay lines overrun at low rates

TREATMENTS: dict[str, tuple[tuple[str, Apply], ...]] = {
    "vinyl-crackle": (("LADSPA vynil", vynil), ("FFmpeg aevalsrc dust", dust)),
    "tape-hiss": (("SoX synth noise", hiss(_sox_noise, "whitenoise", "whitenoise", "tpdfnoise", "pinknoise")), ("FFmpeg anoisesrc", hiss(_ffmpeg_noise, "white", "white", "blue", "pink"))),
    "long-reverb": (
        ("SoX reverb", sox("reverb {reverberance} {hf_damping} {room_scale} 0 {pre_delay_ms} {wet_gain_db}", {"reverberance": (78, 90), "hf_damping": (15, 60), "room_scale": (80, 100), "pre_delay_ms": (5, 40), "wet_gain_db": (0, 4)}, level=0.3, hall=True)),
        ("LADSPA gverb", ffmpeg(_HALL.format(_ladspa("gverb_1216", "{room_m}", "{time_s}", "{damping}", "{bandwidth}", "{dry_db}", "{early_db}", "{tail_db}")), {"room_m": (40, 180), "time_s": (2.5, 5), "damping": (0.1, 0.6), "bandwidth": (0.6, 0.95), "dry_db": (-8, -3.5), "early_db": (-16, -8), "tail_db": (-13, -7)}, hall=True)),
        ("pedalboard Reverb", board(lambda s: [pedalboard.Reverb(s["room_size"], s["damping"], s["wet"], 1 - s["wet"], 1.0)], {"room_size": (0.8, 0.96), "damping": (0.1, 0.5), "wet": (0.4, 0.65)}, hall=True))),
    "vocoder": (
        ("LADSPA vocoder", channel_vocoder), ("FFmpeg afftfilt robot", robot), ("LADSPA vocoder", channel_vocoder), ("Praat flat pitch", flat_pitch)),
    "harsh-distortion": (
        ("SoX overdrive", sox("overdrive {gain_db} {colour}", {"gain_db": (22, 36), "colour": (5, 30)}, level=0.9)),
        ("pedalboard Distortion", board(lambda s: [pedalboard.Distortion(s["drive_db"])], {"drive_db": (16, 28)})),
        ("LADSPA foverdrive", ffmpeg("volume={gain_db}dB," + _ladspa("foverdrive_1196", "{drive}"), {"gain_db": (6, 16), "drive": (2, 3)}))),
    "bit-crush": (
        ("FFmpeg acrusher", ffmpeg("acrusher=bits={bits}:samples={samples}:mix=1:mode=lin:aa=0", {"bits": (4, 6), "samples": (4, 9)})),
        ("pedalboard Bitcrush", board(lambda s: [pedalboard.Resample(s["rate_hz"], pedalboard.Resample.Quality.ZeroOrderHold), pedalboard.Bitcrush(s["bits"])], {"bits": (4, 6), "rate_hz": (3000, 6000)}))),
    "heavy-compression": (
        ("SoX compand", sox("compand 0.003,{decay_s} -60,{floor_db},-30,-8,0,-4 -1", {"decay_s": (0.06, 0.2), "floor_db": (-30, -20)})),
        ("LADSPA sc4m", ffmpeg(_ladspa("sc4m_1916", 0, "{attack_ms}", "{release_ms}", "{threshold_db}", "{ratio}", 2, "{makeup_db}") + ",alimiter=limit=0.9", {"attack_ms": (1.5, 5), "release_ms": (50, 160), "threshold_db": (-30, -26), "ratio": (12, 20), "makeup_db": (16, 24)})),
        ("pedalboard Compressor", board(lambda s: [pedalboard.Compressor(s["threshold_db"], s["ratio"], s["attack_ms"], s["release_ms"]), pedalboard.Gain(s["gain_db"]), pedalboard.Limiter(-1.0, 80.0)], {"threshold_db": (-42, -34), "ratio": (10, 20), "attack_ms": (1, 5), "release_ms": (50, 150), "gain_db": (24, 30)}))),
    "muddy-low-end": (
        ("SoX bass", sox("bass {bass_db} {at_hz} highpass 90 treble {treble_db} 3500", {"bass_db": (12, 18), "at_hz": (180, 300), "treble_db": (-16, -8)}, level=0.1)),
        ("pedalboard PeakFilter", board(lambda s: [pedalboard.PeakFilter(s["at_hz"], s["gain_db"], 0.8), pedalboard.HighShelfFilter(s["top_hz"], -12, 0.7)], {"gain_db": (12, 17), "at_hz": (160, 280), "top_hz": (2500, 4500)}))),
    "over-bright-cymbals": (
        ("SoX treble", sox("treble {gain_db} {at_hz}", {"gain_db": (14, 20), "at_hz": (3500, 6000)}, level=0.1)),
        ("pedalboard HighShelfFilter", board(lambda s: [pedalboard.HighShelfFilter(s["at_hz"], s["gain_db"], 0.7)], {"gain_db": (14, 20), "at_hz": (3500, 6000)}))),
    "tape-saturation": (
        ("FFmpeg asoftclip and vibrato", ffmpeg("volume={gain_db}dB,asoftclip=type=tanh,vibrato=f={wow_hz}:d={wow},lowpass=f={top_hz}:p=1", {"gain_db": (9, 16), "wow_hz": (0.6, 1.4), "wow": (0.02, 0.06), "top_hz": (4500, 7000)})),
        ("SoX overdrive, warm", sox("overdrive {gain_db} {colour} lowpass -1 {top_hz}", {"gain_db": (10, 18), "colour": (30, 60), "top_hz": (3500, 6000)}, level=0.9))),
    "ordinary": (
        ("SoX small room", sox("reverb {reverberance} {hf_damping} {room_scale}", {"reverberance": (10, 25), "hf_damping": (50, 90), "room_scale": (5, 25)})),
        ("pedalboard Chorus", board(lambda s: [pedalboard.Chorus(s["rate_hz"], s["depth"], mix=s["mix"])], {"rate_hz": (0.6, 1.8), "depth": (0.15, 0.4), "mix": (0.3, 0.5)})),
        ("SoX lowpass", sox("lowpass -1 {top_hz}", {"top_hz": (4000, 8000)}))),
    "untreated": (("none", untreated),),
}  # fmt: skip
"""Concept → the tools that take turns at it. "ordinary" are treatments that bring none of the concepts."""

CONCEPTS = tuple(name for name in TREATMENTS if name not in ("ordinary", "untreated"))

_DIRT = {"harsh-distortion", "heavy-compression", "tape-saturation", "bit-crush"}
_GRIT = _DIRT | {"over-bright-cymbals", "tape-hiss"}
UNCLEAR: dict[str, set[str]] = {
    "LADSPA vynil": {"tape-hiss", "tape-saturation", "harsh-distortion", "muddy-low-end"},
    "SoX lowpass": {"muddy-low-end", "tape-saturation"},
    "harsh-distortion": _GRIT,
    "bit-crush": _GRIT,
    "heavy-compression": {"harsh-distortion", "tape-saturation"},
    "tape-saturation": _GRIT | {"muddy-low-end"},
}
"""Treatment or tool → the concepts that it might fairly pass for: not counted for or against anybody."""

NEEDS = {"over-bright-cymbals": "drums"}
"""A player without whom the concept makes no sense."""

SHARES = dict.fromkeys(CONCEPTS[:4], 5) | dict.fromkeys(CONCEPTS[4:], 2) | {"ordinary": 5, "untreated": 13}
"""Clips of each kind in every fifty."""
ROUND = tuple(name for name, share in SHARES.items() for _ in range(share))


def treatment(index: int) -> tuple[str, str, Apply]:
    """What is done to clip `index`, with which tool, and how; the tools of a kind take turns."""
    place = index % len(ROUND)
    name = ROUND[place]
    turn = index // len(ROUND) * SHARES[name] + place - ROUND.index(name)
    return name, *TREATMENTS[name][turn % len(TREATMENTS[name])]


def make_clip(index: int, player: Player, out: Path) -> list[dict[str, object]]:
    """Write clip `index` into `out`; returns its lines of `labels.jsonl`."""
    rng = np.random.default_rng([SEED, index])
    name, tool, apply = treatment(index)
    while True:
        song = compose(STYLES[int(rng.integers(len(STYLES)))], rng)
        if song.lines and (name not in NEEDS or NEEDS[name] in song.players):
            break
    audio = mix(song, player, rng)
    with tempfile.TemporaryDirectory() as scratch:
        dry = Dry(song, audio * np.float32(PEAK / float(np.abs(audio).max())), Path(scratch))
        wet, settings = apply(dry, rng)
    wet = wet * np.float32(PEAK / float(np.abs(wet).max()))
    file = f"{index:04d}-{name}.flac"
    soundfile.write(out / f".{file}", wet, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    (out / f".{file}").replace(out / file)
    band = {"style": song.style, "players": song.players}
    facts = {"treatment": name, "tool": tool, "settings": settings, **band}
    unclear = (UNCLEAR.get(name, set()) | UNCLEAR.get(tool, set())) - {name}
    return [{"file": file, "concept": c, "present": c == name, **facts} for c in CONCEPTS if c not in unclear]


def check_tools() -> None:
    """Raise UsageError for the first program or plugin that is not there."""
    missing = [p for p in PROGRAMS if shutil.which(p) is None]
    missing += [p for p in PLUGINS if not (LADSPA / f"{p}.so").exists()]
    if missing:
        raise UsageError(f"not installed: {', '.join(missing)}", hint="get swh-plugins for LADSPA")


def main() -> None:
    """Make the clips, then the labels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=500, help=f"rounds of {len(ROUND)} keep the shares")
    args = parser.parse_args()
    player = cache(Player)
    labelled.write(
        args.out,
        args.clips,
        "clips",
        check_tools,
        lambda index: make_clip(index, player(), args.out),
        CONCEPTS,
    )


if __name__ == "__main__":
    main()
