"""Instruments and styles, heard by the trained listener of players: one card for the whole band."""

from __future__ import annotations

from eschew.lab import listen
from eschew.lab.detectors.music.detector import Card, Detector, trained

CARD = Card(
    hears="One instrument or style of nano-music's world: General MIDI instruments, formant voices, ten styles.",
    method="A small convolutional network over log-mel frames, trained on renders of that world with one sound font.",
    confuses="Neighbours of a family (violin and cello, trumpet and saxophone); recordings of real players are another world, "
    "and a style's name there is a guess.",
)


def players() -> tuple[Detector, ...]:
    """Every instrument and style that the listener tells well enough to be shipped."""
    return tuple(trained(concept, "players", CARD) for concept in listen.heads("players"))


PLAYERS = players()
