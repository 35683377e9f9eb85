"""Who reads which weight syntax. Everyone else reads `(x:1.3)` as brackets and a number."""

from __future__ import annotations

from eschew.catalog.capabilities import Capabilities

__all__ = ["dialect_read_by"]

READERS = {"a1111": "a1111", "comfyui": "comfy"}
"""Host → the dialect it reads. Services, panels and bare pipelines take text as it stands."""


def dialect_read_by(can: Capabilities) -> str:
    """The dialect that the host reads weights in; `plain` where it reads none."""
    return READERS.get(can.host, "plain")
