"""The state of one generation: which step it is, what methods remember, and what is counted for the receipt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from eschew.backends.diffusers.attention import Text
from eschew.backends.steering import Memory, Steer

Arguments = dict[str, Any]
"""Arguments of a denoiser that carry a text, by name; batch 1 unless it says otherwise."""


@dataclass(eq=False)
class Run:
    """Lives from the first to the last step of one call of the pipeline. Nothing of it outlives the call."""

    steer: Steer
    steps: int = 0
    negatives: list[Arguments] = field(default_factory=list)
    """One for each negative text."""
    step: int = -1
    mark: object = None
    """What tells this step from the one before."""
    memory: Memory = field(default_factory=Memory)
    passes: int = 0
    active: bool = False
    """Whether attentions steer in the forward pass that runs now."""
    capturing: bool = False
    """Whether attentions keep the keys and values of a negative in the forward pass that runs now."""
    states: list[Tensor] = field(default_factory=list)
    """The negatives as cross-attentions read them."""
    texts: dict[str, list[Text]] = field(default_factory=dict)
    """Keys and values of the negatives by attention: the text does not change, so they are computed once."""
    text_tokens: int = 0
    """Joint attention: text tokens of the prompt in the sequence."""
    readable: Tensor | None = None
    """Joint attention: which text tokens of each row are no padding, (rows, tokens), where lanes differ in length."""
    flips: Tensor | None = None
    """Joint attention, value sign flip: what each of the negatives' tokens behind the prompt's counts, (tokens,)."""
    met: int = 0
    """Attention kernels that were met."""
    changed: bool = False
    """Whether anything came out otherwise than without the negative."""
    nulls: dict[Any, Arguments] = field(default_factory=dict)
    """The null, by the shapes of the prompt it stands beside."""
    told: tuple[int, Any] | None = None
    """The step and the text of the call before, where somebody watches over them."""
    null: Arguments | None = None
    """The null, where it had to be found before the pipeline started."""
    clipped: list[Tensor] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)
    """Conditions of the pipeline's own, one a track, where a family overhears them."""
    track: int = 0
    """Which of the pipeline's own conditions is read: most have one, covers of ACE-Step two in every step."""
    others: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    """What belongs to the other tracks."""

    def at(self, mark: object) -> None:
        """A new step begins where the mark is another one; a second call in a step (cover blending) is none.

        The mark is the scheduler's own count and the timestep: in half precision neighbouring timesteps may be equal.
        """
        if mark != self.mark:
            self.step, self.mark = self.step + 1, mark

    def on(self, track: int) -> None:
        """Go on with another of the pipeline's conditions: each has negatives, texts and a memory of its own."""
        if track == self.track:
            return
        self.others[self.track] = (self.negatives, self.states, self.texts, self.nulls, self.memory)
        fresh: tuple[Any, ...] = ([], [], {}, {}, Memory())
        self.negatives, self.states, self.texts, self.nulls, self.memory = self.others.pop(track, fresh)
        self.track = track
