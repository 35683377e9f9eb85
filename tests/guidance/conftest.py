"""Two worlds: every law is shown on NumPy and on PyTorch arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

SHAPE = (3, 4, 6)


@dataclass(frozen=True)
class World:
    """One array library. `draw` gives the same numbers in each."""

    name: str

    @property
    def dtypes(self) -> tuple[str, ...]:
        return ("float16", "float32", "float64", *(("bfloat16",) if self.name == "torch" else ()))

    def draw(
        self, seed: int, count: int, shape: tuple[int, ...] = SHAPE, dtype: str = "float64"
    ) -> list[Any]:
        numbers = np.random.default_rng(seed).standard_normal((count, *shape))
        return [self.array(one, dtype) for one in numbers]

    def array(self, numbers: Any, dtype: str = "float64") -> Any:
        plain = np.array(numbers, dtype=np.float64)
        if self.name == "numpy":
            return plain.astype(dtype)
        return torch.from_numpy(plain).to(getattr(torch, dtype))


@pytest.fixture(scope="session", params=["numpy", "torch"])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


@pytest.fixture(scope="session")
def plain() -> Any:
    """Any array as NumPy in float64."""

    def convert(array: Any) -> NDArray[np.float64]:
        if isinstance(array, torch.Tensor):
            return array.to(torch.float64).numpy()
        return np.asarray(array, dtype=np.float64)

    return convert
