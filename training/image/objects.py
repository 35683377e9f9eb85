"""The sixty-four things that nano-image can draw: their names in the icon sets, and the words that captions use.

Every name is in Noto, in Twemoji and in Fluent (flat, high contrast). They were chosen to be told apart at 40 pixels.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """One object. `words` are nouns that take an article; the first is its name in facts and readings."""

    icon: str
    words: tuple[str, ...]
    paintable: bool = False
    """May be seen in colours other than its own: a blue car, but no blue lemon."""

    @property
    def name(self) -> str:
        return self.words[0]


THINGS = (
    Thing("cat-face", ("cat", "kitten", "kitty")),
    Thing("dog-face", ("dog", "puppy")),
    Thing("cow-face", ("cow",)),
    Thing("pig-face", ("pig", "piglet")),
    Thing("rabbit-face", ("rabbit", "bunny")),
    Thing("bear", ("bear", "brown bear")),
    Thing("fox", ("fox",)),
    Thing("lion", ("lion",)),
    Thing("panda", ("panda", "panda bear")),
    Thing("tiger-face", ("tiger",)),
    Thing("frog", ("frog",)),
    Thing("owl", ("owl",)),
    Thing("penguin", ("penguin",)),
    Thing("duck", ("duck",)),
    Thing("tropical-fish", ("fish", "tropical fish"), True),
    Thing("spouting-whale", ("whale",)),
    Thing("octopus", ("octopus",), True),
    Thing("crab", ("crab",)),
    Thing("turtle", ("turtle", "tortoise")),
    Thing("snail", ("snail",)),
    Thing("butterfly", ("butterfly",), True),
    Thing("lady-beetle", ("ladybug", "ladybird", "beetle")),
    Thing("red-apple", ("apple",)),
    Thing("banana", ("banana",)),
    Thing("grapes", ("bunch of grapes",)),
    Thing("strawberry", ("strawberry",)),
    Thing("watermelon", ("slice of watermelon", "watermelon slice")),
    Thing("pineapple", ("pineapple",)),
    Thing("lemon", ("lemon",)),
    Thing("tangerine", ("orange fruit", "tangerine")),
    Thing("carrot", ("carrot",)),
    Thing("broccoli", ("broccoli", "head of broccoli")),
    Thing("mushroom", ("mushroom", "toadstool"), True),
    Thing("hamburger", ("hamburger", "burger")),
    Thing("pizza", ("slice of pizza", "pizza slice")),
    Thing("doughnut", ("doughnut", "donut"), True),
    Thing("birthday-cake", ("birthday cake", "cake"), True),
    Thing("soft-ice-cream", ("ice cream", "ice cream cone")),
    Thing("teapot", ("teapot",), True),
    Thing("automobile", ("car", "automobile"), True),
    Thing("bus", ("bus",), True),
    Thing("tractor", ("tractor",), True),
    Thing("bicycle", ("bicycle", "bike"), True),
    Thing("airplane", ("airplane", "plane"), True),
    Thing("rocket", ("rocket", "space rocket"), True),
    Thing("sailboat", ("sailboat", "sailing boat", "boat"), True),
    Thing("sunflower", ("sunflower",)),
    Thing("tulip", ("tulip", "flower"), True),
    Thing("cactus", ("cactus",)),
    Thing("palm-tree", ("palm tree", "palm")),
    Thing("evergreen-tree", ("pine tree", "fir tree", "tree")),
    Thing("house", ("house", "cottage"), True),
    Thing("castle", ("castle",)),
    Thing("umbrella", ("umbrella",), True),
    Thing("crown", ("crown",)),
    Thing("key", ("key",)),
    Thing("bell", ("bell",)),
    Thing("guitar", ("guitar",)),
    Thing("alarm-clock", ("alarm clock", "clock"), True),
    Thing("balloon", ("balloon",), True),
    Thing("t-shirt", ("t-shirt", "shirt"), True),
    Thing("red-heart", ("heart",), True),
    Thing("snowman-without-snow", ("snowman",)),
    Thing("robot", ("robot",)),
)

NAMES = tuple(thing.name for thing in THINGS)
SETS = ("noto", "twemoji", "fluent-emoji-flat", "fluent-emoji-high-contrast")

HUES = {
    "red": 0.0,
    "orange": 0.07,
    "yellow": 0.145,
    "green": 0.34,
    "blue": 0.60,
    "purple": 0.77,
    "pink": 0.91,
}
"""Colours that a paintable thing can take, as HSV hue."""
