"""Plan → samples. The seam is `Backend`; a backend obeys the plan or refuses it, and its receipt says which."""

from __future__ import annotations

from eschew.backends.seam import Backend, Knob, Picture, Receipt, Sample, noise_seed

__all__ = ["Backend", "Knob", "Picture", "Receipt", "Sample", "noise_seed"]
