"""What eschew has to know of a family of pipelines. Each family is a file in `families`; this is what they all answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from eschew.backends.diffusers.processors import CrossProcessor, JointProcessor, SteeredProcessor
from eschew.backends.diffusers.run import Arguments, Run
from eschew.backends.steering import ATTENTION, Steer
from eschew.errors import RefusalError
from eschew.guidance import rescale

CROSS_METHODS = (
    "nag", "contrast", "vsf", "nasa", "ong",
    "cfg-substitution", "three-branch", "perp-neg", "apg", "cfg-zero", "sld", "dng",
)  # fmt: skip
"""Every method: the text is read by cross-attentions of its own."""
LANE_METHODS = tuple(name for name in CROSS_METHODS if name != "vsf")
"""Joint attention behind a template: value sign flip would turn the template's tokens, too, which the prompt has."""


@dataclass(frozen=True)
class Family(ABC):
    """The base of all families. Facts are fields; what needs the pipeline's own code is a method.

    `pipelines` are class names. `batched` names the denoiser's arguments with one row a sample, beside those that carry
    text. `text_first` says where the text stands in a joint sequence; None means cross-attention.
    """

    name: str
    pipelines: tuple[str, ...]
    methods: tuple[str, ...] = CROSS_METHODS
    denoiser: str = "transformer"
    batched: tuple[str, ...] = ("hidden_states", "timestep")
    text_first: bool | None = None
    lane_arguments: tuple[str, ...] = ("encoder_hidden_states",)
    """Joint attention: the arguments in which prompt and negative differ inside the attentions."""
    shared: tuple[str, ...] = ()
    """Arguments that belong to a text and have no row a sample: positions of its tokens."""
    timestep: str = "timestep"
    """The denoiser's argument that carries the timestep."""
    guidance_argument: str = "guidance_scale"
    guidance_off: float = 1.0
    """The value of `guidance_argument` at which the pipeline computes the prompt alone."""
    positive: Literal["cfg", "apg"] = "cfg"
    """How the pipeline itself guides towards the prompt."""
    axes: tuple[int, ...] | None = None
    """The axes that APG norms and projects over; None for all of a sample."""
    joins: bool = True
    """Whether branches may share a forward pass: not where nobody knows which arguments have a row a sample."""
    captured: bool = False
    """Cross-attention: whether the negatives' keys and values come from a pass of the denoiser with the negative."""

    def knows(self, pipe: Any) -> bool:
        """Whether this family steers the pipeline."""
        return any(cls.__name__ in self.pipelines for cls in type(pipe).__mro__)

    def distilled(self, pipe: Any) -> bool:
        """Whether guidance was distilled away in these weights."""
        return False

    def first_choice(self, pipe: Any) -> str:
        """The method for somebody who names none."""
        return self.methods[0] if self.distilled(pipe) else "cfg-substitution"

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """The pipeline's own scale for this call, as w of uncond + w·(cond − uncond)."""
        return float(call[self.guidance_argument])

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """The call at which the pipeline computes the prompt alone: every row that it sends is a prompt's."""
        return {**call, self.guidance_argument: self.guidance_off}

    def guided_channels(self, denoiser: Any) -> int | None:
        """How many channels of a prediction are guided, where the rest is a learned variance; None for all."""
        return None

    @abstractmethod
    def negatives(
        self, pipe: Any, run: Run, texts: Sequence[str], call: Mapping[str, Any]
    ) -> AbstractContextManager[None]:
        """The negatives of a run. A family that has to overhear what the pipeline itself encodes does so while this
        holds. PromptError where a text is longer than can be read.
        """

    def turn(self, pipe: Any, run: Run, call: Mapping[str, Any], arguments: Arguments) -> Steer:
        """How to steer this one call of the denoiser."""
        return run.steer

    def null(self, pipe: Any, call: Mapping[str, Any], positive: Arguments) -> Arguments:
        """The null that these weights were trained with; `positive` holds the prompt's arguments, all rows."""
        raise RefusalError(
            f"the null of {type(pipe).__name__} is not known",
            where="method",
            hint='method="cfg-substitution"',
        )

    def attentions(self, denoiser: nn.Module) -> dict[str, Any]:
        """The attentions that read the text, by name; none where no method acts inside them."""
        return {}

    def steering(self, attention: Any, name: str, run: Run) -> SteeredProcessor:
        """The processor that steers this attention, around its own."""
        if self.text_first is None:
            return CrossProcessor(attention.processor, name, run)
        return JointProcessor(attention.processor, name, run, self.text_first)

    def states(self, denoiser: Any, negative: Arguments) -> Tensor:
        """A negative as the cross-attentions read it, behind any projection of the denoiser: (1, tokens, width)."""
        states: Tensor = negative["encoder_hidden_states"]
        return states

    def settled(self, call: Mapping[str, Any], guided: Tensor, cond: Tensor) -> Tensor:
        """What the pipeline itself does to a guided prediction before it goes on."""
        settled: Tensor = rescale(guided, cond, float(call.get("guidance_rescale") or 0.0))
        return settled

    def beside(self, text: Arguments, arguments: Arguments) -> Arguments:
        """A text of ours as it has to be in this call of the denoiser: where its mask covers the image, too."""
        return text

    def own_tokens(self, arguments: Arguments) -> int | None:
        """How many tokens of a prediction are the sample's own, where those of reference images follow; None for all."""
        return None

    def text_length(self, arguments: Arguments) -> int:
        """Joint attention: how many tokens of the sequence are text."""
        states: Tensor = arguments["encoder_hidden_states"]
        return states.shape[1]

    def levelled(self, texts: Sequence[Arguments]) -> tuple[list[Arguments], Tensor | None]:
        """Joint attention: the texts at one length, so that they can share a batch, and which of their tokens are to be
        read, (texts, tokens); None where all are, or where the denoiser itself takes a mask.
        """
        return padded(texts)

    def appended(self, arguments: Arguments, words: Sequence[Tensor]) -> Arguments:
        """Joint attention: the prompt with the negatives' tokens behind its own."""
        states: Tensor = arguments["encoder_hidden_states"]
        rows = [word.to(states).expand(len(states), -1, -1) for word in words]
        return {**arguments, "encoder_hidden_states": torch.cat([states, *rows], 1)}


@dataclass(frozen=True)
class Encoding(Family):
    """Families whose pipeline encodes any text when asked, before it starts. The null is the empty text."""

    @abstractmethod
    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """A text as arguments of the denoiser, batch 1. PromptError where it is longer than can be read."""

    @contextmanager
    def negatives(self, pipe: Any, run: Run, texts: Sequence[str], call: Mapping[str, Any]) -> Iterator[None]:
        """Encoded one by one."""
        run.negatives = [self.encode(pipe, text, call) for text in texts]
        if run.steer.method in ATTENTION and self.text_first is None:
            run.states = [self.states(getattr(pipe, self.denoiser), negative) for negative in run.negatives]
        elif run.steer.method == "vsf":
            run.states = [self.words(pipe, *both, call) for both in zip(texts, run.negatives, strict=True)]
        yield

    def null(self, pipe: Any, call: Mapping[str, Any], positive: Arguments) -> Arguments:
        """The empty text, encoded."""
        return self.encode(pipe, "", call)

    def words(self, pipe: Any, text: str, negative: Arguments, call: Mapping[str, Any]) -> Tensor:
        """Joint attention, value sign flip: a negative's tokens alone, without padding: (1, tokens, width)."""
        states: Tensor = negative["encoder_hidden_states"]
        return states


def named(pipe: Any, word: str) -> bool:
    """Whether the name or folder of the weights has the word in it."""
    names = (getattr(part.config, "_name_or_path", None) for part in (pipe, pipe.transformer))
    return any(word in str(name).lower() for name in names)


def padded(texts: Sequence[Arguments]) -> tuple[list[Arguments], Tensor | None]:
    """Texts of unequal length, zeros behind the shorter ones, with a mask: a short negative must not guide by its length."""
    name = "encoder_hidden_states"
    lengths = [text[name].shape[1] for text in texts]
    longest = max(lengths)
    if all(length == longest for length in lengths):
        return list(texts), None
    states = [functional.pad(text[name], (0, 0, 0, longest - text[name].shape[1])) for text in texts]
    places = torch.arange(longest, device=states[0].device)
    mask = torch.stack([places < length for length in lengths])
    return [{**text, name: state} for text, state in zip(texts, states, strict=True)], mask
