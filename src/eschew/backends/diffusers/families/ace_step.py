"""ACE-Step 1.5, base, sft and turbo: cross-attention to one packed sequence of lyrics, timbre and caption.

The negative changes the caption alone. Lyrics, timbre, metadata and the task's instruction beside it are not encoded a
second time: eschew overhears what the pipeline hands to its condition encoder and puts the negative's caption in place
of the prompt's. So the timbre of a reference, which the VAE draws at random, is the very same tensor on both sides; and
a cover of strength below 1, which reads a second condition in every step, gets a second negative with its instruction.

The pipeline pads a batch to its longest caption and lyrics, and the model sees no mask, so it reads the padding. The
caption of a negative is one for all rows and never padded; of lyrics of unequal length the negative repeats what the
prompt's row has, padding included, so that the two differ in the caption and nowhere else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from eschew.backends.diffusers.family import Family
from eschew.backends.diffusers.run import Arguments, Run
from eschew.backends.steering import ATTENTION, Steer
from eschew.errors import PromptError, RefusalError

REPLACING = ("cfg-substitution", "apg", "cfg-zero")
"""Methods in which the negative takes the place of the null: without guidance there is no place to take."""

CONSTANT = ("lyric_encoder", "timbre_encoder")
"""Parts of the condition encoder that read the same on both sides, and are run for the prompt alone."""

CAPTION = "caption"
"""Beside a negative's conditions: those of the caption's tokens alone."""


@dataclass(frozen=True)
class Caption:
    """A negative's caption as the text encoder reads it: (1, tokens, width), with its mask, and where its words are."""

    states: Tensor
    mask: Tensor
    words: slice


@dataclass(frozen=True)
class AceStep(Family):
    """Base and sft guide with APG away from a learned null; turbo has no guidance left."""

    def distilled(self, pipe: Any) -> bool:
        """Turbo weights, as their own configuration says."""
        return bool(pipe.is_turbo)

    def first_choice(self, pipe: Any) -> str:
        """NAG on turbo. Elsewhere three branches: the null is learned, and a text is no replacement for it."""
        return "nag" if self.distilled(pipe) else "three-branch"

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Turbo: off, as the pipeline itself decides. Below 1 the pipeline takes it for off, too."""
        if self.distilled(pipe) or call["guidance_scale"] is None:
            return 1.0
        return max(1.0, super().guidance_scale(pipe, call))

    @contextmanager
    def negatives(self, pipe: Any, run: Run, texts: Sequence[str], call: Mapping[str, Any]) -> Iterator[None]:
        """While this holds, every prompt that the pipeline encodes is encoded with the negatives as its caption, too."""
        inner, owned = pipe.encode_prompt, vars(pipe).get("encode_prompt")
        waiting: list[list[Caption]] = []

        def encode_prompt(*args: Any, **kwargs: Any) -> Any:
            asked = _named(type(pipe).encode_prompt, pipe, args, kwargs)
            waiting.append([_caption(pipe, inner, text, asked) for text in texts])
            return inner(*args, **kwargs)

        def packed(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
            given = _named(type(module).forward, module, args, kwargs)
            run.on(len(run.heard))
            run.heard.append(output[0])
            with _as_it_was(module, encoded):
                run.negatives = [_packed(module, given, caption) for caption in waiting.pop(0)]
            if run.steer.method in ATTENTION:
                run.states = [self.states(pipe.transformer, self._read(run, one)) for one in run.negatives]
            for one in run.negatives:
                del one[CAPTION]
            run.on(0)

        encoded: dict[str, Any] = {}
        encoder = pipe.condition_encoder
        handles = [
            encoder.register_forward_hook(packed, with_kwargs=True),
            *(getattr(encoder, name).register_forward_hook(_keeping(name, encoded)) for name in CONSTANT),
        ]
        pipe.encode_prompt = encode_prompt
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()
            if owned is None:
                del pipe.encode_prompt
            else:
                pipe.encode_prompt = owned

    def turn(self, pipe: Any, run: Run, call: Mapping[str, Any], arguments: Arguments) -> Steer:
        """Where the pipeline guides, as decided; elsewhere the negative acts beside an unguided prompt.

        The pipeline does not guide the second condition of a cover, nor outside its own interval of noise levels
        (`cfg_interval_start` to `cfg_interval_end` of 1 − t). That interval is about the prompt's guidance, the window
        about the negative: a method that takes the null's place acts where both hold, the others in all of the window.
        """
        run.on(_track(run, arguments["encoder_hidden_states"]))
        if run.track > 0:
            return replace(run.steer, positive="none")
        done = 1.0 - float(pipe.scheduler.timesteps[run.step])
        if call["cfg_interval_start"] <= done <= call["cfg_interval_end"]:
            return run.steer
        method = "none" if run.steer.method in REPLACING else run.steer.method
        return replace(run.steer, method=method, positive="none")

    def null(self, pipe: Any, call: Mapping[str, Any], positive: Arguments) -> Arguments:
        """The learned null. An encoded empty text is none: it is out of distribution and degrades the sound."""
        states: Tensor = positive["encoder_hidden_states"]
        null = getattr(pipe.condition_encoder, "null_condition_emb", None)
        if null is None:
            raise RefusalError(
                "these weights have no null to guide away from",
                where="method",
                hint='method="nag" needs none',
            )
        return {"encoder_hidden_states": null.to(states).expand_as(states)}

    def attentions(self, denoiser: Any) -> dict[str, Any]:
        """The cross-attention of every layer."""
        return {f"layers.{i}.cross_attn": layer.cross_attn for i, layer in enumerate(denoiser.layers)}

    def states(self, denoiser: Any, negative: Arguments) -> Tensor:
        """Behind the projection that all layers share."""
        states: Tensor = denoiser.condition_embedder(negative["encoder_hidden_states"])
        return states

    def _read(self, run: Run, negative: Arguments) -> Arguments:
        """What attentions read beside the prompt: all of the negative, or its words alone where they are subtracted.

        Value sign flip puts the negative into the prompt's own softmax: lyrics, voice and template, the same on both
        sides, would cancel the prompt's.
        """
        return {"encoder_hidden_states": negative[CAPTION]} if run.steer.method == "vsf" else negative


def _named(
    method: Callable[..., Any], owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Arguments:
    """The arguments of a call of `owner`'s method by name, defaults filled in."""
    bound = inspect.signature(method).bind(owner, *args, **kwargs)
    bound.apply_defaults()
    return dict(list(bound.arguments.items())[1:])


def _keeping(name: str, encoded: dict[str, Any]) -> Callable[..., None]:
    """A hook that keeps what a module gave last."""

    def keep(module: Any, args: Any, output: Any) -> None:
        encoded[name] = output

    return keep


@contextmanager
def _as_it_was(module: Any, encoded: Mapping[str, Any]) -> Iterator[None]:
    """While this holds, the parts that are the same on both sides give what they gave for the prompt."""
    parts = {getattr(module, name): output for name, output in encoded.items()}
    own = {part: vars(part).get("forward") for part in parts}
    for part, output in parts.items():
        part.forward = lambda *_, _output=output, **__: _output
    try:
        yield
    finally:
        for part, forward in own.items():
            if forward is None:
                del part.forward
            else:
                part.forward = forward


def _track(run: Run, states: Tensor) -> int:
    """Which of the pipeline's conditions this is: the first it encoded is the task's, the second a cover's other one."""
    for track, heard in enumerate(run.heard):
        if heard is states or (heard.shape == states.shape and torch.equal(heard, states)):
            return track
    raise RefusalError(
        "the denoiser was called with a condition that the pipeline did not encode",
        where="attach",
        hint="leave encoder_hidden_states to the pipeline",
    )


def _packed(module: Any, given: Mapping[str, Any], caption: Caption) -> Arguments:
    """The prompt's conditions with another caption: (rows, lyrics + timbre + caption, width)."""
    rows = len(given["lyric_hidden_states"])
    changed = {
        "text_hidden_states": caption.states.expand(rows, -1, -1),
        "text_attention_mask": caption.mask.expand(rows, -1),
    }
    states, mask = module.forward(**{**given, **changed})
    # Lyrics and timbre stand first; lyrics that are shorter than the longest leave their padding at the end.
    first = mask.sum(1, keepdim=True) - caption.mask.shape[1]
    words = first + torch.arange(caption.words.start, caption.words.stop, device=states.device)
    return {
        "encoder_hidden_states": states,
        CAPTION: states.gather(1, words.unsqueeze(-1).expand(-1, -1, states.shape[-1])),
    }


def _caption(pipe: Any, encode_prompt: Callable[..., Any], text: str, asked: Mapping[str, Any]) -> Caption:
    """`text` in the template, with the instruction and metadata of the prompt. PromptError where it is too long."""
    form = {k: asked[k] for k in ("audio_duration", "instruction", "bpm", "keyscale", "timesignature")}
    whole, _ = pipe._format_prompt(prompt=text, **form)
    begins = pipe._format_prompt(prompt="\0", **form)[0].index("\0")
    ends = begins + len(text)
    spans = pipe.tokenizer(whole, return_offsets_mapping=True).offset_mapping
    words = [i for i, (start, stop) in enumerate(spans) if start < ends and stop > begins and stop > start]
    most = asked["max_text_length"]
    over = len(spans) - most
    if over > 0:
        kept = max(0, len(words) - over)
        raise PromptError(
            f"the negative makes a text of {len(spans)} tokens with its metadata, and max_text_length is {most}",
            where="negative_prompt",
            why=f"its last {min(over, len(words))} tokens would be cut off",
            hint="keep the three to five clauses that matter most, or raise max_text_length",
            text=text,
            span=(max(0, spans[words[kept]][0] - begins) if words else 0, len(text)),
        )
    states, mask, _, _ = encode_prompt(
        prompt=text, lyrics="", device=asked["device"], max_text_length=most, **form
    )
    return Caption(states, mask, slice(words[0], words[-1] + 1) if words else slice(0, 0))


ACE_STEP = AceStep(
    "ace-step",
    ("AceStepPipeline",),
    batched=("hidden_states", "timestep", "timestep_r", "context_latents"),
    positive="apg",
    axes=(1,),
)
