"""How two ways of writing the same thing are seen to be the same: folding, stems, clauses, negation words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["clauses", "fold", "plain_words", "squash", "stem", "stems", "without_negation", "words_of"]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a list written as running text."""
    return tuple(text.split())


MAX_CLAUSE = 400
"""Characters of one clause that are looked at. A longer one is prose, and its start says enough."""

# British and older spellings, as whole letters inside a word. The lexicon is folded the same way.
SPELLINGS = (
    ("colour", "color"),
    ("centre", "center"),
    ("grey", "gray"),
    ("artefact", "artifact"),
    ("analogue", "analog"),
    ("jewellery", "jewelry"),
    ("mould", "mold"),
    ("theatre", "theater"),
    ("vapour", "vapor"),
    ("humour", "humor"),
    ("armour", "armor"),
    ("draught", "draft"),
    ("synthesis", "synthesiz"),
    ("organis", "organiz"),
    ("minimis", "minimiz"),
    ("maximis", "maximiz"),
    ("stylis", "styliz"),
    ("equalis", "equaliz"),
    ("quantis", "quantiz"),
    ("posteris", "posteriz"),
    ("robotis", "robotiz"),
    ("computeris", "computeriz"),
    ("pixelis", "pixeliz"),
    ("aestheti", "estheti"),
    ("lo fi", "lofi"),
    ("hi fi", "hifi"),
    ("auto tune", "autotune"),
    ("hip hop", "hiphop"),
)

# What people put in front of the thing they do not want. The longest come first.
NEGATION = re.compile(
    r"^(?:(?:please|and|or|but|also|with|absolutely|definitely|i|we|it|must|should|shall|has|have|contains?)\s+)*"
    r"(?:do not (?:want|include|use|add|show)|dont (?:want|include|use|add|show)|does not (?:have|include)|"
    r"must not (?:have|include)|should not (?:have|include|be)|not be|without|avoid(?:ing)?|exclud(?:e|ing)|"
    r"remov(?:e|ing)|get rid of|stay away from|never|none of|no more|no|not|minus|stop|zero)"
    r"\s+(?:(?:any|some|the|a|an|of|to|this|that|sort|kind|type|sounding|like)\s+)*"
)

# Words that say how much, how often or whose; they never say what. A wording is looked up whole before they are
# dropped, so "out of tune" stays findable.
FILLERS = frozenset(
    words_of(
        "a an the of to and or any some with in on at for by from is are be it its this that these those too much "
        "many very overly really so extremely excessive excessively unwanted annoying noticeable obvious slightly "
        "little sort kind type style please just more most all every other such as than over into per you your my"
    )
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`text` in lower case without accents, hyphens, quotes, weights or British spellings, single-spaced."""
    flat = unicodedata.normalize("NFKD", text[:MAX_CLAUSE].casefold())
    flat = "".join(char for char in flat if not unicodedata.combining(char))
    flat = re.sub(r":\s*-?\d+(?:\.\d+)?(?=\s*\)|$)", " ", flat)  # the 1.3 of (blurry:1.3)
    flat = re.sub(r"['’`´]", "", flat).replace("&", " and ")
    flat = " ".join(re.sub(r"[^\w+#.]|_|(?<!\d)\.|\.(?!\d)", " ", flat).split())
    for old, new in SPELLINGS:
        flat = flat.replace(old, new)
    return flat


def without_negation(folded: str) -> str:
    """`folded` without the negation it opens with: "no autotune" is about autotune. Never empties a text."""
    while True:
        shorter = NEGATION.sub("", folded, count=1).strip()
        if not shorter or shorter == folded:
            return folded
        folded = shorter


def plain_words(folded: str) -> tuple[str, ...]:
    """The words of a folded text that say what, in order; all of them when every one is a filler."""
    words = folded.split()
    return tuple(word for word in words if word not in FILLERS) or tuple(words)


def squash(folded: str) -> str:
    """`folded` without spaces: "chip tune" and "chiptune" are one word."""
    return folded.replace(" ", "")


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The part of an English word that its plural, past, -ing, -y, -ion and -ness forms share.

    Cruder than Porter's: it only has to send the same word to the same place, not to be a word.
    """
    for ending, floor in (("ness", 3), ("ing", 3), ("ion", 3), ("ed", 3), ("ly", 4), ("ish", 4)):
        root = word.removesuffix(ending)
        if root != word and len(root) >= floor and re.search(r"[aeiouy]", root):
            if ending == "ion" and root[-1] not in "st":
                continue
            word = root
            break
    else:
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3]
        elif word.endswith(("ches", "shes", "sses", "xes")) and len(word) > 4:
            word = word[:-2]
        elif word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3:
            word = word[:-1]
    if len(word) > 3 and word[-1] in "eyi":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def stems(folded: str) -> tuple[str, ...]:
    """Stems of the words of a folded text that say what, in order."""
    return tuple(stem(word) for word in plain_words(folded))


def clauses(text: str) -> tuple[str, ...]:
    """The comma-, semicolon-, bar- or line-separated parts of a text, trimmed of brackets, empty ones left out."""
    parts = re.split(r"[,;|\n\r，、；]+|(?<=[a-z])\.\s+(?=[A-Z])", text)
    return tuple(part for part in (raw.strip(" \t()[]{}\"'.") for raw in parts) if part)
