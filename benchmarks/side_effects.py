"""What a negative costs the rest of the music: gentle methods against plain substitution that removes just as much.

    .venv/bin/python -m benchmarks.side_effects --pairs 48

Plain substitution puts the negative in the null's place in every step, and the stronger it is, the more it removes and
the more it changes. So each method is set beside the substitution whose strength removes the same share (`PLAIN`,
interpolated), on the same seeds and against the same clips, those of the model's own settings without a negative:

- lost: of the instruments and styles that were asked for and heard before, the share that is not heard after;
- fainter: how much fainter they are, the mean fall of their listeners' logits, where they were heard before;
- moved: mean distance in dB of the log-mel spectrograms of a pair. Most of it is the removal itself: crackle and hiss
  added to a clip move it by 4 to 13 dB;
- beyond: the same less what a placebo moves, words that name nothing of the matter in the same method (`--placebo`);
- music: the distance above a floor 35 dB under the clip's loudest cell. Of crackle and hiss, 0.1 dB is left there.

Every clip's readings are kept in `--folder`, and a stopped run goes on there. `--arms FILE` measures other settings:
{"late": {"method": "three-branch", "negative_scale": 4, "window": [0.3, 1]}}.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eschew import api
from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.codec import SAMPLE_RATE, log_mel
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.catalog.vocabulary import vocabulary
from eschew.lab.doctor import bare_of
from eschew.lab.experiments.placebo import placebo
from eschew.lab.listen import LISTENERS, heads, logits
from eschew.plan import Plan
from eschew.request import Request
from eschew.settings import settings

Floats = NDArray[np.float32]

MODEL = "nano-music"
PROMPT, NEGATIVE = api.DEMO_PAIRS[0]
TARGETS = ("vinyl-crackle", "tape-hiss")
ASKED = ("electric-piano", "lo-fi-hip-hop", "violin", "drums")
PLAIN = (1.0, 1.5, 2.0, 2.5, 3.5)
"""Strengths of plain substitution."""
GENTLE: Mapping[str, Mapping[str, Any]] = {
    "three-branch, late": {"method": "three-branch", "negative_scale": 4.5, "window": (0.4, 1.0)},
    "perp-neg, late": {"method": "perp-neg", "negative_scale": 4.5, "window": (0.4, 1.0)},
    "three-branch": {"method": "three-branch"},
    "perp-neg": {"method": "perp-neg"},
    "apg": {"method": "apg"},
}
"""Two chosen on six other seeds, and what a plan makes of no wishes: the preset measured for the model."""
DECIBEL = 20 / np.log(10)
MUSIC = 35.0 / DECIBEL
"""How far below the loudest cell of a spectrogram music is told from noise, in its own units."""
WORDS = {"window", "negative_scale", "guidance_scale", "knobs", "method"}


@dataclass(frozen=True)
class Row:
    """One clip: what is heard in it (logits), and how far it is from the unguided clip of its seed."""

    plan: str
    seed: int
    heard: Mapping[str, float]
    moved: float
    music: float
    passes: float


@dataclass(frozen=True)
class Effect:
    """One arm over all seeds. `removed` is over both targets, `lost` over all that was asked for."""

    arm: str
    removed: float
    lost: float
    fainter: float
    moved: float
    music: float
    passes: float
    beyond: float


def planned(wish: Mapping[str, Any], negative: str = NEGATIVE) -> Plan:
    """The plan of an arm."""
    given = dict(wish)
    unknown = given.keys() - WORDS
    if unknown:
        sys.exit(f"{sorted(unknown)[0]!r} is no setting of an arm")
    window = given.pop("window", None)
    return api.plan(Request(PROMPT, negative, MODEL, window=tuple(window) if window else None, **given))


def plain(strength: float, negative: str = NEGATIVE) -> Plan:
    """Substitution in every step."""
    return planned({"method": "cfg-substitution", "negative_scale": strength, "window": (0.0, 1.0)}, negative)


def other_words() -> str:
    """The placebo for the pair."""
    limits = capabilities(model(MODEL)).limits
    return placebo(PROMPT, NEGATIVE, "music", vocabulary(limits.tokenizer))


class Clips:
    """Readings of clips, made once and kept in a file, a line each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "rows.jsonl"
        self.backend = NanoBackend(MODEL)
        self.known: dict[tuple[str, int], Row] = {}
        self.bare = bare_of(plain(1.0))
        self.bare_mels: dict[int, Floats] = {}
        if self.file.exists():
            rows = (Row(**json.loads(line)) for line in self.file.read_text("utf-8").splitlines())
            self.known = {(row.plan, row.seed): row for row in rows}

    def rows(self, plans: Sequence[Plan], seeds: Iterable[int]) -> None:
        """Make what is missing, seed by seed."""
        wanted = [(p, s) for s in seeds for p in plans if (p.digest, s) not in self.known]
        with ThreadPoolExecutor(settings().workers) as pool, self.file.open("a", encoding="utf-8") as out:
            for done, row in enumerate(pool.map(lambda job: self.made(*job), wanted), 1):
                self.known[row.plan, row.seed] = row
                out.write(json.dumps(asdict(row)) + "\n")
                out.flush()
                sys.stderr.write(f"\r{done}/{len(wanted)} clips ")

    def made(self, plan: Plan, seed: int) -> Row:
        """One clip, heard, beside the unguided one."""
        sample = self.backend.sample(plan, seed)
        mel = log_mel(sample.audio)
        if seed not in self.bare_mels:
            own = plan == self.bare
            self.bare_mels[seed] = mel if own else log_mel(self.backend.sample(self.bare, seed).audio)
        before = self.bare_mels[seed]
        floor = before.max() - MUSIC
        heard = logits(sample.audio, SAMPLE_RATE)
        return Row(
            plan.digest,
            seed,
            {name: round(heard[name], 4) for name in (*TARGETS, *ASKED)},
            round(distance(before, mel), 4),
            round(distance(np.maximum(before, floor), np.maximum(mel, floor)), 4),
            sample.receipt.passes / sample.receipt.steps,
        )


def distance(one: Floats, other: Floats) -> float:
    """Mean absolute difference of two log-mel spectrograms, in dB."""
    return float(np.abs(one - other).mean() * DECIBEL)


def present(row: Row, concept: str) -> bool:
    """Whether a listener counts the concept as there."""
    head = next(heads(listener)[concept] for listener in LISTENERS if concept in heads(listener))
    return row.heard[concept] >= head.threshold


def gone(clips: Clips, plan: Plan, seeds: Sequence[int], names: Sequence[str]) -> float:
    """Of all that the unguided clips have of `names`, the share that the plan's have not."""
    pairs = [
        (clips.known[clips.bare.digest, seed], clips.known[plan.digest, seed], name)
        for seed in seeds
        for name in names
    ]
    after = [present(with_negative, name) for bare, with_negative, name in pairs if present(bare, name)]
    return 1.0 - sum(after) / len(after) if after else 0.0


def effect(clips: Clips, arm: str, plan: Plan, control: Plan | None, seeds: Sequence[int]) -> Effect:
    """What an arm did; `control` is the same with a placebo for a negative."""
    rows = [clips.known[plan.digest, seed] for seed in seeds]
    bares = [clips.known[clips.bare.digest, seed] for seed in seeds]
    falls = [
        bare.heard[name] - row.heard[name]
        for bare, row in zip(bares, rows, strict=True)
        for name in ASKED
        if present(bare, name)
    ]
    moved = mean(row.moved for row in rows)
    by_placebo = mean(clips.known[control.digest, seed].moved for seed in seeds) if control else np.nan
    return Effect(
        arm,
        gone(clips, plan, seeds, TARGETS),
        gone(clips, plan, seeds, ASKED),
        mean(falls),
        moved,
        mean(row.music for row in rows),
        mean(row.passes for row in rows),
        moved - by_placebo,
    )


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; NaN of nothing."""
    return float(np.mean(list(values)))


def at_removal(removed: float, ladder: Sequence[Effect]) -> Effect:
    """Plain substitution at the strength that just removes as much, between two rungs of `ladder` (rising)."""
    for low, high in pairwise(ladder):
        if low.removed <= removed <= high.removed and high.removed > low.removed:
            share = (removed - low.removed) / (high.removed - low.removed)
            between = {
                name: getattr(low, name) + share * (getattr(high, name) - getattr(low, name))
                for name in (*COLUMNS, "passes")
            }
            return Effect(f"between {low.arm} and {high.arm}", removed, **between)
    return ladder[-1] if removed > ladder[-1].removed else ladder[0]


COLUMNS = ("lost", "fainter", "moved", "music", "beyond")


def show(found: Sequence[Effect], ladder: Sequence[Effect]) -> None:
    """Both tables, Markdown; in brackets the ratio to plain substitution at equal removal, and that one's figure."""
    head = " | ".join(COLUMNS)
    print(f"\n| plain substitution at | removed | {head} |\n|---|---|---|---|---|---|---|")
    for rung in ladder:
        cells = " | ".join(f"{getattr(rung, name):.3f}" for name in COLUMNS)
        print(f"| {rung.arm} | {rung.removed:.3f} | {cells} |")
    print(f"\n| method | removed | passes | {head} |\n|---|---|---|---|---|---|---|---|")
    for one in found:
        same = at_removal(one.removed, ladder)
        cells = " | ".join(beside(getattr(one, name), getattr(same, name)) for name in COLUMNS)
        print(f"| {one.arm} | {one.removed:.3f} | {one.passes:.2f} | {cells} |")


def beside(value: float, plainly: float) -> str:
    """A figure and that of plain substitution; with a ratio where both are positive."""
    ratio = f"{value / plainly:.2f} × " if plainly > 0 and value >= 0 else "beside "
    return f"{value:.3f} ({ratio}{plainly:.3f})"


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--arms", type=Path, help="a JSON file: name → settings")
    parser.add_argument("--placebo", action="store_true", help="run every arm with a placebo, too")
    parser.add_argument("--folder", type=Path, default=Path("runs/side-effects"))
    asked = parser.parse_args()
    arms = json.loads(asked.arms.read_text("utf-8")) if asked.arms else GENTLE
    seeds = range(asked.first_seed, asked.first_seed + asked.pairs)
    rungs = {f"{strength:g}": plain(strength) for strength in PLAIN}
    gentle = {name: planned(wish) for name, wish in arms.items()}
    controls: dict[str, Plan] = {}
    if asked.placebo:
        words = other_words()
        controls = {f"{strength:g}": plain(strength, words) for strength in PLAIN}
        controls |= {name: planned(wish, words) for name, wish in arms.items()}
    clips = Clips(asked.folder)
    clips.rows([clips.bare, *rungs.values(), *gentle.values(), *controls.values()], seeds)
    ladder = [effect(clips, name, plan, controls.get(name), seeds) for name, plan in rungs.items()]
    found = [effect(clips, name, plan, controls.get(name), seeds) for name, plan in gentle.items()]
    show(found, sorted(ladder, key=lambda rung: rung.removed))


if __name__ == "__main__":
    main()
