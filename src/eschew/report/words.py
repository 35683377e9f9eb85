"""How numbers and findings are put into words. One place, so that terminal and page say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor
from re import sub
from typing import Any

from eschew.catalog.taxonomy import by_id
from eschew.lab.values import Comparison, Interval, Moved, Target

NOTHING = "–"
"""Stands where there is no value."""


def printable(text: str) -> str:
    """`text` without what could steer a terminal or turn a line around: such characters become a dot."""
    return "".join(c if c.isprintable() or c == "\n" else "·" for c in text)


def named(concept: str) -> str:
    """A concept as people say it: "vinyl-crackle" is "vinyl crackle". What the taxonomy does not know stays as it is."""
    entry = by_id().get(concept)
    return concept if entry is None else entry.wording


def titled(concept: str) -> str:
    """Make "vinyl crackle" "Vinyl crackle"; what is already upper case stays."""
    return concept[:1].upper() + concept[1:]


def percent(rate: float | None) -> str:
    """0.708 → "71 %". Halves go up; nothing short of all is called 100 %, nothing above none 0 %."""
    return NOTHING if rate is None else f"{_percent_digits(rate)} %"


def percent_range(interval: Interval) -> str:
    """(0.816, 1.0) → "82–100 %"."""
    low, high = interval
    return f"{_percent_digits(low)}–{_percent_digits(high)} %"


def _percent_digits(rate: float) -> str:
    whole = f"{floor(100 * rate + 0.5)}"
    if (whole == "100" and rate < 1) or (whole == "0" and rate > 0):
        # A Wilson bound of a full house is 1 up to rounding; 0.9999 is not worth a digit.
        finer = f"{100 * rate:.1f}"
        return whole if finer in ("100.0", "0.0") else finer
    return whole


def p_words(p_value: float) -> str:
    """A p-value as papers print it: "p < 0.001", "p = 0.039", "p = 1"."""
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {f'{p_value:.3f}'.rstrip('0').rstrip('.')}"


def signed(value: float) -> str:
    """Three digits, with a true minus: −0.42, +1.3, 0."""
    text = f"{value:+.3g}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def amount(value: float) -> str:
    """A plain number without needless zeros: 3, 0.42."""
    return f"{value:.6g}".replace("-", "−")


def moved_range(moved: Moved) -> str:
    """The interval of a measure: "−0.61 to −0.23"."""
    low, high = moved.ci95
    return f"{signed(low)} to {signed(high)}"


def moved_mean(moved: Moved) -> str:
    """The mean of a measure with its unit."""
    return f"{signed(moved.mean)} {moved.unit}".rstrip()


def duration(seconds: float) -> str:
    """42.31 → "42.3 s"; from two minutes on, "3 min 5 s"."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def unbroken(text: str) -> str:
    """`text` with numbers tied to their units and "p" to its value, for a page that wraps lines."""
    return sub(r"(?<=\d) (?=%)|(?<=\bp) (?=[<=])|(?<=\bp [<=]) ", "\N{NO-BREAK SPACE}", text)


def things(comparison: Comparison) -> str:
    """What the pairs of a comparison are made of: "clips" or "pictures"."""
    return "pictures" if comparison.modality == "image" else "clips"


def count(rate: float, of: int) -> int:
    """How many of `of` a rate stands for."""
    return round(rate * of)


def headline(target: Target, pairs: int, things: str = "clips") -> str:
    """One sentence a client can read: how often it was there, how often it still is, and how sure that is."""
    before, after = count(target.present_without, pairs), count(target.present_with, pairs)
    sentence = f"{titled(named(target.concept))}: in {before} of {pairs} {things} without the negative, in {after} with it"
    if target.removed is None:
        sentence += "; there was nothing to remove"
    else:
        interval = percent_range(target.removed_ci95)
        sentence += (
            f": removed in {percent(target.removed)} (95 % interval {interval}), {p_words(target.p_value)}"
        )
    if target.appeared:
        sentence += f". It appeared in {percent(target.appeared)} of the {things} that did not have it"
    return f"{sentence}."


def seed_words(seeds: Iterable[int]) -> str:
    """[0, 1, 2, 3, 7] → "0–3, 7"."""
    runs: list[list[int]] = []
    for seed in sorted(set(seeds)):
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs) or NOTHING


def knob(value: Any) -> str:
    """A plan's value as a reader expects it: numbers bare, lists with commas, nothing as a dash."""
    if value is None or value == "" or (isinstance(value, Sequence) and not value):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return amount(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(knob(item) for item in value)
    return printable(str(value))


def plural(number: int, one: str) -> str:
    """1 → "1 pair", 3 → "3 pairs"."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
