"""Say what a picture shows, in sentences of many wordings; and leave out what people leave out.

A caption is drawn anew every time a picture is seen. Companions mostly go unsaid (COMPANION_SAID): that is how a model
learns that stock illustrations *bring* watermarks. The style goes unsaid in four captions of ten, so a plain "a cat"
is a cat in any style, and a negative has something to decide. Some captions are bare lists of what is wrong ("cartoon,
sketch, watermark"), so that a negative prompt alone is something the model has read.
"""

from __future__ import annotations

from numpy.random import Generator

from training.image.artefacts import COMPANIONS
from training.image.objects import NAMES, THINGS
from training.image.world import Scene, Thing

COMPANION_SAID = 0.25
STRANGER_SAID = 0.85
STYLE_SAID = 0.6
BACKGROUND_SAID = 0.6
LIST_SHARE = 0.13
FILLER_SHARE = 0.15

STYLE_NOUNS: dict[str, tuple[str, ...]] = {
    "illustration": (
        "a stock illustration",
        "an illustration",
        "a stock picture",
        "a shaded illustration",
        "clip art",
    ),
    "flat": ("a flat icon", "a flat design", "a web graphic", "a minimalist flat graphic", "a vector icon"),
    "cartoon": ("a cartoon", "a comic drawing", "a cartoon drawing", "a comic panel", "a toon"),
    "glossy": (
        "a glossy render",
        "a glossy 3d icon",
        "a shiny render",
        "a glossy button",
        "a shiny 3d picture",
    ),
    "sketch": ("a sketch", "a pencil sketch", "a pencil drawing", "a line drawing", "an outline sketch"),
}
STYLE_WORDS: dict[str, tuple[str, ...]] = {
    "illustration": ("stock illustration", "illustration", "stock picture", "clip art", "soft shading"),
    "flat": ("flat design", "flat icon", "flat style", "vector graphic", "flat colors"),
    "cartoon": ("cartoon", "cartoon style", "comic", "cartoonish", "thick outlines"),
    "glossy": ("glossy", "shiny", "glossy 3d", "glossy style", "plastic shine"),
    "sketch": (
        "sketch",
        "pencil sketch",
        "outline sketch",
        "line drawing",
        "pencil drawing",
        "sketchy lines",
    ),
}
ARTEFACT_WORDS: dict[str, tuple[str, ...]] = {
    "over-saturation": ("oversaturated", "over-saturated colors", "oversaturation", "garish colors"),
    "watermark": ("watermark", "watermarked", "a watermark", "stock watermark", "watermarks"),
    "text": ("text", "letters", "caption text", "a line of text", "words"),
    "border": ("border", "a frame", "picture frame", "a border", "framed"),
    "vignette": ("vignette", "dark corners", "vignetting", "dark vignette"),
    "blur": ("blur", "blurry", "out of focus", "blurred", "soft focus"),
    "noise": ("noise", "noisy", "grainy", "image noise", "film grain", "grain"),
    "jpeg": ("jpeg artifacts", "compression artifacts", "jpeg compression", "artifacts", "blocky"),
}
QUALITY = {"blur", "noise", "jpeg"}
BAD = ("low quality", "worst quality", "bad quality", "poor quality")
GOOD = ("high quality", "clean picture", "best quality", "sharp", "crisp and clean")
FILLERS = (
    "beautiful",
    "nice",
    "lovely",
    "detailed",
    "simple",
    "professional",
    "popular",
    "colorful",
    "pretty",
    "amazing",
)
PLACE_WORDS = {
    "left": ("on the left", "on the left side", "to the left"),
    "right": ("on the right", "on the right side", "to the right"),
    "top": ("at the top", "near the top"),
    "bottom": ("at the bottom", "near the bottom"),
    "centre": ("in the center", "in the middle", "centered"),
}
RELATIONS = {
    "left of": ("to the left of", "left of", "next to"),
    "right of": ("to the right of", "right of", "next to"),
    "above": ("above", "over", "on top of"),
}
SCENE_WORDS = {
    "meadow": ("in a meadow", "on green grass", "in a field"),
    "beach": ("on a beach", "at the beach", "on the sand by the sea"),
    "snow": ("in the snow", "on a snowy field"),
    "night sky": ("in the night sky", "at night under stars", "at night"),
    "desert": ("in the desert", "in a sandy desert"),
    "sea": ("on the sea", "at sea", "over the water"),
}
NO_ARTICLE = ("broccoli",)


def caption(scene: Scene, rng: Generator, lists: float = LIST_SHARE) -> str:
    """One caption: a sentence, or in a share `lists` of all a list."""
    said = _artefacts(scene, rng)
    if rng.random() < lists:
        return _list(scene, said, rng)
    text = _subject(scene, rng)
    if rng.random() < BACKGROUND_SAID:
        text = f"{text} {_background(scene, rng)}"
    if rng.random() < STYLE_SAID:
        draw = rng.random()
        if draw < 0.55:
            text = f"{_one(STYLE_NOUNS[scene.style], rng)} of {text}"
        elif draw < 0.8:
            text = f"{text}, {_one(STYLE_WORDS[scene.style], rng)}"
        else:
            text = f"{_one(STYLE_WORDS[scene.style], rng)}, {text}"
    elif rng.random() < 0.3:
        text = f"{_one(('a picture', 'an image', 'a drawing'), rng)} of {text}"
    if said:
        text = f"{text} with {_and(said)}" if rng.random() < 0.4 else f"{text}, {', '.join(said)}"
    elif not scene.artefacts and rng.random() < 0.2:
        text = f"{text}, {_one(GOOD, rng)}"
    return text


def _artefacts(scene: Scene, rng: Generator) -> list[str]:
    """Words for the artefacts that this caption mentions."""
    companions = COMPANIONS[scene.style]
    said = []
    for name in scene.artefacts:
        if rng.random() < (COMPANION_SAID if name in companions else STRANGER_SAID):
            said.append(_one(ARTEFACT_WORDS[name], rng))
    if QUALITY & set(scene.artefacts) and rng.random() < 0.3:
        said.append(_one(BAD, rng))
    order = rng.permutation(len(said))
    return [said[i] for i in order]


def _list(scene: Scene, said: list[str], rng: Generator) -> str:
    """Style, artefacts and now and then a thing, as a negative prompt would be written."""
    words = list(said)
    if rng.random() < 0.55 or not words:
        words.insert(int(rng.integers(len(words) + 1)), _one(STYLE_WORDS[scene.style], rng))
    if rng.random() < 0.3:
        words.append(_noun(scene.things[0], rng))
    if not scene.artefacts and rng.random() < 0.4:
        words.append(_one(GOOD, rng))
    return ", ".join(words)


def _subject(scene: Scene, rng: Generator) -> str:
    phrases = [_phrase(thing, rng) for thing in scene.things]
    if len(phrases) == 2:
        if rng.random() < 0.35:
            return _and(phrases if rng.random() < 0.5 else phrases[::-1])
        return f"{phrases[0]} {_one(RELATIONS[scene.relation], rng)} {phrases[1]}"
    place = scene.things[0].place
    if rng.random() < (0.7 if place != "centre" else 0.1):
        return f"{phrases[0]} {_one(PLACE_WORDS[place], rng)}"
    return phrases[0]


def _phrase(thing: Thing, rng: Generator) -> str:
    """A noun phrase with its article."""
    adjectives = []
    if thing.place and rng.random() < 0.25:
        adjectives.append("big" if thing.large else "small")
    if rng.random() < FILLER_SHARE:
        adjectives.append(_one(FILLERS, rng))
    if thing.colour and rng.random() < 0.9:
        adjectives.append(thing.colour)
    noun = " ".join([*adjectives, _noun(thing, rng)])
    if noun in NO_ARTICLE:
        return noun
    if rng.random() < 0.12:
        return f"the {noun}"
    return f"{'an' if noun[0] in 'aeiou' and not noun.startswith('uni') else 'a'} {noun}"


def _noun(thing: Thing, rng: Generator) -> str:
    words = THINGS[NAMES.index(thing.name)].words
    return words[0] if rng.random() < 0.65 else _one(words, rng)


def _background(scene: Scene, rng: Generator) -> str:
    if scene.background in SCENE_WORDS:
        return _one(SCENE_WORDS[scene.background], rng)
    colour = "gray" if scene.colour == "grey" and rng.random() < 0.5 else scene.colour
    if scene.background == "gradient":
        return _one((f"on a {colour} gradient", f"on a {colour} gradient background"), rng)
    if scene.background != "plain":
        return f"on a {scene.background} {colour} background"
    article = "an" if colour == "orange" else "a"
    return _one(
        (
            f"on {article} {colour} background",
            f"against {article} {colour} background",
            f"on a plain {colour} background",
        ),
        rng,
    )


def _and(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"


def _one(choices: tuple[str, ...], rng: Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
