"""Looser readings of a wording that no list holds: what only stresses is dropped, words are mended, split or joined.

Each step costs confidence. Nothing here decides what a wording means; it offers other spellings to look up.
"""

from __future__ import annotations

from collections.abc import Container

from eschew.catalog.lexicon import Lexicon
from eschew.catalog.wording import FILLERS, stem, words_of

__all__ = ["STRESSING", "looser", "mended"]

STRESSING = frozenset(
    words_of(
        "super way ultra insanely crazy ridiculously incredibly pretty quite rather fairly "
        "kinda sorta somewhat bit slight subtle severe major minor total totally completely fully entirely constant "
        "constantly stupid damn bloody freaking whatsoever anywhere present visible audible prominent distracting "
        "unneeded unnecessary undesired unintended gratuitous pls ever again everywhere "
        "throughout sounding looking seeming obnoxious "
        "intrusive excess typical usual super-duper mega heavily strongly clearly blatant pronounced "
        "needless persistent occasional"
    )
)
"""Words that say how much or how welcome. Unlike fillers they may belong to a name ("major third"): dropped last."""

BLOWN_UP = ("over", "super", "hyper", "ultra", "mega", "extra")
ENDINGS = (
    "like", "esque", "ier", "iest", "er", "est", "able", "ful", "ation", "ization", "ized", "izing", "ism", "ist",
    "ity", "al", "ic", "age", "ment",
)  # fmt: skip
SHORTEST_MENDED = 6
"""Letters from which on a word with one slip is recognised; a shorter one is too often another word."""
SHORTEST_PART = 3


def looser(words: Lexicon, folded: str) -> tuple[tuple[str, float], ...]:
    """Other readings of `folded`, with what is left of its confidence, the nearest first."""
    out: list[tuple[str, float]] = []
    plain = " ".join(word for word in folded.split() if word not in STRESSING)
    if plain and plain != folded:
        out.append((plain, 0.93))
    for text, share in ((folded, 1.0), (plain, 0.93)):
        joined, certainty = mended(words, tuple(text.split()))
        if joined and " ".join(joined) != text:
            out.append((" ".join(joined), share * certainty))
    return tuple(dict.fromkeys(out))


def mended(words: Lexicon, parts: tuple[str, ...]) -> tuple[tuple[str, ...], float]:
    """`parts` with unknown words joined, split, cut to a known root or freed of one slip, and how sure that is."""
    out: list[str] = []
    certainty = 1.0
    at = 0
    while at < len(parts):
        word = parts[at]
        following = parts[at + 1] if at + 1 < len(parts) else ""
        if following and word in BLOWN_UP and stem(word + following) in words.evidence:
            out.append(word + following)
            at += 1
        elif is_known(words, word):
            out.append(word)
        elif following and stem(word + following) in words.evidence:
            out.append(word + following)
            certainty *= 0.95
            at += 1
        else:
            found, cost = mend(words, word)
            out.extend(found)
            certainty *= cost
        at += 1
    return tuple(out), certainty


def is_known(words: Lexicon, word: str) -> bool:
    """Whether a word needs no mending."""
    return word in FILLERS or word in STRESSING or word in words.exact or stem(word) in words.evidence


def mend(words: Lexicon, word: str) -> tuple[tuple[str, ...], float]:
    """One unknown word as known ones; itself when nothing fits."""
    for first in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        # "lowend", "hisstape": both halves must be words that the lexicon lists, not only stems it has met.
        if _is_whole(words, word[:first]) and _is_whole(words, word[first:]):
            return (word[:first], word[first:]), 0.92
    for prefix in BLOWN_UP:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= 4 and stem(rest) in words.evidence:
            return (rest,), 0.85
    for ending in ENDINGS:
        root = word.removesuffix(ending)
        if root != word and len(root) >= 4:
            for candidate in (root, root + "e", root + "y"):
                if stem(candidate) in words.evidence:
                    return (candidate,), 0.85
    if len(word) >= SHORTEST_MENDED:
        near = slips(word, words.evidence)
        if len(near) == 1:
            return near, 0.8
    return (word,), 1.0


def _is_whole(words: Lexicon, word: str) -> bool:
    token = stem(word)
    return len(token) >= SHORTEST_PART and token in words.evidence and word not in FILLERS


def slips(word: str, known: Container[str]) -> tuple[str, ...]:
    """Known stems that one letter changed, lost, added or swapped makes of `word`."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found: dict[str, None] = {}
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        tries = [head + letter + tail for letter in letters]
        if tail:
            tries.append(head + tail[1:])
            tries += [head + letter + tail[1:] for letter in letters]
        if len(tail) > 1:
            tries.append(head + tail[1] + tail[0] + tail[2:])
        for one in tries:
            token = stem(one)
            if len(token) >= SHORTEST_MENDED - 2 and token in known:
                found[token] = None
    return tuple(found)
