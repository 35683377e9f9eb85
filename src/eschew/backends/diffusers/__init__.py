"""Pipelines of diffusers, steered: `attach` gives each of them a negative that acts. Needs the extra `diffusers`."""

from __future__ import annotations

from eschew.backends.diffusers.attach import Steered, SteeredReceipt, attach

__all__ = ["Steered", "SteeredReceipt", "attach"]
