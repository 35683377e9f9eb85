"""Words that tell two things of one kind apart, words that only ask for less, and words for the bad form of a thing."""

from __future__ import annotations

from collections.abc import Iterable

from eschew.catalog.wording import stem

__all__ = ["opposed", "same_side", "spoils", "trims"]

SIDES = tuple(
    tuple(frozenset(stem(word) for word in side.split()) for side in pair.split("/"))
    for pair in (
        "male man men boy boys tenor baritone / female woman women girl girls soprano alto",
        "short small tight close / long huge big large hall cathedral endless",
        "soft gentle quiet smooth / harsh hard loud aggressive",
        "acoustic nylon / electric electronic digital synth",
        "dry / wet",
        "bright light / dark",
        "warm hot / cold icy",
        "fast quick / slow",
        "high / low deep",
        "old vintage antique / new modern young contemporary",
        "day daytime daylight / night nighttime",
        "indoor inside / outdoor outside",
        "thick fat full / thin",
        "wide / narrow",
        "near close / far distant",
        "single one solo / multiple many two several",
        "summer / winter / spring / autumn",
        "black / white / red / green / blue / yellow / orange / purple / pink / brown / gray / golden / silver",
        "upright grand acoustic / electric toy prepared",
        "upright double / bass drum",
        "left / right",
        "front / back rear",
    )
)
"""Each row holds sides that exclude each other."""

TRIMMING = frozenset(
    {
        "too",
        "overly",
        "excessive",
        "excessively",
        "excess",
        "extreme",
        "extremely",
        "unwanted",
        "overpowering",
        "heavyhanded",
    }
)
SPOILT_WORDS = (
    "bad badly ugly deformed malformed mutated mutilated disfigured poor poorly wrong extra missing fused broken "
    "harsh muddy boomy tinny shrill piercing screechy squeal squeaky splashy cheap fake amateur amateurish clumsy awkward weird "
    "strange creepy sloppy buried off out unbalanced uneven crooked distorted low worst lowest worse inaccurate unnatural "
    "unrealistic cluttered messy dirty noisy clipped generic boring artificial plastic aggressive brittle honky nasal"
)
SPOILT = frozenset(stem(word) for word in SPOILT_WORDS.split())
NOT_OVER = (
    "overdriv",
    "overdub",
    "overhead",
    "overcast",
    "overlay",
    "overlaid",
    "overture",
    "overton",
    "overall",
    "overgrown",
)


def opposed(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two wordings stand on different sides: "short reverb" and "long reverb"."""
    mine, theirs = {stem(word) for word in one}, {stem(word) for word in other}
    for sides in SIDES:
        on = {at for at, side in enumerate(sides) if side & mine}
        off = {at for at, side in enumerate(sides) if side & theirs}
        if on and off and not on & off:
            return True
    return False


def same_side(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two wordings lean the same way: "hard shadows" and "harsh shadows"."""
    mine, theirs = {stem(word) for word in one}, {stem(word) for word in other}
    return any(side & mine and side & theirs for sides in SIDES for side in sides)


def trims(folded: str) -> bool:
    """Whether a negative asks for less of a thing, not for none: "too much bass"."""
    return any(word in TRIMMING for word in folded.split())


def spoils(folded: str) -> bool:
    """Whether a negative names the bad form of a thing: "harsh cymbals", "overproduced"."""
    return folded.startswith("over ") or any(
        stem(word) in SPOILT or (word.startswith("over") and len(word) > 6 and not word.startswith(NOT_OVER))
        for word in folded.split()
    )
