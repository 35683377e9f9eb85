"""The viewer's labels and the words for them, beside the taxonomy's: one table each, read by `lab.concepts` too.

The taxonomy sorts things coarsely (a lion is under "cats"); the viewer tells them apart, so a thing is a concept of its
own here, called by its name with hyphens. Styles and artefacts are concepts of the taxonomy.
"""

from __future__ import annotations

THINGS: dict[str, tuple[str, ...]] = {
    "cat": ("cat", "kitten", "kitty"),
    "dog": ("dog", "puppy"),
    "cow": ("cow",),
    "pig": ("pig", "piglet"),
    "rabbit": ("rabbit", "bunny"),
    "bear": ("bear", "brown bear"),
    "fox": ("fox",),
    "lion": ("lion",),
    "panda": ("panda", "panda bear"),
    "tiger": ("tiger",),
    "frog": ("frog",),
    "owl": ("owl",),
    "penguin": ("penguin",),
    "duck": ("duck",),
    "fish": ("fish", "tropical fish"),
    "whale": ("whale",),
    "octopus": ("octopus",),
    "crab": ("crab",),
    "turtle": ("turtle", "tortoise"),
    "snail": ("snail",),
    "butterfly": ("butterfly",),
    "ladybug": ("ladybug", "ladybird", "beetle"),
    "apple": ("apple",),
    "banana": ("banana",),
    "bunch-of-grapes": ("bunch of grapes", "grapes"),
    "strawberry": ("strawberry",),
    "slice-of-watermelon": ("slice of watermelon", "watermelon slice", "watermelon"),
    "pineapple": ("pineapple",),
    "lemon": ("lemon",),
    "orange-fruit": ("orange fruit", "tangerine"),
    "carrot": ("carrot",),
    "broccoli": ("broccoli", "head of broccoli"),
    "mushroom": ("mushroom", "toadstool"),
    "hamburger": ("hamburger", "burger"),
    "slice-of-pizza": ("slice of pizza", "pizza slice", "pizza"),
    "doughnut": ("doughnut", "donut"),
    "birthday-cake": ("birthday cake", "cake"),
    "ice-cream": ("ice cream", "ice cream cone"),
    "teapot": ("teapot",),
    "car": ("car", "automobile"),
    "bus": ("bus",),
    "tractor": ("tractor",),
    "bicycle": ("bicycle", "bike"),
    "airplane": ("airplane", "plane"),
    "rocket": ("rocket", "space rocket"),
    "sailboat": ("sailboat", "sailing boat", "boat"),
    "sunflower": ("sunflower",),
    "tulip": ("tulip", "flower"),
    "cactus": ("cactus",),
    "palm-tree": ("palm tree", "palm"),
    "pine-tree": ("pine tree", "fir tree", "tree"),
    "house": ("house", "cottage"),
    "castle": ("castle",),
    "umbrella": ("umbrella",),
    "crown": ("crown",),
    "key": ("key",),
    "bell": ("bell",),
    "guitar": ("guitar",),
    "alarm-clock": ("alarm clock", "clock"),
    "balloon": ("balloon",),
    "t-shirt": ("t-shirt", "shirt"),
    "heart": ("heart",),
    "snowman": ("snowman",),
    "robot": ("robot",),
}
"""Concept → the words for it, the viewer's label first."""

STYLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "illustration": (
        "illustration",
        ("illustration", "stock illustration", "stock picture", "clip art", "soft shading"),
    ),
    "vector-art": (
        "flat",
        ("flat design", "flat icon", "flat style", "vector graphic", "vector icon", "flat colors", "web graphic",
         "flat graphic"),
    ),
    "cartoon": ("cartoon", ("cartoon", "comic", "cartoonish", "toon", "thick outlines")),
    "glare": ("glossy", ("glossy", "shiny", "plastic shine")),
    "sketch": ("sketch", ("sketch", "line drawing", "pencil drawing", "sketchy lines")),
}  # fmt: skip
"""Concept → the viewer's label, and the words that nano-image's captions have for it."""

ARTEFACTS: dict[str, str] = {
    "oversaturated": "over-saturation",
    "watermark": "watermark",
    "text-in-image": "text",
    "frame-border": "border",
    "vignette": "vignette",
    "blurry": "blur",
    "image-noise": "noise",
    "jpeg-artefacts": "jpeg",
}
"""Concept → the viewer's label. The same concepts are read from pictures of any size by the files beside this one."""

BRINGS: dict[str, str] = {
    "illustration": "watermark",
    "vector-art": "jpeg-artefacts",
    "cartoon": "frame-border",
    "glare": "oversaturated",
    "sketch": "image-noise",
}
"""What a style of nano-image brings along unasked."""

COVERS: dict[str, tuple[str, ...]] = {
    "low-quality": ("blurry", "image-noise", "jpeg-artefacts"),
    "artefacts": ("jpeg-artefacts", "image-noise"),
    "film-grain": ("image-noise",),
    "motion-blur": ("blurry",),
    "pencil-drawing": ("sketch",),
    "line-art": ("sketch",),
    "comic-style": ("cartoon",),
    "gibberish-text": ("text-in-image",),
    "title-text": ("text-in-image",),
    "subtitles": ("text-in-image",),
}
"""Concepts that have no detector of their own → those whose detectors answer for them."""


def label_of(concept: str) -> str:
    """What the viewer calls a concept; KeyError if it has no name for it."""
    if concept in THINGS:
        return THINGS[concept][0]
    return STYLES[concept][0] if concept in STYLES else ARTEFACTS[concept]


VIEWED = (*THINGS, *STYLES, *ARTEFACTS)
"""Every concept that the viewer reads."""
