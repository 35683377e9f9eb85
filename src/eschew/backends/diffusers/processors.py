"""Attention processors that steer, put around the model's own and taken away again.

In a compiled model they run outside the compiled graph: tracing cannot follow a call that is met on its way.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from eschew.backends.diffusers.attention import Result, Text, combine, flip_joint, meeting, steer_cross
from eschew.backends.diffusers.run import Run


class SteeredProcessor:
    """Around the processor `inner` of the attention called `name`. Inactive, it is the inner one, bit for bit."""

    reads = "encoder_hidden_states"
    """The argument in which the text comes."""

    def __init__(self, inner: Any, name: str, run: Run) -> None:
        self.inner, self.name, self.run = inner, name, run
        self.signature = inspect.signature(inner.__call__)
        parameters = list(self.signature.parameters)
        self.place = parameters.index(self.reads) - 2 if self.reads in parameters else len(parameters)
        # diffusers reads the signature of a processor to know which arguments it takes.
        self.__call__ = _with_signature(self.__call__, self.signature)

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def __call__(self, attn: nn.Module, hidden_states: Tensor, *args: Any, **kwargs: Any) -> Any:
        """As the inner processor; steered while the run is active."""
        raise TypeError("a steered processor is cross or joint")

    def note(self, result: Result, before: Tensor | None) -> Tensor:
        """Count for the receipt, and hand the output on. `before` is the output unsteered, where anyone still asks."""
        run = self.run
        run.met += 1
        if result.clipped is not None:
            run.clipped.append(result.clipped)
        if not run.changed:
            run.changed = before is None or not torch.equal(result.output, before)
        return result.output


class CrossProcessor(SteeredProcessor):
    """Cross-attention: image or audio tokens ask, text tokens answer."""

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def __call__(self, attn: nn.Module, hidden_states: Tensor, *args: Any, **kwargs: Any) -> Any:
        """As the inner processor, the negatives' keys and values beside the prompt's."""
        if not self.run.active or self.text(args, kwargs) is None:
            return self.inner(attn, hidden_states, *args, **kwargs)
        texts = self.run.texts.get(self.name)
        if texts is None:
            bound = self.signature.bind(attn, hidden_states, *args, **kwargs)
            texts = self.run.texts[self.name] = [self.read(bound, states)[0] for states in self.run.states]

        def kernel(query: Tensor, key: Tensor, value: Tensor, **options: Any) -> Tensor:
            result = steer_cross(self.run.steer, texts, query, key, value, **options)
            if self.run.changed:
                return self.note(result, None)
            return self.note(result, functional.scaled_dot_product_attention(query, key, value, **options))

        with meeting(kernel):
            return self.inner(attn, hidden_states, *args, **kwargs)

    def text(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """What a call gives this attention as the text, from the arguments behind the attention and its queries."""
        return args[self.place] if self.place < len(args) else kwargs.get(self.reads)

    def read(self, bound: inspect.BoundArguments, states: Tensor) -> list[Text]:
        """What this attention makes of a negative text: keys and values, normed as the model norms them, of each
        kernel that it calls (one, in most).
        """
        found: list[Text] = []

        def kernel(query: Tensor, key: Tensor, value: Tensor, **_: Any) -> Tensor:
            found.append(Text(key, value))
            return torch.zeros_like(query)

        arguments = dict(bound.arguments)
        extra = arguments.pop("kwargs", {})
        arguments.pop("args", None)
        rows = arguments["hidden_states"][: len(states)]
        arguments |= {"hidden_states": rows, self.reads: states.to(rows.dtype)}
        # The negative is whole and unpadded: the prompt's mask is not its mask.
        arguments |= {
            k: None for k in ("attention_mask", "encoder_attention_mask", "context_mask") if k in arguments
        }
        with meeting(kernel):
            self.inner(**arguments, **extra)
        return found


class JointProcessor(SteeredProcessor):
    """Joint attention of text and image tokens in one sequence, in two lanes: a row with the prompt, a row with the negative.

    Both lanes carry the same image; after the kernel its tokens are steered and written back to both. The two texts go
    each their own way. `text_first` says where the text stands in the sequence.
    """

    def __init__(self, inner: Any, name: str, run: Run, text_first: bool) -> None:
        super().__init__(inner, name, run)
        self.text_first = text_first

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def __call__(self, attn: nn.Module, hidden_states: Tensor, *args: Any, **kwargs: Any) -> Any:
        """As the inner processor, the image tokens of all lanes steered and equal."""
        if not self.run.active:
            return self.inner(attn, hidden_states, *args, **kwargs)

        def kernel(query: Tensor, key: Tensor, value: Tensor, **options: Any) -> Tensor:
            steer, text = self.run.steer, self.run.text_tokens
            if self.run.flips is not None:
                flips = self.run.flips
                return self.note(
                    flip_joint(steer, query, key, value, text, flips, self.text_first, **options), None
                )
            if self.run.readable is not None:
                options["attn_mask"] = self.masked(self.run.readable, key.shape[2], options.get("attn_mask"))
            output = functional.scaled_dot_product_attention(query, key, value, **options)
            image = slice(text, None) if self.text_first else slice(0, output.shape[2] - text)
            first, *others = output.chunk(1 + len(steer.weights))
            result = combine(steer, first[:, :, image], [o[:, :, image] for o in others])
            output = output.clone()
            output[:, :, image] = self.note(result, first[:, :, image]).repeat(1 + len(others), 1, 1, 1)
            return output

        with meeting(kernel):
            return self.inner(attn, hidden_states, *args, **kwargs)

    def masked(self, readable: Tensor, tokens: int, mask: Tensor | None) -> Tensor:
        """The mask over the keys of the whole sequence, beside one that the model brings."""
        image = readable.new_ones(len(readable), tokens - readable.shape[1])
        whole = torch.cat([readable, image] if self.text_first else [image, readable], 1)[:, None, None]
        if mask is None:
            return whole
        return mask & whole if mask.dtype == torch.bool else mask.masked_fill(~whole, float("-inf"))


def _with_signature(method: Any, signature: inspect.Signature) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def inject(
    attentions: Mapping[str, Any], run: Run, steering: Callable[[Any, str, Run], SteeredProcessor]
) -> dict[str, Any]:
    """Put a steering processor around each attention's own; the own ones come back, for `eject`."""
    kept = {name: attention.processor for name, attention in attentions.items()}
    for name, attention in attentions.items():
        attention.set_processor(steering(attention, name, run))
    return kept


def eject(attentions: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Every attention has its own processor again."""
    for name, attention in attentions.items():
        attention.set_processor(kept[name])
