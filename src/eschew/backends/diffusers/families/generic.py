"""Any other pipeline with a UNet or a transformer that takes `encoder_hidden_states`.

Nobody described these pipelines here, so they are asked: each is run up to its denoiser, once with the negative as its
prompt and once with no prompt. What differs in the denoiser's arguments carries the text. Attentions that read the text
alone show what they make of a negative in one pass with it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from eschew.backends.diffusers.capture import CapturedProcessor
from eschew.backends.diffusers.family import Family
from eschew.backends.diffusers.processors import SteeredProcessor
from eschew.backends.diffusers.rehearsal import differing, rehearsed
from eschew.backends.diffusers.run import Arguments, Run
from eschew.backends.steering import Steer
from eschew.errors import PromptError, RefusalError

TEXT = "encoder_hidden_states"
GUIDED = 5.0
"""A scale at which every pipeline guides."""


@dataclass(frozen=True)
class Generic(Family):
    """The last to be asked. Branches never share a forward pass: nobody knows which arguments have a row a sample."""

    def knows(self, pipe: Any) -> bool:
        """Whether there is a denoiser of this kind; RefusalError, which names what is missing, where that is not
        enough: this is the last family that could steer it.
        """
        denoiser = getattr(pipe, self.denoiser, None)
        if not isinstance(denoiser, nn.Module) or not hasattr(pipe, "components"):
            return False
        missing = _missing(pipe, self.denoiser, denoiser, self.batched[0])
        if missing:
            raise RefusalError(
                f"eschew does not know how to steer {type(pipe).__name__}", where="attach", why=missing
            )
        return True

    def distilled(self, pipe: Any) -> bool:
        """Where the guidance scale is an input of the weights, or the pipeline has none."""
        return _scale_argument(pipe) is None

    def first_choice(self, pipe: Any) -> str:
        """An attention-side method only where some attention says of itself that it reads another sequence."""
        crosses = any(
            getattr(a, "is_cross_attention", False)
            for a in self.attentions(getattr(pipe, self.denoiser)).values()
        )
        return "nag" if self.distilled(pipe) and crosses else "cfg-substitution"

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """The pipeline's own, read as uncond + w·(cond − uncond); off where it has none."""
        name = _scale_argument(pipe)
        value = call.get(name) if name else None
        return max(1.0, float(value)) if isinstance(value, int | float) else 1.0

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """The scale at 1; an embedded scale stays."""
        name = _scale_argument(pipe)
        return dict(call) if name is None else {**call, name: self.guidance_off}

    def guided_channels(self, denoiser: Any) -> int | None:
        """The first half, where the second is a learned variance."""
        config = denoiser.config
        learned = getattr(config, "learn_sigma", False)
        given, taken = getattr(config, "out_channels", None), getattr(config, "in_channels", None)
        doubled = isinstance(given, int) and isinstance(taken, int) and given == 2 * taken
        return int(taken) if isinstance(taken, int) and (learned or doubled) else None

    @contextmanager
    def negatives(self, pipe: Any, run: Run, texts: Sequence[str], call: Mapping[str, Any]) -> Iterator[None]:
        """The pipeline is asked before it starts, for the null too: in its steps it could not be asked any more."""
        denoiser, own = getattr(pipe, self.denoiser), self.unguided(pipe, call)
        empty = rehearsed(pipe, denoiser, "", own)
        _one_row(pipe, empty, self.batched[0])
        for text in texts:
            told = rehearsed(pipe, denoiser, text, own)
            carried = differing(told, empty)
            if TEXT not in carried:
                raise RefusalError(
                    f"the negative does not reach {TEXT} of {type(pipe).__name__}",
                    where="negative_prompt",
                    why="the denoiser is handed the same text for it as for none",
                )
            _whole(pipe, denoiser, text, own, told, carried)
            run.negatives.append(carried)
        run.null = _null(pipe, denoiser, call, empty, run.negatives[0])
        yield

    def turn(self, pipe: Any, run: Run, call: Mapping[str, Any], arguments: Arguments) -> Steer:
        """RefusalError where a second call in one step brings another text: the pipeline guides all the same."""
        text, before = arguments[TEXT], run.told
        run.told = (run.step, text)
        if before is not None and before[0] == run.step and differing({TEXT: text}, {TEXT: before[1]}):
            raise RefusalError(
                f"the guidance of {type(pipe).__name__} cannot be switched off",
                where="attach",
                why="with its scale at 1 it calls its denoiser with two texts in one step",
            )
        return super().turn(pipe, run, call, arguments)

    def attentions(self, denoiser: nn.Module) -> dict[str, Any]:
        """All that could read a text; a capturing pass shows which do."""
        return {
            name: module
            for name, module in denoiser.named_modules()
            if hasattr(module, "set_processor")
            and hasattr(module, "processor")
            and TEXT in inspect.signature(module.processor.__call__).parameters
        }

    def steering(self, attention: Any, name: str, run: Run) -> SteeredProcessor:
        """Steers with what a capturing pass left."""
        return CapturedProcessor(attention.processor, name, run)


def _missing(pipe: Any, kind: str, denoiser: nn.Module, first: str) -> str:
    """What a pipeline lacks that eschew needs; the empty string where it lacks nothing."""
    takes = inspect.signature(denoiser.forward).parameters
    for name in (first, "timestep", TEXT):
        if name not in takes:
            return f"its {kind} takes no {name}"
    if not callable(getattr(pipe, "encode_prompt", None)):
        return "it has no encode_prompt"
    if "prompt" not in inspect.signature(type(pipe).__call__).parameters:
        return "it takes no prompt"
    others = [n for n, c in pipe.components.items() if n != kind and type(c) is type(denoiser)]
    return f"it has a second denoiser, {others[0]}" if others else ""


def _scale_argument(pipe: Any) -> str | None:
    """The pipeline's argument for guidance of two predictions; None where it has none."""
    takes = inspect.signature(type(pipe).__call__).parameters
    if "true_cfg_scale" in takes:
        return "true_cfg_scale"
    denoiser = getattr(pipe, "transformer", None) or getattr(pipe, "unet", None)
    embedded = bool(getattr(getattr(denoiser, "config", None), "guidance_embeds", False))
    return "guidance_scale" if "guidance_scale" in takes and not embedded else None


def _one_row(pipe: Any, arguments: Arguments, first: str) -> None:
    """RefusalError where the pipeline guides although it was told not to."""
    rows = len(arguments[first])
    if rows != 1 or bool(getattr(pipe, "do_classifier_free_guidance", False)):
        raise RefusalError(
            f"the guidance of {type(pipe).__name__} cannot be switched off",
            where="attach",
            why=f"with its scale at 1 it hands its denoiser {rows} rows for one sample",
        )


def _whole(
    pipe: Any, denoiser: Any, text: str, own: Mapping[str, Any], told: Arguments, carried: Arguments
) -> None:
    """PromptError where an encoder cut the text off: without its last word it is the same to the denoiser."""
    words = re.findall(r"\W*\S*\w\S*", text)
    if len(words) < 2:
        return

    def same(count: int) -> bool:
        """Whether some text argument is the same with the first `count` words as with all of them."""
        other = differing(told, rehearsed(pipe, denoiser, "".join(words[:count]), own))
        return bool(_names(carried) - _names(other))

    if not same(len(words) - 1):
        return
    low, high = 1, len(words) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if same(middle) else (middle + 1, high)
    raise PromptError(
        f"the negative is longer than {type(pipe).__name__} reads",
        where="negative_prompt",
        why="the rest would be cut off",
        hint="keep the three to five clauses that matter most",
        text=text,
        span=(sum(map(len, words[:low])), len(text)),
    )


def _names(arguments: Arguments, above: str = "") -> set[str]:
    """The names of all tensors, nested ones with a dot."""
    names: set[str] = set()
    for name, value in arguments.items():
        names |= _names(value, f"{above}{name}.") if isinstance(value, dict) else {above + name}
    return names


def _picked(arguments: Arguments, like: Arguments) -> Arguments:
    """Those of `arguments` that `like` has."""
    return {
        name: _picked(arguments[name], value) if isinstance(value, dict) else arguments[name]
        for name, value in like.items()
    }


def _null(pipe: Any, denoiser: Any, call: Mapping[str, Any], empty: Arguments, like: Arguments) -> Arguments:
    """What the pipeline itself guides away from where it is given no negative: zeros in some. Seen where it hands both
    rows to one call of its denoiser, as the row that is not the prompt's; the empty text elsewhere.
    """
    name, prompt = _scale_argument(pipe), call["prompt"]
    prompt = prompt[0] if isinstance(prompt, list) else prompt
    fallback = _picked(empty, like)
    if name is None or not isinstance(prompt, str):
        return fallback
    alone, both = (_picked(rehearsed(pipe, denoiser, prompt, {**call, name: w}), like) for w in (1.0, GUIDED))
    if any(shape[0] != 2 for shape in _shapes(both)):
        return fallback
    others = [row for row in (_row(both, 0), _row(both, 1)) if differing(row, alone)]
    return others[0] if len(others) == 1 else fallback


def _shapes(arguments: Arguments) -> list[tuple[int, ...]]:
    """The shapes of all tensors; (0,) for what is none."""
    shapes: list[tuple[int, ...]] = []
    for value in arguments.values():
        if isinstance(value, dict):
            shapes += _shapes(value)
        else:
            shapes.append(tuple(value.shape) if isinstance(value, Tensor) and value.ndim else (0,))
    return shapes


def _row(arguments: Arguments, row: int) -> Arguments:
    """One row of every tensor, as a batch of one."""
    return {
        name: _row(value, row) if isinstance(value, dict) else value[row : row + 1]
        for name, value in arguments.items()
    }


GENERIC_UNET = Generic("generic-unet", (), denoiser="unet", batched=("sample",), joins=False, captured=True)
GENERIC_TRANSFORMER = Generic(
    "generic-transformer", (), batched=("hidden_states",), joins=False, captured=True
)
