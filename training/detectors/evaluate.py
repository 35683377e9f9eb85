"""Judge every detector, on fresh renders of the world and on clips made with other people's effects.

    python -m training.detectors.evaluate --material DIR DIR --out FILE.json [--heldout 400]

`--material` is what `training.detectors.others` and `training.detectors.more` made. The held-out renders are clips of a seed stream that nothing was
trained on, with the world's own effects. Writes one JSON object, the same bytes for the same detectors and material:

    {concept: {"detector", "heldout": {...} or null, "others": {...} or null}}

each with the counts, the area under the ROC curve, and the error rates at the shipped threshold, with 95 % intervals.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from eschew.errors import EschewError, FileError, KnobError
from eschew.lab.detectors import detectors, read_clip
from eschew.lab.statistics import Z95, wilson
from eschew.lab.values import Interval, Reading
from training.music.effects import CHARACTERS
from training.music.instruments import NAMES
from training.music.render import SAMPLE_RATE, Player
from training.music.styles import STYLES
from training.music.world import draw

Json = dict[str, Any]

SEED = 990002
BASSES = frozenset({"upright-bass", "electric-bass", "synth-bass"})
VOICES = frozenset({"male-vocal", "female-vocal"})
VOICE_LIKE = frozenset({"choir", "vocoder"})
WORLD = frozenset({*CHARACTERS, *NAMES, *(s.name for s in STYLES), "bass", "vocals"})
"""Every concept that the facts of a render decide."""


@dataclass(frozen=True)
class Trial:
    """One reading beside the truth. `group` is the tool that treated the clip, "" for a render."""

    reading: Reading
    present: bool
    group: str


def auc(positives: NDArray[np.float64], negatives: NDArray[np.float64]) -> float:
    """Area under the ROC curve: the share of pairs in the right order, ties counting half (Mann & Whitney 1947)."""
    ranked = np.sort(negatives)
    below = np.searchsorted(ranked, positives, side="left")
    not_above = np.searchsorted(ranked, positives, side="right")
    return float((below + not_above).sum() / (2 * positives.size * negatives.size))


def auc_interval(area: float, positives: int, negatives: int) -> Interval:
    """95 % interval of an area under the ROC curve, after Newcombe (2006, part 2, method 5).

    A score interval: unlike a bootstrap or DeLong's it does not shrink to a point where every pair is in order. It is
    the range of true areas from which the one found is at most 1.96 standard errors away.
    """

    def too_far(true: float) -> bool:
        half = (positives + negatives) / 2 - 1
        spread = true * (1 - true) * (1 + half * ((1 - true) / (2 - true) + true / (1 + true)))
        return (area - true) ** 2 > Z95**2 * spread / (positives * negatives)

    def edge(far: float) -> float:
        near = area
        if not too_far(far):
            return far
        for _ in range(60):
            middle = (near + far) / 2
            near, far = (near, middle) if too_far(middle) else (middle, far)
        return near

    return (edge(0.0), edge(1.0))


def judge(trials: list[Trial]) -> Json | None:
    """What the trials of one concept say, or None if they do not have both kinds of clip."""
    positives = np.array([t.reading.score for t in trials if t.present])
    negatives = np.array([t.reading.score for t in trials if not t.present])
    if not positives.size or not negatives.size:
        return None
    area = auc(positives, negatives)
    found = {
        "positives": positives.size,
        "negatives": negatives.size,
        "auc": _rounded(area),
        "auc_ci95": [_rounded(x) for x in auc_interval(area, positives.size, negatives.size)],
        "missed": _rate([not t.reading.present for t in trials if t.present]),
        "false_alarms": _rate([t.reading.present for t in trials if not t.present]),
    }
    tools = sorted({t.group for t in trials} - {""})
    if not tools:
        return found
    groups = {tool: [t for t in trials if t.group == tool] for tool in tools}
    return {**found, "by_tool": {tool: _by_tool(group, negatives) for tool, group in groups.items()}}


def _by_tool(trials: list[Trial], negatives: NDArray[np.float64]) -> Json:
    """A tool either brings the concept, and is set against every clip without it, or may raise a false alarm."""
    positives = np.array([t.reading.score for t in trials if t.present])
    found: Json = {}
    if positives.size:
        area = auc(positives, negatives)
        found["auc"] = _rounded(area)
        found["auc_ci95"] = [_rounded(x) for x in auc_interval(area, positives.size, negatives.size)]
        found["missed"] = _rate([not t.reading.present for t in trials if t.present])
    if alarms := [t.reading.present for t in trials if not t.present]:
        found["false_alarms"] = _rate(alarms)
    return found


def _rate(errors: list[bool]) -> Json:
    low, high = wilson(sum(errors), len(errors))
    share = sum(errors) / len(errors)
    return {"n": len(errors), "rate": _rounded(share), "ci95": [_rounded(low), _rounded(high)]}


def _rounded(value: float) -> float:
    return round(value, 4)


def heldout_trials(clips: int, judged: frozenset[str]) -> Iterable[Trial]:
    """Fresh clips of the world with its own effects; what is true of them is what was drawn."""
    player = Player()
    for index in range(clips):
        facts, audio = draw(np.random.default_rng([SEED, index]), player)
        true = {*facts.characters, *facts.players, facts.style}
        true |= {name for name, members in (("bass", BASSES), ("vocals", VOICES)) if members & true}
        unclear = {"vocals"} if true & VOICE_LIKE else set()
        for reading in read_clip(audio, SAMPLE_RATE, (judged & WORLD) - unclear):
            yield Trial(reading, reading.concept in true, "")


def other_trials(material: Path, judged: frozenset[str]) -> Iterable[Trial]:
    """Clips made with other people's effects, as far as `labels.jsonl` has a label for them; FileError without it."""
    path = material / "labels.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        hint = "make it with: python -m training.detectors.others --out DIR, or …more"
        raise FileError(f"cannot read {path}", where="--material", why=str(error), hint=hint) from error
    labels: dict[str, dict[str, dict[str, object]]] = {}
    for row in rows:
        labels.setdefault(row["file"], {})[row["concept"]] = row
    for file, concepts in sorted(labels.items()):
        try:
            audio, rate = soundfile.read(material / file, dtype="float32")
        except soundfile.LibsndfileError as error:
            raise FileError(f"cannot read {file}", where="--material", why=str(error)) from error
        for reading in read_clip(audio, rate, judged & concepts.keys()):
            row = concepts[reading.concept]
            yield Trial(reading, bool(row["present"]), str(row["tool"]))


def evaluate(material: Sequence[Path], heldout: int, judged: frozenset[str]) -> dict[str, Json]:
    """Concept → its detector, and how it does on either kind of clip."""
    kinds = {
        "heldout": list(heldout_trials(heldout, judged)),
        "others": [t for folder in material for t in other_trials(folder, judged)],
    }
    names = {t.reading.concept: t.reading.detector for trials in kinds.values() for t in trials}
    return {
        concept: {
            "detector": names[concept],
            **{k: judge([t for t in trials if t.reading.concept == concept]) for k, trials in kinds.items()},
        }
        for concept in sorted(names)
    }


def main() -> None:
    """Evaluate, write the JSON, and say the areas."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--material", type=Path, required=True, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--heldout", type=int, default=400, help="how many fresh renders")
    parser.add_argument("--only", nargs="*", help="judge these concepts, and keep what --out says of others")
    args = parser.parse_args()
    try:
        if args.heldout < 1:
            raise KnobError(f"{args.heldout} clips are none", where="--heldout", hint="a number from 1 up")
        known = frozenset(d.concept for d in detectors())
        judged = known & set(args.only) if args.only else known
        kept = json.loads(args.out.read_text("utf-8")) if args.only else {}
        results = {**kept, **evaluate(args.material, args.heldout, judged)}
        temporary = args.out.with_name(args.out.name + ".tmp")
        temporary.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        temporary.replace(args.out)
    except OSError as error:
        raise SystemExit(f"cannot read or write a file\nwhy: {error}") from None
    except EschewError as error:
        raise SystemExit(str(error)) from None
    for concept, result in results.items():
        areas = (f"{kind} {found['auc']:.3f}" for kind in ("heldout", "others") if (found := result[kind]))
        print(f"{concept:20} {', '.join(areas)}")


if __name__ == "__main__":
    main()
