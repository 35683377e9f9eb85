"""Differential attention: the difference of two softmaxes over the same values (Ye et al. 2024, arXiv 2410.05258).

    Z = softmax(Q₁K₁ᵀ/√d)·V − softmax(Q₂K₂ᵀ/√d)·V

Methods that bound or project an attention output want Z, not its two halves; the value sign flip acts in each half.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from eschew.backends.diffusers.attention import Text, combine, meeting, steer_cross
from eschew.backends.diffusers.processors import CrossProcessor


class DifferentialProcessor(CrossProcessor):
    """Cross-attention whose processor calls the kernel twice and subtracts."""

    reads = "context"

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def __call__(self, attn: nn.Module, hidden_states: Tensor, *args: Any, **kwargs: Any) -> Any:
        """As the inner processor, with the difference steered."""
        if not getattr(attn, "use_differential", False):
            return super().__call__(attn, hidden_states, *args, **kwargs)
        bound = self.signature.bind(attn, hidden_states, *args, **kwargs)
        if not self.run.active:
            return self.inner(attn, hidden_states, *args, **kwargs)
        steer = self.run.steer
        halves = [f"{self.name}.{half}" for half in (1, 2)]
        if halves[0] not in self.run.texts:
            read = [self.read(bound, states) for states in self.run.states]
            for half, texts in zip(halves, zip(*read, strict=True), strict=True):
                self.run.texts[half] = list(texts)
        waiting = [self.run.texts[half] for half in halves]
        first: list[Tensor] = []

        def kernel(query: Tensor, key: Tensor, value: Tensor, **options: Any) -> Tensor:
            texts: list[Text] = waiting.pop(0)
            if steer.method == "vsf":
                return self.note(steer_cross(steer, texts, query, key, value, **options), None)
            positive = functional.scaled_dot_product_attention(query, key, value, **options)
            plain = {k: v for k, v in options.items() if k != "attn_mask"}
            outputs = [positive] + [
                functional.scaled_dot_product_attention(query, *text.rows(len(query)), **plain)
                for text in texts
            ]
            if not first:
                first.extend(outputs)
                return torch.zeros_like(positive)
            z_pos, *z_negs = [a - b for a, b in zip(first, outputs, strict=True)]
            # The processor goes on with 0 − (−Z), which is Z to the bit.
            return -self.note(combine(steer, z_pos, z_negs), z_pos)

        with meeting(kernel):
            return self.inner(attn, hidden_states, *args, **kwargs)
