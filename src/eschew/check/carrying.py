"""Who reads which weight syntax. Everyone else reads `(x:1.3)` as brackets and a number."""

from __future__ import annotations

from eschew.catalog.capabilities import Capabilities

__all__ = ["carries_negative_weights", "dialect_read_by"]

READERS = {"a1111": "a1111", "comfyui": "comfy"}
"""Host → the dialect it reads. Services, panels and bare pipelines take text as it stands."""


def dialect_read_by(can: Capabilities) -> str:
    """The dialect that the host reads weights in; `plain` where it reads none."""
    return READERS.get(can.host, "plain")


def carries_negative_weights(can: Capabilities) -> bool:
    """Whether eschew itself makes each weight of the negative act: it groups the clauses by weight before they are read.

    So it is where it holds the weights; a prompt's weights reach nobody there.
    """
    return can.backend in ("nano", "diffusers") and can.host_kind in ("embedded", "library")
