"""Each dialect against pairs written by hand from its rules; their format is in `golden/README.md`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from eschew.prompt import DIALECTS, Phrase, convert, normal, parse, phrases, render

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Pair:
    """A prompt as typed, and the lines below it."""

    text: str
    lines: tuple[str, ...]


def pairs(name: str) -> list[Pair]:
    """All pairs of one file."""
    found: list[tuple[str, list[str]]] = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(">"):
            found.append((line[2:].replace("⏎", "\n"), []))
        elif line and not line.startswith("#"):
            found[-1][1].append(line)
    return [Pair(text, tuple(lines)) for text, lines in found]


def spoken(phrase: Phrase) -> str:
    """A phrase as a line of a golden file."""
    line = f"{phrase.weight:.6g} " + phrase.text.strip().replace("\n", "⏎")
    notes = " ".join(_notes(phrase))
    return f"{line} @ {notes}" if notes else line


def _notes(phrase: Phrase) -> Iterator[str]:
    when, part = phrase.when, phrase.part
    if when.after_share is not None:
        yield f"after {when.after_share}"
    if when.after_step is not None:
        yield f"after {when.after_step}"
    if when.until_share is not None:
        yield f"until {when.until_share}"
    if when.until_step is not None:
        yield f"until {when.until_step}"
    if when.never:
        yield "never"
    elif when.turns > 1:
        yield f"turn {when.turn + 1}/{when.turns}"
    if part.join:
        yield f"part {part.index + 1} {part.join} {part.weight:.6g}"
    if phrase.chunk:
        yield f"chunk {phrase.chunk + 1}"


CASES = [pytest.param(name, pair, id=f"{name}: {pair.text}") for name in DIALECTS for pair in pairs(name)]


@pytest.mark.parametrize(("dialect", "pair"), CASES)
def test_a_model_hears_what_the_rules_say(dialect: str, pair: Pair) -> None:
    prompt = parse(pair.text, dialect)
    heard = [line for line in pair.lines if not line.startswith("= ")]

    assert [spoken(phrase) for phrase in phrases(prompt)] == ([] if heard == ["nothing"] else heard)
    assert render(prompt) == pair.text
    for line in pair.lines:
        if line.startswith("= "):
            assert normal(prompt).source.replace("\n", "⏎") == line[2:]


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.text) for pair in pairs("convert")])
def test_a_conversion_keeps_the_meaning_or_says_what_it_lost(pair: Pair) -> None:
    languages, text = pair.text.split(": ", 1)
    source, target = languages.split(" → ")
    wanted, *lost = pair.lines

    found = convert(text, source, target)

    assert found.text == wanted
    assert len(found.losses) == len(lost)
    for line, loss in zip(lost, found.losses, strict=True):
        assert line.removeprefix("! ") in str(loss)


def test_there_are_enough_pairs_and_a_file_for_every_dialect() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {*DIALECTS, "convert"}
    assert len(CASES) + len(pairs("convert")) >= 150
