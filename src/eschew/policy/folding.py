"""Seeing through spelling: what a reader would still read, whatever characters it is written with.

`fold` maps look-alikes of other alphabets, compatibility forms, accents and hidden characters to plain letters;
`forms` undoes leetspeak and stretched letters in one word. Both widen what is recognised; neither is ever sent
to a model.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from eschew.catalog.wording import stem
from eschew.prompt import hidden_characters

__all__ = ["Token", "fold", "forms", "raw_fold", "tokens"]

LOOKALIKES = {
    ord(theirs): ours
    for row, latin in (
        # Letters of other alphabets that a reader takes for Latin ones, in the order Cyrillic, Greek, Armenian,
        # phonetic and small capitals, stroked, Cherokee. Fullwidth, mathematical and circled forms are NFKD's work.
        ("авекмнорстухіјѕԁԛԝһӏьѵѡԍԏ", "abekmhopctyxijsdqwhlbvwgg"),
        ("αβεηικνορτυχγωϲϳ", "abenikvoptuxywcj"),
        ("ոսօցհքյ", "nuoghpj"),
        ("ɑɡɩıʟɴʀʏʙɢʜɪᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰ", "agiilnrybghiacdejkmoptuvwzsf"),
        ("øłđħŧƒ", "oldhtf"),
        ("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "abcdeghjklmprstvwz"),
    )
    for theirs, ours in zip(row, latin, strict=True)
}

SIGNS = "@$!|€£"
WORD = re.compile(
    rf"[^\W_]+(?:[{re.escape(SIGNS)}*']+[^\W_]+)*[$@]?|[$@][^\W_]+(?:[{re.escape(SIGNS)}*']+[^\W_]+)*"
)
LEET = str.maketrans("013456789@$|!€£", "oieasgtbgasiiel")
LEET_L = str.maketrans("1|!", "lll")
RUN = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, folded, with its place."""

    text: str
    span: tuple[int, int]
    forms: frozenset[str]
    """Stems of everything it may be meant to spell."""


def fold(text: str) -> tuple[str, tuple[int, ...] | None]:
    """`text` in plain small letters, and the place in `text` of each character (None: they are the same)."""
    if text.isascii():
        return text.lower(), None
    out: list[str] = []
    places: list[int] = []
    hidden = {found.span[0] for found in hidden_characters(text)}
    for place, char in enumerate(text):
        if place not in hidden:
            plain = _plain(char)
            out.append(plain)
            places.extend([place] * len(plain))
    return "".join(out), tuple(places)


def raw_fold(text: str) -> str:
    """`text` in compatibility form and small letters, each in its own alphabet: for words that are not Latin."""
    hidden = {found.char for found in hidden_characters(text)}
    shown = "".join(char for char in text if char not in hidden)
    return unicodedata.normalize("NFKC", shown).casefold()


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    flat = "".join(part for part in flat if not unicodedata.combining(part))
    return flat.translate(LOOKALIKES)


@lru_cache(maxsize=16)  # one text is asked about many targets in a row
def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text`, folded."""
    folded, places = fold(text)
    found = []
    for match in WORD.finditer(folded):
        start, end = match.span()
        span = (start, end) if places is None else (places[start], places[end - 1] + 1)
        found.append(Token(match[0].replace("'", ""), span, forms(match[0])))
    return tuple(found)


@lru_cache(maxsize=16384)
def forms(word: str) -> frozenset[str]:
    """Stems of what one folded word may spell: itself, read as leetspeak, and with stretched letters let go."""
    word = word.replace("'", "")
    spelled = {word}
    if not word.isalpha() and not word.isdigit():
        spelled |= {word.translate(LEET), word.translate(LEET_L).translate(LEET)}
    for one in tuple(spelled):
        if RUN.search(one):
            spelled |= {RUN.sub(r"\1", one), RUN.sub(r"\1\1", one)}
    return frozenset(stem(one) for one in spelled if one.isalnum() or one == word)
