"""Guiders for modular pipelines of diffusers: `pipe.update_components(guider=ThreeBranchGuidance(…))`.

A modular pipeline hands its guider the prompt's inputs and the negative's, and computes a prediction for each batch that
the guider asks for. The null is a third input, which such a pipeline does not have: it is zeros in the fields of
`TEXT_FIELDS`, as for SDXL and MiniMax Music 3, unless `use_null` says what it is. Inside [start, stop) of the steps the
method acts, outside it the prompt alone is guided; stock guiders do not guide there at all.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import torch
from diffusers.configuration_utils import register_to_config
from diffusers.guiders.guider_utils import BaseGuidance, GuiderOutput
from torch import Tensor, nn

from eschew.backends.diffusers.processors import CrossProcessor, eject, inject
from eschew.backends.diffusers.run import Run
from eschew.backends.steering import Memory, Needs, Steer, guide, is_off, needs
from eschew.catalog.method_facts import method as method_facts
from eschew.errors import KnobError, NoopError, RefusalError, UsageError

__all__ = [
    "NegativeGuidance",
    "NormalizedAttentionGuidance",
    "PerpNegGuidance",
    "ProjectedGuidance",
    "SubstitutionGuidance",
    "ThreeBranchGuidance",
]

COND, NEG, NULL = "pred_cond", "pred_neg", "pred_null"
TEXT_FIELDS = ("prompt_embeds", "text_embeds", "encoder_hidden_states", "pooled_projections")
"""What denoisers of modular pipelines call their text."""
OnNoop = Literal["raise", "warn"]


class NegativeGuidance(BaseGuidance):  # type: ignore[misc]
    """The base of the guiders below: `steer` says what to do, `eschew.guidance` how. NoopError after the last step if
    the negative changed nothing. Settings are given by name: diffusers forgets those that are not when it makes a copy.
    """

    _input_predictions: ClassVar[list[str]] = [COND, NEG, NULL]

    def __init__(self, steer: Steer, enabled: bool, on_noop: OnNoop) -> None:
        _check(steer, on_noop)
        super().__init__(*steer.window, enabled)
        self.steer = steer
        self.on_noop = on_noop
        self.null: Mapping[str, Tensor] = {}
        self.memory = Memory()
        self.changed = False

    def use_null(self, fields: Mapping[str, Tensor]) -> None:
        """The null of these weights, by the names of the denoiser's inputs, such as an encoded empty text."""
        self.null = dict(fields)

    def prepare_inputs(self, data: Mapping[str, Any]) -> list[Any]:
        """A batch of inputs for each prediction that this step needs."""
        if not self._step:
            self.memory, self.changed = Memory(), False
        return [self._batch(data, role) for role in self._roles()]

    def prepare_inputs_from_block_state(self, data: Any, input_fields: Mapping[str, Any]) -> list[Any]:
        """The same, from a block's state and the names of its fields."""

        def found(names: Any) -> Any:
            pair = (names, names) if isinstance(names, str) else names
            return tuple(None if name is None else getattr(data, name, None) for name in pair)

        return self.prepare_inputs({key: found(names) for key, names in input_fields.items()})

    def forward(
        self, pred_cond: Tensor, pred_neg: Tensor | None = None, pred_null: Tensor | None = None
    ) -> Any:
        """The guided prediction."""
        negs = [] if pred_neg is None else [pred_neg]
        steer, step, before = self.steer, self._step or 0, self.memory
        guided, self.memory = guide(steer, pred_cond, negs, pred_null, step, before)
        if negs and not self.changed:
            self.changed = not torch.equal(guided, guide(steer, pred_cond, [], pred_null, step, before)[0])
        self._check_changed()
        return GuiderOutput(
            pred=guided, pred_cond=pred_cond, pred_uncond=pred_neg if pred_null is None else pred_null
        )

    @property
    def is_conditional(self) -> bool:
        """Whether the batch that runs now is the prompt's."""
        return bool(self._roles()[self._count_prepared - 1] == COND)

    @property
    def num_conditions(self) -> int:
        """How many predictions this step needs."""
        return len(self._roles())

    def get_state(self) -> dict[str, Any]:
        """What diffusers shows, and whether the negative has changed anything yet."""
        return {**super().get_state(), "changed": self.changed}

    def _needs(self) -> Needs:
        if not self._enabled:
            return Needs(neg=False, uncond=False, attention=False)
        return needs(self.steer, self._step or 0, self._num_inference_steps or 1)

    def _roles(self) -> list[str]:
        wanted = self._needs()
        return [COND, *([NEG] if wanted.neg else []), *([NULL] if wanted.uncond else [])]

    def _batch(self, data: Mapping[str, Any], role: str) -> Any:
        if role != NULL:
            return self._prepare_batch(data, 1 if role == NEG else 0, role)
        batch = self._prepare_batch(data, 0, role)
        for name in data:
            given = getattr(batch, name, None)
            if name in self.null and isinstance(given, Tensor):
                null = self.null[name].to(given)
                setattr(batch, name, null.expand(len(given), *null.shape[1:]) if len(null) == 1 else null)
            elif not self.null and name in TEXT_FIELDS and isinstance(given, Tensor):
                setattr(batch, name, torch.zeros_like(given))
        return batch

    def _check_changed(self) -> None:
        last = self._num_inference_steps is not None and self._step == self._num_inference_steps - 1
        if self.changed or not last or not self._enabled:
            return
        message = f"the negative changed nothing ({self.steer.method})"
        why = "its settings are those at which it does nothing" if is_off(self.steer) else (
            "prompt and negative are the same to the model"
        )  # fmt: skip
        if self.on_noop == "raise":
            raise NoopError(message, where="guider", why=why, hint='on_noop="warn" lets it pass')
        warnings.warn(f"{message}: {why}", stacklevel=2)


class SubstitutionGuidance(NegativeGuidance):
    """n + w·(c − n), as the stock guider has it. Two passes."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self, *, guidance_scale: float = 7.5, start: float = 0.0, stop: float = 1.0, enabled: bool = True,
        on_noop: OnNoop = "raise",
    ) -> None:  # fmt: skip
        steer = Steer("cfg-substitution", guidance_scale, guidance_scale - 1.0, (start, stop))
        super().__init__(steer, enabled, on_noop)


class ThreeBranchGuidance(NegativeGuidance):
    """u + w·(c − u) − w_n·(n − u). Three passes; at w_n = w − 1 it is the substitution."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self, *, guidance_scale: float = 7.5, negative_scale: float = 6.5, start: float = 0.0, stop: float = 1.0,
        enabled: bool = True, on_noop: OnNoop = "raise",
    ) -> None:  # fmt: skip
        super().__init__(
            Steer("three-branch", guidance_scale, negative_scale, (start, stop)), enabled, on_noop
        )


class PerpNegGuidance(NegativeGuidance):
    """u + w·(p − s·q⊥): of the negative only what the prompt does not share. `negative_scale` is s. Three passes."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self, *, guidance_scale: float = 7.5, negative_scale: float = 1.0, start: float = 0.0, stop: float = 1.0,
        enabled: bool = True, on_noop: OnNoop = "raise",
    ) -> None:  # fmt: skip
        super().__init__(Steer("perp-neg", guidance_scale, negative_scale, (start, stop)), enabled, on_noop)


class ProjectedGuidance(NegativeGuidance):
    """APG away from the negative, with norm and projection over all of a sample. Two passes."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self, *, guidance_scale: float = 7.5, momentum: float = -0.75, eta: float = 0.0, norm_threshold: float = 2.5,
        start: float = 0.0, stop: float = 1.0, enabled: bool = True, on_noop: OnNoop = "raise",
    ) -> None:  # fmt: skip
        knobs = {"momentum": momentum, "eta": eta, "norm_threshold": norm_threshold}
        super().__init__(
            Steer("apg", guidance_scale, guidance_scale - 1.0, (start, stop), knobs), enabled, on_noop
        )


class NormalizedAttentionGuidance(NegativeGuidance):
    """NAG, for denoisers that read the text in cross-attentions of their own: one pass a step and one in all.

    Before the first step that it acts in, the denoiser runs once on the negative, to learn what its attentions are
    given; their keys and values are then computed once. At `guidance_scale` 1, for weights that guidance was distilled
    from, nothing else is computed. RefusalError for joint attention, where a guider cannot widen the batch by a lane:
    `attach` can.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self, *, guidance_scale: float = 1.0, phi: float = 4.0, tau: float = 2.5, alpha: float = 0.25,
        start: float = 0.0, stop: float = 1.0, enabled: bool = True, on_noop: OnNoop = "raise",
    ) -> None:  # fmt: skip
        knobs = {"phi": phi, "tau": tau, "alpha": alpha}
        super().__init__(Steer("nag", guidance_scale, 0.0, (start, stop), knobs), enabled, on_noop)
        self.run = Run(self.steer)
        self._undo: list[Any] = []

    def prepare_inputs(self, data: Mapping[str, Any]) -> list[Any]:
        """A batch for each prediction; the negative's once."""
        if not self._step:
            self.run = Run(self.steer)
        return super().prepare_inputs(data)

    def prepare_models(self, denoiser: nn.Module) -> None:
        """Listen while the negative runs, steer while the prompt runs."""
        super().prepare_models(denoiser)
        role = self._roles()[self._count_prepared - 1]
        if role == NULL or not self._needs().attention:
            return
        attentions = cross_attentions(denoiser)
        self._undo.append(_cleaned(denoiser, lambda: self.cleanup_models(denoiser)))
        if role == NEG:
            heard = next(iter(attentions.values())).register_forward_pre_hook(self._hear, with_kwargs=True)
            self._undo.append(heard.remove)
            return
        kept = inject(attentions, self.run, _cross)
        self._undo.append(lambda: eject(attentions, kept))
        self.run.active = True

    def cleanup_models(self, denoiser: nn.Module) -> None:
        """The denoiser is as it was."""
        self.run.active = False
        while self._undo:
            self._undo.pop()()

    def forward(
        self,
        pred_cond: Tensor,
        pred_neg: Tensor | None = None,
        pred_null: Tensor | None = None,
    ) -> Any:
        """Plain guidance, if any; the negative has acted inside `pred_cond`."""
        self.changed = self.run.changed
        return super().forward(pred_cond, None, pred_null)

    def _roles(self) -> list[str]:
        wanted = self._needs()
        # Asked again after the negative was heard, a step still has the batches that it began with.
        first = wanted.attention and (not self.run.states or self.run.mark == self._step)
        return [*([NEG] if first else []), COND, *([NULL] if wanted.uncond else [])]

    def _hear(self, _attention: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        states = kwargs.get("encoder_hidden_states", args[1] if len(args) > 1 else None)
        if not isinstance(states, Tensor):
            raise UsageError("the attention was given no text", where="guider")
        self.run.states, self.run.mark = [states], self._step


def _check(steer: Steer, on_noop: str) -> None:
    """KnobError for a number that is none or out of range."""
    for name, value in (("guidance_scale", steer.guidance_scale), ("negative_scale", steer.negative_scale)):
        if not (math.isfinite(value) and -1.0 <= value <= 100.0) or steer.guidance_scale < 0.0:
            raise KnobError(f"{name} must be a number from 0 to 100, not {value:g}", where="guider")
    for name, value in steer.knobs.items():
        method_facts(steer.method).knob(name).checked(value)
    if on_noop not in ("raise", "warn"):
        raise KnobError(f"on_noop is raise or warn, not {on_noop!r}", where="on_noop")


def _cross(attention: Any, name: str, run: Run) -> CrossProcessor:
    return CrossProcessor(attention.processor, name, run)


def _cleaned(denoiser: nn.Module, cleanup: Callable[[], None]) -> Callable[[], None]:
    """Let the next pass clean up after itself: if it fails, nobody else does. Gives a function that takes this back."""
    forward, had_forward = denoiser.forward, "forward" in vars(denoiser)

    @functools.wraps(forward)
    def cleaned(*args: Any, **kwargs: Any) -> Any:
        try:
            return forward(*args, **kwargs)
        finally:
            cleanup()

    def take_back() -> None:
        if had_forward:
            denoiser.forward = forward
        else:
            del denoiser.forward

    denoiser.forward = cleaned
    return take_back


def cross_attentions(denoiser: nn.Module) -> dict[str, Any]:
    """The attentions that read nothing but the text. RefusalError where there are none."""
    found = {
        name: module
        for name, module in denoiser.named_modules()
        if hasattr(module, "set_processor") and name.rpartition(".")[2] in ("attn2", "cross_attn")
    }
    if not found:
        raise RefusalError(
            f"{type(denoiser).__name__} has no attention that reads the text alone",
            where="guider",
            why="NAG in joint attention needs a second lane in the batch",
            hint="eschew.attach, or ThreeBranchGuidance",
        )
    return found
