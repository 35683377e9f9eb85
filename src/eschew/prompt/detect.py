"""Which dialect a text seems to be written in, from signs that mean nothing in the others."""

from __future__ import annotations

import re

__all__ = ["detect_dialect"]

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"

SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("neutral", re.compile(rf"\{{(?:weight {NUMBER}:|switch at |turns:|break\}}|(?:compose|blend|concat) )")),
    ("compel", re.compile(r"\)\.(?:blend|and|attend|swap)\(|\w\.swap\(")),
    ("compel", re.compile(r'(?:\)|"[^"\n]+")(?:\++|-+(?!\w)|\d*\.\d+|\d(?![\w.]))')),
    # One sign is not enough: there are names that end in a plus.
    ("compel", re.compile(r"(?:^|(?<=[\s,]))[^\W\d_]{3,}(?:\+\++|--+)(?=[\s,]|$)")),
    ("comfy", re.compile(r"\bembedding:\w")),
    ("a1111", re.compile(r"\bBREAK\b|\bAND\b|<(?:lora|hypernet|lyco):")),
    ("a1111", re.compile(rf":\s*{NUMBER}\s*+[\])]|\[[^\[\]|\n]*\|[^\[\]\n]*\]")),
    # A single pair of square brackets is more often a lyric tag, `[Instrumental]`, than a weight.
    ("a1111", re.compile(r"(?<!\\)(?:\(\([^()\n]|\[\[[^\[\]\n])|(?:^|,)\s*+\([^()\n]+\)\s*+(?:,|$)|\\[()]")),
)
"""Tried in order; the first that is found decides. `(x:1.3)` is A1111's, for at depth 1 ComfyUI means the same."""

ENOUGH = 20_000
"""Only this many characters are looked at: a syntax shows early."""


def detect_dialect(text: str) -> str:
    """The likeliest dialect of `text`; `plain` if nothing speaks for another."""
    start = text[:ENOUGH]
    return next((name for name, sign in SIGNS if sign.search(start)), "plain")
