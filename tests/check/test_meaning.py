"""The parts that the contradiction rules are made of."""

from __future__ import annotations

import pytest

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.catalog.taxonomy import concepts
from eschew.check import check
from eschew.check.meaning import BROAD, COMPANIONS, FAMILIES, mentions
from eschew.check.negation import leading_negation, negated
from eschew.check.opposites import opposed, spoils, trims
from eschew.prompt import words
from eschew.request import Request


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


@pytest.mark.parametrize(
    ("prompt", "negative", "code"),
    [
        ("piano ballad", "piano", "ESC405"),
        ("a slow piano ballad with strings", "grand piano", "ESC406"),
        ("vocal house at 124 BPM", "vocals", "ESC405"),
        ("guitar pop", "guitar", "ESC405"),
        ("organ trio", "organ", "ESC405"),
        ("piano ballad", "long reverb", "ESC407"),
        ("piano ballad", "cowbell", ""),
        ("drum and bass", "cowbell", ""),
        ("big bass drum pattern", "bass", ""),
        ("piano ballad", "harsh piano", ""),
        ("piano ballad", "too much piano", ""),
    ],
)
def test_a_genre_asks_for_the_instrument_in_its_name(prompt: str, negative: str, code: str) -> None:
    findings = check(
        Request(prompt, negative, "ace-step-v1.5-base"), capabilities(model("ace-step-v1.5-base"))
    )
    clashing = {one.code for one in findings} & {"ESC405", "ESC406", "ESC407"}

    assert clashing == ({code} if code else set())
