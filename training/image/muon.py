"""Muon for matrices and convolutions: the step is the momentum, made orthogonal (Jordan 2024, kellerjordan.github.io).

PyTorch's own Muon takes matrices alone; here a kernel (out, in, 3, 3) is a matrix (out, 9·in), as in the CIFAR-10
speed runs that Muon came from. Equal shapes are stacked, so that the iteration runs once for each shape.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ROUNDS = 5


def orthogonal(stack: Tensor) -> Tensor:
    """(n, rows, columns) → about U·Vᵀ of each, by Newton–Schulz in bfloat16."""
    turned = stack.shape[1] > stack.shape[2]
    x = (stack.mT if turned else stack).bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ROUNDS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if turned else x).float()


class Muon(torch.optim.Optimizer):
    """Nesterov momentum 0.95; the step has the root mean square of an AdamW step (0.2), so that one rate serves both."""

    def __init__(
        self, params: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.01
    ) -> None:
        super().__init__(list(params), {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step of every group."""
        for group in self.param_groups:
            shapes: dict[tuple[int, int], list[tuple[nn.Parameter, Tensor]]] = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                kept = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                ahead = p.grad.lerp(kept, group["momentum"]).flatten(1)
                shapes.setdefault((ahead.shape[0], ahead.shape[1]), []).append((p, ahead))
            for (rows, columns), members in shapes.items():
                steps = orthogonal(torch.stack([ahead for _, ahead in members]))
                size = 0.2 * max(rows, columns) ** 0.5 * group["lr"]
                for (p, _), one in zip(members, steps, strict=True):
                    p.mul_(1 - group["lr"] * group["decay"]).add_(one.view_as(p), alpha=-size)
