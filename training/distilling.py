"""The loop of both distillations: lessons, their checkpoints, and how it is resumed.

What a lesson is, and where new samples under way come from, is told in training/music/distil.py and training/image/distil.py.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

SEED = 11
LEARNING_RATE = 3e-4
WARM_UP = 30
EMA = 0.99
OWN_SHARE = 0.5
"""How often a sample under way moves on by the student's step."""
CHECKPOINT_SECONDS = 240


class UnderWay(Protocol):
    """Samples under way: latents, the index of their time in the grid, and their texts, all of them tensors."""

    x: Tensor
    place: Tensor


@dataclass(frozen=True, eq=False)
class Pupil:
    """What is trained: its modules by name, the parameters that move by name, and their optimizers."""

    modules: Mapping[str, nn.Module]
    moving: Mapping[str, nn.Parameter]
    optims: Sequence[torch.optim.Optimizer]


@dataclass(frozen=True, eq=False)
class Course:
    """What differs between the models. A lesson is told which samples are to move on by the student's step, and gives its loss;
    `fill` begins new ones in the places that are empty, told the step. `begin` gives the samples under way of a new run,
    `carry_on` those of a checkpoint from its tensors by name. `unit` names a sample in what is printed.
    """

    begin: Callable[[], UnderWay]
    carry_on: Callable[..., UnderWay]
    lesson: Callable[[Any, Tensor], Tensor]
    fill: Callable[[Any, Tensor, int], None]
    unit: str


def arguments(description: str | None, **defaults: Any) -> argparse.Namespace:
    """The command line of a distillation; `defaults` gives its folder, teacher, minutes and batch."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--teacher", help="name of the teacher's checkpoint")
    parser.add_argument("--name", default="turbo")
    parser.add_argument("--minutes", type=float, help="in all, with what was trained before")
    parser.add_argument("--steps", type=int, default=20_000, help="of training, at most")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--grid", type=int, default=8, help="steps that the student samples in")
    parser.add_argument("--guidance", type=float, default=4.0, help="w of the teacher")
    parser.add_argument("--held", type=int, default=64, help="held-out captions to measure on")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another one for another run's captions and noise"
    )
    parser.set_defaults(**defaults)
    return parser.parse_args()


def distil(
    args: argparse.Namespace, pupil: Pupil, teacher_weights: Mapping[str, Tensor], course: Course
) -> None:
    """Train until the time or the steps are used up, resuming what is there; the pupil ends with its averaged weights."""
    path = args.data / f"{args.name}.pt"
    device = torch.device(args.device)
    average = {name: p.detach().clone() for name, p in pupil.moving.items()}
    step, before = 0, 0.0
    if path.exists():
        kept = torch.load(path, weights_only=True, map_location=device)
        for name, module in pupil.modules.items():
            module.load_state_dict(kept["modules"][name])
        for optim, state in zip(pupil.optims, kept["optims"], strict=True):
            optim.load_state_dict(state)
        pool = course.carry_on(**kept["pool"])
        average = {name: kept["average"][name] for name in average}
        step, before = kept["step"], kept["seconds"]
    else:
        pool = course.begin()
    began = written = time.monotonic()
    first, losses = step, []

    def seconds() -> float:
        return before + time.monotonic() - began

    def progress() -> float:
        return max(seconds() / 60 / args.minutes, step / args.steps)

    def checkpoint() -> None:
        state = {
            "modules": {n: m.state_dict() for n, m in pupil.modules.items()},
            "optims": [o.state_dict() for o in pupil.optims],
            "average": {**teacher_weights, **average},
            "pool": vars(pool),
            "step": step,
            "seconds": seconds(),
            "guidance": args.guidance,
            "grid": args.grid,
        }
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    while (done := progress()) < 1:
        for optim in pupil.optims:
            for group in optim.param_groups:
                group["lr"] = LEARNING_RATE * min((step + 1) / WARM_UP, 1 - done)
        own = torch.from_numpy(np.random.default_rng([args.seed, step, 1]).random(len(pool.x)) < OWN_SHARE)
        loss = course.lesson(pool, own.to(device))
        loss.backward()
        nn.utils.clip_grad_norm_(pupil.moving.values(), 1.0)
        for optim in pupil.optims:
            optim.step()
            optim.zero_grad(set_to_none=True)
        step += 1
        decay = min(EMA, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, parameter in pupil.moving.items():
                average[name].lerp_(parameter, 1 - decay)
        losses.append(loss.item())
        course.fill(pool, pool.place == args.grid, step)
        if step % 50 == 0:
            speed = len(pool.x) * (step - first) / (time.monotonic() - began)
            print(f"{step}: loss {np.mean(losses[-50:]):.4f}, {speed:.0f} {course.unit}/s", flush=True)
        if time.monotonic() - written > CHECKPOINT_SECONDS:
            checkpoint()
            written = time.monotonic()
    checkpoint()
    shown = f"loss {np.mean(losses[-50:]):.4f}, " if losses else ""
    print(f"stopped at step {step}; {shown}{path}", flush=True)
    with torch.no_grad():
        for name, parameter in pupil.moving.items():
            parameter.copy_(average[name])


def relative_error(latents: Tensor, goal: Tensor) -> float:
    """The mean over samples of |latents − goal| / |goal|."""
    return float(((latents - goal).flatten(1).norm(dim=1) / goal.flatten(1).norm(dim=1)).mean())
