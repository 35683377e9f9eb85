"""What a run of nano-image reads, and what the model predicts from it in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from eschew.backends.layers import beside, layers_of, reads_prompt
from eschew.backends.nano.image.runtime import Runtime
from eschew.backends.nano.image.schedule import Level
from eschew.backends.nano.look import PUSHES
from eschew.backends.nano.steering import Seen, steer_of
from eschew.backends.steering import BOUNDED, Memory, Steer, guide, needs
from eschew.errors import PromptError
from eschew.guidance import Kernel, kernel
from eschew.plan import Plan

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Scene:
    """The texts of a plan as states (1, TOKENS, 192) each, and how the negative acts.

    `negative` (layers, TOKENS, 192) is empty where there is none. `uncond` is the empty text.
    """

    runtime: Runtime
    cond: Floats
    uncond: Floats
    negative: Floats
    steer: Steer


def read_scene(runtime: Runtime, plan: Plan) -> Scene:
    """The plan's texts, read. PromptError for a negative of which not all is read; of a prompt the rest is left out."""
    layers = layers_of(plan.negative_prompt) if plan.method != "none" else ()
    texts, what = [layer.text for layer in layers], "the negative is"
    if reads_prompt(plan.method):
        texts = [beside(plan.prompt, text) for text in texts]
        what = f"{plan.method} reads prompt and negative as one text, and this one is"
    for text in texts:
        _check_whole(runtime, text, what)
    states = runtime.states([plan.prompt, "", *texts])
    steer = steer_of(plan, tuple(layer.weight for layer in layers))
    return Scene(runtime, states[:1], states[1:2], states[2:], steer)


def _check_whole(runtime: Runtime, text: str, what: str) -> None:
    unread = runtime.read(text).unread
    if unread is not None:
        raise PromptError(
            f"{what} longer than the text encoder reads",
            where="negative_prompt",
            why="the rest would be cut off",
            hint="keep the three to five clauses that matter most",
            text=text,
            span=(unread, len(text)),
        )


def guided(
    scene: Scene, latents: Floats, step: int, steps: int, way: tuple[Level, Level], memory: Memory
) -> Seen:
    """The v to go on with, (1, 12, 16, 16), in this one of `steps` steps, which leads from one level of `way` to the other."""

    def ancestral() -> Kernel:
        """The noisy step between the same two levels, in place of the variance that DDIM has none of here."""
        now, after = way
        return kernel("v", (now.alpha, now.sigma), (after.alpha, after.sigma))

    wanted, timestep = needs(scene.steer, step, steps), way[0].timestep
    texts = [] if wanted.attention else [scene.cond]
    texts += [scene.negative] if wanted.neg else []
    texts += [scene.uncond] if wanted.uncond else []
    rows, clipped = predicted(scene, latents, timestep, texts, wanted.attention)
    uncond = rows[-1:] if wanted.uncond else None
    negs = [rows[i : i + 1] for i in range(1, 1 + len(scene.negative))] if wanted.neg else []
    velocity, memory = guide(scene.steer, rows[:1], negs, uncond, step, memory, ancestral)
    return Seen(np.asarray(velocity, np.float32), memory, len(rows), clipped)


def predicted(
    scene: Scene, latents: Floats, timestep: int, texts: Sequence[Floats], attention: bool
) -> tuple[Floats, float | None]:
    """The v with each of `texts` (n, TOKENS, 192), side by side; the one that the negative acts inside of, where asked, first.

    And the share of tokens that τ bounded, for NAG. Rows that share a core are one batch: they differ in the text alone.
    """
    runtime = scene.runtime
    calls: list[Callable[[int], tuple[Floats, float | None]]] = []
    if attention:
        calls.append(partial(attended, scene, latents, timestep))
    if texts:
        states = np.concatenate(texts)
        for part in np.array_split(states, min(len(states), runtime.cores.count)):
            calls.append(partial(_unsteered, runtime, latents, timestep, part))
    found = runtime.cores.each(calls)
    return np.concatenate([rows for rows, _ in found]), found[0][1]


def _unsteered(
    runtime: Runtime, latents: Floats, timestep: int, states: Floats, cores: int
) -> tuple[Floats, None]:
    return runtime.velocity(latents, timestep, states, cores), None


def attended(scene: Scene, latents: Floats, timestep: int, cores: int) -> tuple[Floats, float | None]:
    """With the prompt, and the negative inside the cross-attentions; the share of tokens that τ bounded, for NAG."""
    steer, runtime = scene.steer, scene.runtime
    if steer.method == "vsf":
        shares = np.repeat(np.array(steer.shares, np.float32), scene.negative.shape[1])
        bias = (np.log(shares) - steer.knobs["beta"]).astype(np.float32)
        weights = np.full_like(bias, steer.knobs["scale"] * steer.least)
        joined = scene.negative.reshape(1, -1, scene.negative.shape[2])
        return runtime.velocity_joint(latents, timestep, scene.cond, joined, bias, weights, cores), None
    push, shares = PUSHES[steer.method](steer), np.array(steer.shares, np.float32)
    velocity, bounded = runtime.velocity_apart(
        latents, timestep, scene.cond, scene.negative, shares, push, cores
    )
    return velocity, bounded if steer.method in BOUNDED else None
