"""eschew's readers against the parsers that people's prompts really meet, on golden, hand-made and generated texts.

Weights are compared character by character; white space is not, because Compel joins words by single blanks.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from eschew.prompt import ALWAYS, parse, phrases

from .peers import Heard, a1111_hears, compel_hears, ours
from .test_golden import pairs

WORDS = ("cat", "blurry", "hi-res", "soft light", "two dogs", "o'clock", "naïve", "夜", "80s", "film grain")

BY_HAND = {
    "compel": (
        "a cat playing with a ball++ in the forest",
        "a cat playing with a ball-- in the forest",
        "portrait of a woman, (detailed eyes)1.3, soft light, film grain--",
        "mountain, a cat, (mist)1.4, ((fog)0.8 low)1.2",
        '"studio light"1.2, (soft "rim light"+)0.9',
        "(oil painting)1.2 of a ((red)+ fox)-, night",
        '("a red fox", "a blue bird").blend(0.6, 0.4)',
        '("low quality", "watermark text").and(1, 0.5)',
        "cat.swap(dog) on a mat",
        "vinyl crackle++, tape hiss, (long reverb)0.6",
    ),
    "a1111": (
        "a (((house:1.3)) roof) on a (hill:0.5), sun, (((sky))).",
        "(blurry:1.5), watermark, [text], ((low quality))",
        "worst quality, (bad anatomy:1.21), [extra (fingers)]",
        "(a (b [c (d:0.5)]):1.2) e",
        "first part BREAK (second part:1.2) BREAK [third]",
        r"\(not a group\), (a group \(with brackets\):1.3)",
        "(unclosed, [still open",
        "stray) closers] here",
        "(x: 1.2 ), (y:-0.5), (z:+2)",
        "crossed ([brackets)] here",
    ),
}

DIFFERENT = {
    # dialect → text → why eschew hears it otherwise, on purpose
    "compel": {
        r"80\+": "Compel leaves the backslash of every escape but those of brackets and quotes in the text",
        r"word\-": "the same",
        '(a "b) c"': "a quote with a lone bracket in it is no quote to Compel, and here the bracket is the odd one out",
    },
    "a1111": {},
}


def hears(dialect: str) -> Callable[[str], tuple[Heard, ...] | None]:
    return {"compel": compel_hears, "a1111": a1111_hears}[dialect]


def comparable(dialect: str, text: str) -> bool:
    """Whether the peer's grammar covers the text: A1111's packaged one has no schedules and no AND."""
    said = phrases(parse(text, dialect))
    return dialect == "compel" or all(one.when == ALWAYS and not one.part.join for one in said)


def generated(dialect: str, count: int) -> list[str]:
    """Texts in the dialect's own syntax, nested up to three deep; the same at every run."""
    rng = random.Random(20261121)
    return [", ".join(_piece(rng, dialect, 3) for _ in range(rng.randint(1, 4))) for _ in range(count)]


def _piece(rng: random.Random, dialect: str, depth: int) -> str:
    if depth == 0 or rng.random() < 0.35:
        return rng.choice(WORDS)
    inner = " ".join(_piece(rng, dialect, depth - 1) for _ in range(rng.randint(1, 2)))
    number = f"{rng.choice((0, 0.5, 0.8, 1, 1.25, 1.5, 2)):.4g}"
    if dialect == "a1111":
        ways = (f"({inner})", f"[{inner}]", f"({inner}:{number})", f"(({inner}))", rf"\({inner}\)")
        return rng.choice(ways)
    signs = rng.choice("+-") * rng.randint(1, 3)
    word = rng.choice(("cat", "blurry", "fox"))
    real = number if "." in number else f"{number}.0"
    return rng.choice(
        (f"({inner}){real}", f"({inner}){signs}", f"{word}{signs}", f"({inner}).attend({real})")
    )


@pytest.mark.parametrize("dialect", ["compel", "a1111"])
def test_the_golden_pairs_are_what_the_peer_hears(dialect: str) -> None:
    texts = [pair.text for pair in pairs(dialect) if comparable(dialect, pair.text)]
    both = [(text, hears(dialect)(text)) for text in texts]
    parsed = [(text, heard) for text, heard in both if heard is not None]
    otherwise = {text for text, heard in parsed if ours(phrases(parse(text, dialect))) != heard}

    assert len(parsed) >= 40
    assert otherwise == set(DIFFERENT[dialect])


@pytest.mark.parametrize(("dialect", "text"), [(name, text) for name in BY_HAND for text in BY_HAND[name]])
def test_texts_as_people_write_them(dialect: str, text: str) -> None:
    assert ours(phrases(parse(text, dialect))) == hears(dialect)(text)


@pytest.mark.parametrize("dialect", ["compel", "a1111"])
def test_generated_texts(dialect: str) -> None:
    texts = list(dict.fromkeys(generated(dialect, 150)))
    both = [(text, hears(dialect)(text)) for text in texts]
    parsed = [(text, heard) for text, heard in both if heard is not None]

    assert len(parsed) >= 100
    assert len(parsed) / len(texts) > 0.95
    assert [text for text, heard in parsed if ours(phrases(parse(text, dialect))) != heard] == []
