"""MiniMax Music 3, modular: the negative is a row beside the two of the language model that writes the music.

The flow model behind it reads hidden states and no text, so there is nothing to steer there. The language model chooses
a semantic code a frame from u + 1.5·(c − u), within the 50 likeliest of c alone. With a negative caption's row n, of the
same lyrics, that becomes u + 1.5·(c − u) − w_n·(n − u), fence kept. The block computes its formula itself, from a pair
of logits; so it is given the pair (c, u′) from which it makes the wanted sum. Codes within a frame come from a smaller
decoder, which goes on as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.family import Family
from eschew.backends.diffusers.run import Arguments, Run
from eschew.backends.steering import guide, needs
from eschew.errors import PromptError, RefusalError, UsageError

OWN_SCALE = 1.5
"""The guidance of the semantic codes, fixed in the block."""


@dataclass(eq=False)
class Row:
    """The language model on a negative caption: what it has read so far, and its last hidden state (1, width)."""

    ids: Tensor
    past: Any = None
    hidden: Any = None

    def follow(self, model: Callable[..., Any], embed: nn.Module, given: Mapping[str, Any]) -> None:
        """Read the caption, or the frame that the prompt's row has just got."""
        first = given.get("past_key_values") is None
        read = embed(self.ids) if first else given["inputs_embeds"][:1]
        out = model(inputs_embeds=read, past_key_values=None if first else self.past, use_cache=True)
        self.past, self.hidden = out.past_key_values, out.last_hidden_state[:, -1]


@dataclass(frozen=True)
class MiniMaxMusic(Family):
    """One song a call. A step is a frame, 25 a second."""

    def first_choice(self, pipe: Any) -> str:
        """Prompt, null and negative each keep their own row."""
        return "three-branch"

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Not the caller's to choose."""
        return OWN_SCALE

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> Arguments:
        """As called: the block's own formula stays, on other logits."""
        return dict(call)

    @contextmanager
    def negatives(self, pipe: Any, run: Run, texts: Sequence[str], call: Mapping[str, Any]) -> Iterator[None]:
        """While this holds, the language model reads the negatives, too, and its head speaks for all."""
        if run.steer.window != (0.0, 1.0):
            raise RefusalError(
                "the negative of this model has no window",
                where="window",
                why="it acts on frames as they are written, not on steps of denoising",
            )
        backbone, head = pipe.language_model.model, pipe.language_model.lm_head
        read, speak = backbone.forward, head.forward
        wanted = needs(run.steer, 0, 1)
        rows = [Row(_tokens(pipe, text, call)) for text in texts] if wanted.neg else []
        alone = not rows and run.steer.guidance_scale == OWN_SCALE

        def reading(*args: Any, **given: Any) -> Any:
            out = read(*args, **given)
            for row in rows:
                row.follow(read, backbone.embed_tokens, given)
            return out

        def speaking(hidden: Tensor) -> Tensor:
            run.at(run.step + 1)
            run.passes += 2 + len(rows)
            pair: Tensor = speak(hidden)
            if alone:
                return pair
            cond, uncond = pair[:1].float(), pair[1:].float()
            negs = [speak(row.hidden).float() for row in rows]
            target, _ = guide(run.steer, cond, negs, uncond, run.step, run.memory)
            plain, _ = guide(run.steer, cond, [], uncond, run.step, run.memory)
            run.changed = run.changed or not torch.equal(target, plain)
            # The block makes w·c − (w − 1)·u′ of the pair, at its own w.
            return torch.cat([cond, (OWN_SCALE * cond - target) / (OWN_SCALE - 1.0)])

        with _in_place_of(backbone, reading), _in_place_of(head, speaking):
            yield


@contextmanager
def _in_place_of(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    before = vars(module).get("forward")
    module.forward = forward
    try:
        yield
    finally:
        if before is None:
            del module.forward
        else:
            module.forward = before


def _tokens(pipe: Any, text: str, call: Mapping[str, Any]) -> Tensor:
    """The prompt's template with the negative as its caption and the same lyrics: (1, tokens)."""
    from diffusers.modular_pipelines.minimax_music3.encoders import MiniMaxMusic3TokenizeStep
    from diffusers.modular_pipelines.modular_pipeline import PipelineState

    if not call.get("lyrics"):
        raise UsageError(
            "the call has no lyrics", where="lyrics", why="the negative is read with the same ones"
        )
    state = PipelineState()
    state.set("prompt", text)
    state.set("lyrics", call["lyrics"])
    try:
        _, state = MiniMaxMusic3TokenizeStep()(pipe, state)
    except ValueError as problem:
        raise PromptError(
            "the negative is too long beside these lyrics",
            where="negative_prompt",
            why=str(problem),
            text=text,
            span=(0, len(text)),
        ) from problem
    ids: Tensor = state.get("text_ids")
    return ids[:1]


MINIMAX_MUSIC = MiniMaxMusic(
    "minimax-music",
    ("MiniMaxMusic3ModularPipeline",),
    methods=("three-branch", "cfg-substitution"),
    denoiser="language_model",
)
