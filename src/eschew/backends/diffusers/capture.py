"""Cross-attentions of a denoiser that nobody described: what they read of a negative is taken from one pass with it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from eschew.backends.diffusers.attention import Text, meeting
from eschew.backends.diffusers.processors import CrossProcessor
from eschew.backends.diffusers.run import Run
from eschew.errors import RefusalError

HIDDEN = -1000.0
"""What an additive mask gives to a key that nobody shall see is lower; real biases are small."""


class CapturedProcessor(CrossProcessor):
    """Keeps keys and values in a capturing pass, steers with them in an active one, and is the inner one elsewhere.

    An attention counts as one that reads the text alone where its one kernel call has as many keys as the text has
    tokens; joint attentions have more.
    """

    def __init__(self, inner: Any, name: str, run: Run) -> None:
        super().__init__(inner, name, run)
        self.told: tuple[int, Tensor] | None = None
        self.sure = False

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def __call__(self, attn: nn.Module, hidden_states: Tensor, *args: Any, **kwargs: Any) -> Any:
        """As the inner processor; RefusalError where the text is another one in every step."""
        states = self.text(args, kwargs)
        if isinstance(states, Tensor) and self.run.capturing:
            return self._capture(states, attn, hidden_states, *args, **kwargs)
        if not isinstance(states, Tensor) or self.name not in self.run.texts:
            return self.inner(attn, hidden_states, *args, **kwargs)
        if self.run.active and not self.sure:
            self._constant(states)
        return super().__call__(attn, hidden_states, *args, **kwargs)

    def _capture(self, states: Tensor, *args: Any, **kwargs: Any) -> Any:
        found: list[Text | None] = []

        def kernel(query: Tensor, key: Tensor, value: Tensor, **options: Any) -> Tensor:
            alone = key.shape[2] == states.shape[1]
            seen = _visible(options.get("attn_mask"), key)
            found.append(Text(key[:1, :, seen], value[:1, :, seen]) if alone else None)
            return functional.scaled_dot_product_attention(query, key, value, **options)

        with meeting(kernel):
            output = self.inner(*args, **kwargs)
        if isinstance(output, Tensor) and len(found) == 1 and found[0] is not None:
            self.run.texts.setdefault(self.name, []).append(found[0])
        return output

    def _constant(self, states: Tensor) -> None:
        """The prompt's text must be the same in two steps, or the negative's keys would be those of another step."""
        if self.told is None:
            self.told = (self.run.step, states)
        elif self.told[0] != self.run.step:
            if not torch.equal(self.told[1], states):
                raise RefusalError(
                    "this denoiser changes its text from step to step",
                    where="method",
                    why="the negative's keys and values were taken in one step",
                    hint='method="cfg-substitution"',
                )
            self.told, self.sure = None, True


def _visible(mask: Tensor | None, key: Tensor) -> Tensor:
    """Which keys the first row sees."""
    everything = torch.ones(key.shape[2], dtype=torch.bool, device=key.device)
    if mask is None:
        return everything
    row = mask.reshape(-1, mask.shape[-1])[0]
    seen = row if row.dtype == torch.bool else row > HIDDEN
    return seen if seen.shape == everything.shape and bool(seen.any()) else everything
