"""The denoiser's forward pass, steered: one call of the pipeline becomes the passes that the method needs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from eschew.backends.diffusers.family import Family
from eschew.backends.diffusers.levels import step_kernel
from eschew.backends.diffusers.run import Arguments, Run
from eschew.backends.steering import Needs, guide, needs
from eschew.errors import RefusalError


def steered_forward(
    forward: Callable[..., Any], pipe: Any, family: Family, run: Run, call: Arguments
) -> Callable[..., Any]:
    """`forward` with guidance inside. The pipeline's own guidance must be off: every row it sends is a prompt's."""
    denoiser = getattr(pipe, family.denoiser)
    signature = signature_of(denoiser, forward)
    width = family.guided_channels(denoiser)

    def steered(*args: Any, **kwargs: Any) -> Any:
        arguments = named_arguments(signature, args, kwargs)
        wants_object = arguments.get("return_dict", True)
        arguments["return_dict"] = False
        # Image-to-image starts in the middle of the scheduler's timesteps: the pipeline knows how many are run.
        run.steps = getattr(pipe, "_num_timesteps", None) or len(pipe.scheduler.timesteps)
        timestep = float(torch.as_tensor(arguments[family.timestep]).flatten()[0])
        run.at((getattr(pipe.scheduler, "step_index", None), timestep))
        steer = family.turn(pipe, run, call, arguments)
        wanted = needs(steer, run.step, run.steps)
        cond, negs, uncond = _predictions(forward, pipe, family, run, call, arguments, wanted)
        # Beside what is guided a prediction may hold a learned variance, or the tokens of reference images.
        own = width if width is not None else family.own_tokens(arguments)
        listed = isinstance(cond, list)
        whole = _stacked(cond)
        cond, uncond, negs = whole[:, :own], _own(uncond, own), [_own(neg, own) for neg in negs]
        before = run.memory
        guided, run.memory = guide(
            steer,
            cond,
            negs,
            uncond,
            run.step,
            before,
            lambda: step_kernel(pipe.scheduler, run.step, timestep),
        )
        if negs and not run.changed:
            without, _ = guide(steer, cond, [], uncond, run.step, before)
            run.changed = not torch.equal(guided, without)
        if negs or uncond is not None:
            guided = family.settled(call, guided, cond)
        if own is not None:
            guided = torch.cat([guided, whole[:, own:]], 1)
        out: Any = list(guided.unbind(0)) if listed else guided
        return _Output(sample=out) if wants_object else (out,)

    steered.eschew = True  # type: ignore[attr-defined]
    steered.__signature__ = signature  # type: ignore[attr-defined]
    return steered


def _predictions(
    forward: Callable[..., Any],
    pipe: Any,
    family: Family,
    run: Run,
    call: Arguments,
    arguments: Arguments,
    wanted: Needs,
) -> tuple[Any, list[Any], Any]:
    """The prompt's prediction, one for each negative where they act by it, and the null's where it is needed."""
    rows = len(arguments[family.batched[0]])
    text = _carriers(arguments, run.negatives[0])
    negatives = [family.beside(negative, arguments) for negative in run.negatives]
    branches = list(negatives) if wanted.neg else []
    if wanted.uncond:
        branches.append(family.beside(_null(pipe, family, run, call, text), arguments))
    if wanted.attention:
        if family.captured and not run.texts:
            _capture(forward, pipe, run, arguments, rows)
        cond = _attended(forward, family, run, arguments, negatives)
        others = _together(forward, family, run, arguments, branches, rows)
    else:
        cond, *others = _together(forward, family, run, arguments, [text, *branches], rows)
    uncond = others.pop() if wanted.uncond else None
    return cond, others, uncond


class _Output(dict[str, Any]):
    """The denoiser's output for those who asked for an object: `.sample`, `["sample"]` and `[0]` as diffusers has it."""

    @property
    def sample(self) -> Any:
        return self["sample"]

    def __getitem__(self, key: Any) -> Any:
        return tuple(self.values())[key] if isinstance(key, int) else super().__getitem__(key)


def signature_of(denoiser: Any, forward: Callable[..., Any]) -> inspect.Signature:
    """The arguments of the denoiser; torch.compile's wrapper names none, the model in it does."""
    inner = getattr(denoiser, "_orig_mod", None)
    return inspect.signature(forward if inner is None else inner.forward)


def named_arguments(signature: inspect.Signature, args: Sequence[Any], kwargs: Arguments) -> Arguments:
    """All arguments by name."""
    bound = dict(signature.bind(*args, **kwargs).arguments)
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            bound |= bound.pop(parameter.name, {})
    return bound


def _carriers(arguments: Arguments, like: Arguments) -> Arguments:
    """Those of `arguments` that carry the text."""
    return {
        name: _carriers(arguments[name], value) if isinstance(value, dict) else arguments[name]
        for name, value in like.items()
    }


def _together(
    forward: Callable[..., Any],
    family: Family,
    run: Run,
    arguments: Arguments,
    branches: Sequence[Arguments],
    rows: int,
) -> list[Any]:
    """One prediction a branch; branches of one shape ride in one forward pass."""
    spread = [_spread(branch, rows) for branch in branches]
    run.passes += len(branches)
    if family.joins and len(branches) > 1 and all(_shapes(s) == _shapes(spread[0]) for s in spread):
        batch = repeated(arguments, family.batched, len(branches))
        out = forward(**_merged(batch, _joined(spread) | _first(spread, family.shared)))[0]
        return [out[i * rows : (i + 1) * rows] for i in range(len(branches))]
    return [forward(**_merged(arguments, branch))[0] for branch in spread]


def _null(pipe: Any, family: Family, run: Run, call: Arguments, text: Arguments) -> Arguments:
    """The null beside this prompt, computed once for each shape that it takes."""
    if run.null is not None:
        return run.null
    key = repr(_shapes(text))
    if key not in run.nulls:
        run.nulls[key] = family.null(pipe, call, text)
    return run.nulls[key]


def _capture(forward: Callable[..., Any], pipe: Any, run: Run, arguments: Arguments, rows: int) -> None:
    """One pass with each negative as the prompt, in which every text-reading attention keeps its keys and values."""
    run.capturing = True
    try:
        for negative in run.negatives:
            run.passes += 1
            forward(**_merged(arguments, _spread(negative, rows)))
    finally:
        run.capturing = False
    if not run.texts:
        raise RefusalError(
            f"no attention of {type(pipe).__name__} reads the text alone",
            where="method",
            why="text and image share one sequence, or another attention backend than torch's own is set",
            hint='method="cfg-substitution"',
        )


def _attended(
    forward: Callable[..., Any],
    family: Family,
    run: Run,
    arguments: Arguments,
    negatives: Sequence[Arguments],
) -> Any:
    """The prompt's prediction with the negative inside the attentions: beside it, in lanes, or in the one sequence."""
    rows, passes = len(arguments[family.batched[0]]), 1
    if family.text_first is not None and run.steer.method == "vsf":
        run.text_tokens = family.text_length(arguments)
        shared = zip(run.states, run.steer.shares, strict=True)
        run.flips = torch.cat([states.new_full((states.shape[1],), share) for states, share in shared])
        arguments = family.appended(arguments, run.states)
    elif family.text_first is not None:
        lanes, readable = family.levelled([_carriers(arguments, negatives[0]), *negatives])
        run.readable = None if readable is None else readable.repeat_interleave(rows, 0)
        kept = [
            {k: v for k, v in _spread(lane, rows).items() if k in family.lane_arguments} for lane in lanes
        ]
        passes = len(lanes)
        # Pooled text and modulation are the prompt's in every lane: only the token streams differ.
        beside = [name for name in (*family.batched, *negatives[0]) if name not in family.shared]
        spread = repeated(arguments, beside, passes)
        arguments = _merged(spread, _joined(kept) | _first(lanes, family.shared))
        run.text_tokens = family.text_length(arguments)
    run.active, run.passes = True, run.passes + passes
    try:
        return forward(**arguments)[0][:rows]
    finally:
        run.active = False


def repeated(arguments: Arguments, names: Sequence[str], times: int) -> Arguments:
    """`arguments` with the named ones repeated along the batch; a scalar stays one."""

    def many(value: Any) -> Any:
        if isinstance(value, list):
            return value * times
        if isinstance(value, Tensor) and value.ndim:
            return torch.cat([value] * times)
        if isinstance(value, dict):
            return {k: many(v) for k, v in value.items()}
        return value

    return {name: many(value) if name in names else value for name, value in arguments.items()}


def _spread(branch: Arguments, rows: int) -> Arguments:
    """A row for every sample."""

    def many(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: many(v) for k, v in value.items()}
        if isinstance(value, list):
            return value * rows if len(value) == 1 else value
        if isinstance(value, Tensor) and value.ndim and len(value) == 1 and rows > 1:
            # A copy, not a view: some denoisers take a view of their own of it.
            return value.expand(rows, *value.shape[1:]).contiguous()
        return value

    return {name: many(value) for name, value in branch.items()}


def _first(branches: Sequence[Arguments], names: Sequence[str]) -> Arguments:
    """What branches of one length share, and no row has of its own."""
    return {name: branches[0][name] for name in names if name in branches[0]}


def _shapes(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _shapes(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_shapes(v) for v in value]
    return tuple(value.shape) if isinstance(value, Tensor) else value


def _joined(branches: Sequence[Any]) -> Any:
    """Several branches of one shape, one under the other."""
    first = branches[0]
    if isinstance(first, dict):
        return {k: _joined([b[k] for b in branches]) for k in first}
    if isinstance(first, list):
        return [row for branch in branches for row in branch]
    return torch.cat(list(branches)) if isinstance(first, Tensor) and first.ndim else first


def _merged(arguments: Arguments, branch: Arguments) -> Arguments:
    """`arguments` with those of the branch in their place, nested ones too."""
    out = dict(arguments)
    for name, value in branch.items():
        out[name] = _merged(out.get(name) or {}, value) if isinstance(value, dict) else value
    return out


def _own(prediction: Any, own: int | None) -> Any:
    """The part of a prediction that is guided; None stays None."""
    return None if prediction is None else _stacked(prediction)[:, :own]


def _stacked(prediction: Any) -> Any:
    return torch.stack(prediction) if isinstance(prediction, list) else prediction
