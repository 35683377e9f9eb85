"""The parts that the contradiction rules are made of."""

from __future__ import annotations

import pytest

from eschew.catalog.taxonomy import concepts
from eschew.check.meaning import BROAD, COMPANIONS, FAMILIES, mentions
from eschew.check.negation import leading_negation, negated
from eschew.check.opposites import opposed, spoils, trims
from eschew.prompt import words


def test_every_concept_named_in_the_code_exists() -> None:
    known = {concept.id for concept in concepts()}
    named = {*FAMILIES, *COMPANIONS, *BROAD}
    for members in (*FAMILIES.values(), *COMPANIONS.values()):
        named |= set(members.split())

    assert named - known == set()


def test_the_longest_wording_is_found_first() -> None:
    found = mentions(words("gated reverb snare and a drum machine"), "music")

    assert [mention.concepts for mention in found] == [("gated-reverb",), ("drum-machine",)]


def test_a_wording_does_not_reach_over_a_preposition() -> None:
    found = mentions(words("funk with slap bass"), "music")

    assert [mention.words for mention in found] == [("funk",), ("slap", "bass")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("short reverb", "long reverb", True),
        ("male vocals", "a woman singing", True),
        ("red apple", "green apple", True),
        ("long reverb", "hall reverb", False),
        ("piano", "guitar", False),
    ],
)
def test_opposed(one: str, other: str, expected: bool) -> None:
    assert opposed(one.split(), other.split()) is expected
    assert opposed(other.split(), one.split()) is expected


def test_trims_and_spoils() -> None:
    assert trims("too much bass")
    assert not trims("bass")
    assert spoils("harsh cymbals")
    assert spoils("overproduced")
    assert not spoils("overdriven guitar")


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("no text", "text"),
        ("without any people", "people"),
        ("please don't add a watermark", "watermark"),
        ("Do not include logos", "logos"),
        ("avoid harsh light", "harsh light"),
        ("no wave", "no wave"),
        ("not safe for work", "not safe for work"),
        ("notes", "notes"),
        ("no", "no"),
        ("nothing", "nothing"),
    ],
)
def test_leading_negation(text: str, thing: str) -> None:
    assert text[leading_negation(text) :] == thing


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("slow pads, no drums", ["no drums"]),
        ("empty street without people or cars", ["without people or cars"]),
        ("no drums but a loud bass", ["no drums"]),
        ("a noise-free recording", ["noise-free"]),
        ("free jazz", []),
        ("a note on nothing", []),
    ],
)
def test_negated(text: str, gone: list[str]) -> None:
    assert [text[one.start : one.end] for one in negated(text)] == gone
