"""Who says what is tested here."""

from __future__ import annotations

MUSIC = (
    "Z.Tools, “Negative prompts in AI music: when to say what you don't want” (field article, read 2026-11)"
)
LITERATURE = (
    "Ban et al., “Understanding the Impact of Negative Prompts: When and How Do They Take Effect?” "
    "(arXiv 2406.02965): the delayed effect and reverse activation, on pictures"
)
