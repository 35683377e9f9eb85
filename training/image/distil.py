"""Distil nano-image into nano-image-turbo: eight steps, guidance in the weights, one pass a step.

    python -m training.image.distil --data training/image/work --teacher base --minutes 50 [--device cuda]

The student starts as the teacher and moves in its UNet alone, so that the text encoder is shared. What it learns: the
mean velocity, over one of its steps, of the teacher guided by w away from the null, u + w(c − u), from where the student
stands: progressive distillation (Salimans & Ho 2022, arXiv 2202.00512) with the guidance distilled along (Meng et al.
2023, arXiv 2210.03142). Where it stands is told in training/music/distil.py, and no picture is needed.

Angles: with √ā = cos φ, √(1 − ā) = sin φ, a sample is x = cos φ·x0 + sin φ·noise, its v is dx/dφ, and a step of DDIM over
δ = φ − φ′ is a turn, x′ = cos δ·x − sin δ·v. So any two points of a path have a velocity that leads from one to the other:
the mean velocity.

The student reads sentences about pictures, never the null and never a bare list of what is wrong. That is all that its
users are to say to it, as with the few-step models that people know.

Captions and noise of step k are functions of (seed, k); the pictures under way are part of a checkpoint, written every
few minutes and at the end. The same command resumes; `--minutes` counts what was trained before, and the learning rate
falls to zero with the time or the steps, whichever is sooner used up. `training.differences` reads the checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.distilling import SEED, Course, Pupil, arguments, distil, relative_error
from training.image import tokenizer as tokenizers
from training.image.captions import caption
from training.image.data import WORK, load_facts
from training.image.model import CHANNELS, HIDDEN, SIDE, NanoImage, build, scheduler
from training.image.train import half_precision, ids_of, optimizers, quick
from training.image.viewer import HELD_OUT
from training.image.world import Scene

REFERENCE_STEPS = 24


@dataclass(frozen=True, eq=False)
class Grid:
    """The steps of a run: `times` (n,) as the UNet takes them, and `angles` (n + 1,) from π/2 (noise) to 0 (data)."""

    times: Tensor
    angles: Tensor


def grid(steps: int, device: torch.device) -> Grid:
    """As the pipeline's scheduler spaces them; that of 16 steps contains that of 8, which contains that of 4."""
    spaced = scheduler()
    spaced.set_timesteps(steps)
    kept = spaced.alphas_cumprod[spaced.timesteps].double()
    angles = torch.cat([torch.atan2((1 - kept).sqrt(), kept.sqrt()), torch.zeros(1, dtype=torch.float64)])
    return Grid(spaced.timesteps.to(device), angles.float().to(device))


def turned(x: Tensor, velocity: Tensor, angle: Tensor) -> Tensor:
    """`x` (n, c, h, w) after a DDIM step over `angle` (n,)."""
    return _wide(torch.cos(angle)) * x - _wide(torch.sin(angle)) * velocity


def _wide(angle: Tensor) -> Tensor:
    return angle[:, None, None, None]


@dataclass(frozen=True, eq=False)
class Flow:
    """A UNet as a velocity field over latents; `null` (1, tokens, hidden) is the empty caption."""

    unet: nn.Module
    null: Tensor

    def velocity(self, x: Tensor, t: Tensor, states: Tensor) -> Tensor:
        """The v of `x` (n, c, h, w) at timesteps `t` (n,)."""
        return self.unet(x, t, encoder_hidden_states=states, return_dict=False)[0].float()

    def guided(self, x: Tensor, t: Tensor, states: Tensor, scale: float) -> Tensor:
        """Guidance away from the null, u + w(c − u): two passes in one batch."""
        both = torch.cat([states, self.null.expand_as(states)])
        c, u = self.velocity(torch.cat([x, x]), torch.cat([t, t]), both).chunk(2)
        return u + scale * (c - u)

    def mean_velocity(
        self, x: Tensor, place: Tensor, steps: Grid, halves: Grid, states: Tensor, scale: float
    ) -> Tensor:
        """The velocity whose turn leads from `x` at `place` (n,) of `steps` to where the guided flow leads.

        By the second-order method of two looks, the second inside the step: were v the same to a rotation throughout the
        step, it would see `free` there; what it sees beyond that curves the path.
        """
        first = self.guided(x, steps.times[place], states, scale)
        angle = steps.angles[place] - steps.angles[place + 1]
        half = steps.angles[place] - halves.angles[2 * place + 1]
        second = self.guided(turned(x, first, half), halves.times[2 * place + 1], states, scale)
        free = _wide(torch.cos(half)) * first + _wide(torch.sin(half)) * x
        return first + _wide(torch.tan(angle / 2) / torch.sin(half)) * (second - free)


@dataclass(eq=False)
class Pool:
    """Pictures under way: latents `x`, the index of their time in the grid, and their captions' states."""

    x: Tensor
    place: Tensor
    states: Tensor


@dataclass(frozen=True, eq=False)
class Source:
    """Where new pictures come from: what may be said of known ones, and noise. A function of (seed, step)."""

    facts: list[Scene]
    tokenizer: Any
    text_encoder: nn.Module
    device: torch.device
    seed: int

    @torch.no_grad()
    def read(self, texts: list[str]) -> Tensor:
        """Captions → states (n, tokens, hidden)."""
        return self.text_encoder(input_ids=ids_of(self.tokenizer, texts, self.device)).last_hidden_state

    def fill(self, pool: Pool, empty: Tensor, step: int) -> None:
        """Begin a new picture in every place that is `empty` (n,) bool."""
        count = int(empty.sum())
        if not count:
            return
        rng = np.random.default_rng([self.seed, step])
        pool.states[empty] = self.read(
            [caption(self.facts[i], rng, lists=0.0) for i in rng.integers(0, len(self.facts), count)]
        )
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
        pool.x[empty] = torch.randn(count, CHANNELS, SIDE, SIDE, generator=generator).to(self.device)
        pool.place[empty] = 0


@torch.no_grad()
def new_pool(source: Source, student: Flow, batch: int, steps: int) -> Pool:
    """`batch` pictures, spread evenly over the places of a grid of `steps`: each walked there by the student."""
    device = source.device
    pool = Pool(
        torch.zeros(batch, CHANNELS, SIDE, SIDE, device=device),
        torch.zeros(batch, dtype=torch.long, device=device),
        torch.zeros(batch, tokenizers.MAX_TOKENS, HIDDEN, device=device),
    )
    source.fill(pool, torch.ones(batch, dtype=torch.bool, device=device), 0)
    goal = torch.arange(batch, device=device) % steps
    spaced = grid(steps, device)
    for _ in range(steps - 1):
        going = pool.place < goal
        with half_precision(device):
            velocity = student.velocity(pool.x, spaced.times[pool.place], pool.states)
        angle = spaced.angles[pool.place] - spaced.angles[pool.place + 1]
        pool.x = torch.where(_wide(going), turned(pool.x, velocity, angle), pool.x)
        pool.place += going
    return pool


def lesson(
    teacher: Flow, student: Flow, pool: Pool, steps: Grid, halves: Grid, scale: float, own: Tensor
) -> Tensor:
    """The loss of one batch; the pool moves on by one step, those in `own` (n,) bool by the student's."""
    with half_precision(pool.x.device):
        with torch.no_grad():
            target = teacher.mean_velocity(pool.x, pool.place, steps, halves, pool.states, scale)
        out = student.velocity(pool.x, steps.times[pool.place], pool.states)
    angle = steps.angles[pool.place] - steps.angles[pool.place + 1]
    pool.x = turned(pool.x, torch.where(_wide(own), out.detach(), target), angle)
    pool.place = pool.place + 1
    return (out - target).square().mean()


@torch.no_grad()
def sample(flow: Flow, noise: Tensor, states: Tensor, steps: int, scale: float | None) -> Tensor:
    """Latents after `steps` DDIM steps, in float32; `scale` None is one pass a step, without the null."""
    x, spaced = noise, grid(steps, noise.device)
    for place in range(steps):
        t = spaced.times[place].expand(len(x))
        velocity = flow.velocity(x, t, states) if scale is None else flow.guided(x, t, states, scale)
        x = turned(x, velocity, (spaced.angles[place] - spaced.angles[place + 1]).expand(len(x)))
    return x


def evaluate(
    teacher: Flow, student: Flow, held: list[Scene], source: Source, steps: int, scale: float
) -> dict[str, float]:
    """Relative error of final latents against the guided teacher's of 24 steps: same captions, same noise."""
    rng = np.random.default_rng(SEED)
    states = source.read([caption(scene, rng, lists=0.0) for scene in held])
    generator = torch.Generator().manual_seed(SEED)
    noise = torch.randn(len(held), CHANNELS, SIDE, SIDE, generator=generator).to(states)
    goal = sample(teacher, noise, states, REFERENCE_STEPS, scale)

    return {
        f"student, {steps} steps": relative_error(sample(student, noise, states, steps, None), goal),
        f"undistilled, {steps} steps": relative_error(sample(teacher, noise, states, steps, None), goal),
        f"undistilled, {steps} steps, guided": relative_error(
            sample(teacher, noise, states, steps, scale), goal
        ),
    }


def averaged(folder: Path, name: str, device: torch.device) -> tuple[NanoImage, dict[str, Tensor]]:
    """A checkpoint's model with its averaged weights, and those weights by name."""
    model = build(len(tokenizers.load(folder)))
    kept = torch.load(folder / f"{name}.pt", weights_only=True, map_location="cpu")
    for key, module in model.modules().items():
        module.load_state_dict(kept["modules"][key])
    with torch.no_grad():
        for key, parameter in model.trained():
            if key in kept["average"]:
                parameter.copy_(kept["average"][key])
    for module in model.modules().values():
        module.to(device).eval().requires_grad_(False)
    return model, kept["average"]


def main() -> None:
    """Distil, checkpoint, resume, and print what held-out captions give."""
    args = arguments(__doc__, data=WORK, teacher="base", minutes=50, batch=48)
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    facts, tokenizer = load_facts(args.data), tokenizers.load(args.data)
    model, weights = averaged(args.data, args.teacher, device)
    copy, _ = averaged(args.data, args.teacher, device)
    copy.unet.train().requires_grad_(True)
    source = Source(facts[:-HELD_OUT], tokenizer, model.text_encoder, device, args.seed)
    null = source.read([""])
    teacher, student = Flow(quick(model.unet), null), Flow(quick(copy.unet), null)
    spaced, halves = grid(args.grid, device), grid(2 * args.grid, device)
    moving = {name: p for name, p in copy.trained() if p.requires_grad}
    distil(
        args,
        Pupil(copy.modules(), moving, optimizers(copy)),
        weights,
        Course(
            begin=lambda: new_pool(source, student, args.batch, args.grid),
            carry_on=Pool,
            lesson=lambda pool, own: lesson(teacher, student, pool, spaced, halves, args.guidance, own),
            fill=source.fill,
            unit="pictures",
        ),
    )
    copy.unet.eval()
    for name, error in evaluate(
        teacher, student, facts[-HELD_OUT:][: args.held], source, args.grid, args.guidance
    ).items():
        print(f"{name}: relative error {error:.4f}", flush=True)


if __name__ == "__main__":
    main()
