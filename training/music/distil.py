"""Distil nano-music into nano-music-turbo: eight steps, guidance in the weights, one pass a step.

    python -m training.music.distil --data training/music/work --teacher long --minutes 62 [--device cuda]

The student starts as the teacher and moves in its transformer alone, so that both read prompts in one language and the
text side is shared. What it learns: the mean velocity, over one of its steps, of the teacher guided by w away from the
null, u + w(c − u), integrated from where the student stands. Such a target has no noise of its own, unlike that of flow
matching, where many clips lead through one point.

Where it stands: clips under way on the student's own grid, each batch at all places of it. A clip moves on by the
student's step or by the teacher's, a coin each time. The first shows the teacher what the student's errors lead to,
the second shows the student where a good run goes; noised recordings would show neither, because guidance leaves their
distribution. No recording is needed at all, only what can be said of one.

The student reads captions of records, as its users are to write them: never the null, and never a bare list of effects.
So have the few-step models that people know been made. What guidance adds to such a one comes w times too large, on top of a
w that is in the weights already; how far that gets a negative all the same is measured in docs/turbo.md.

Captions and noise of step k are functions of (seed, k); the clips under way are part of a checkpoint, written every few
minutes and at the end. The same command resumes; `--minutes` counts what was trained before, and the learning rate falls
to zero with the time or the steps, whichever is sooner used up. `training.differences` reads the checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.distilling import SEED, Course, Pupil, arguments, distil, relative_error
from training.music import tokenizer as tokenizers
from training.music.captions import caption
from training.music.data import load_codec
from training.music.model import (
    CHANNELS,
    FRAMES,
    CrossMask,
    NanoMusic,
    build,
    constant_tokens,
    context,
    encode,
)
from training.music.train import CAPTION_TOKENS, HELD_OUT, fact, optimizers
from training.music.world import Clip

SHIFT = 3.0
"""Timesteps lean to noise; 3 is what the pipeline of ACE-Step defaults to, and its turbo models were distilled with."""
REFERENCE_STEPS = 24


def grid(steps: int) -> Tensor:
    """`steps` + 1 times from 1 (noise) to 0 (data); that of 24 steps contains that of 8, which contains that of 4."""
    t = torch.linspace(1.0, 0.0, steps + 1, dtype=torch.float64)
    return (SHIFT * t / (1 + (SHIFT - 1) * t)).float()


@dataclass(frozen=True, eq=False)
class Texts:
    """Conditions (n, tokens, hidden), and what is added to their attention logits (n, 1, 1, tokens) to hide padding."""

    states: Tensor
    bias: Tensor


@dataclass(eq=False)
class Flow:
    """A model as a velocity field over latents. One for a model: it replaces the cross-attention's processors."""

    model: NanoMusic

    def __post_init__(self) -> None:
        self.masks = [CrossMask() for _ in self.model.transformer.layers]
        for layer, processor in zip(self.model.transformer.layers, self.masks, strict=True):
            layer.cross_attn.set_processor(processor)

    def velocity(self, x: Tensor, t: Tensor, states: Tensor, bias: Tensor | None) -> Tensor:
        """What leads from `x` (n, frames, channels) at times `t` (n,) to noise: noise − x0."""
        for processor in self.masks:
            processor.mask = bias
        out = self.model.transformer(
            hidden_states=x,
            timestep=t,
            timestep_r=t,
            encoder_hidden_states=states,
            context_latents=context(self.model, len(x)),
            return_dict=False,
        )[0]
        return out.float()

    def guided(self, x: Tensor, t: Tensor, texts: Texts, scale: float) -> Tensor:
        """Guidance away from the learned null, u + w(c − u): two passes."""
        null = self.model.condition_encoder.null_condition_emb.expand(len(x), 1, -1)
        u = self.velocity(x, t, null, None)
        return u + scale * (self.velocity(x, t, texts.states, texts.bias) - u)

    def mean_velocity(
        self, x: Tensor, t: Tensor, between: Tensor, after: Tensor, texts: Texts, scale: float
    ) -> Tensor:
        """(x at `after` − x) / (after − t) along the guided flow, by the second-order method of two looks.

        The second look is at `between`, anywhere inside the step. Four passes, and as near to the flow as the six of
        three Euler steps.
        """
        first = self.guided(x, t, texts, scale)
        second = self.guided(x + _wide(between - t) * first, between, texts, scale)
        weight = _wide((after - t) / (2 * (between - t)))
        return first + weight * (second - first)


def _wide(t: Tensor) -> Tensor:
    return t[:, None, None]


@dataclass(eq=False)
class Pool:
    """Clips under way: latents `x`, the index of their time in the grid, and their texts."""

    x: Tensor
    place: Tensor
    states: Tensor
    bias: Tensor

    @property
    def texts(self) -> Texts:
        """As `Flow` reads them."""
        return Texts(self.states, self.bias)


@dataclass(frozen=True, eq=False)
class Reader:
    """Captions → conditions, by the teacher's text side; `constants` are the tokens of no lyrics and no timbre."""

    model: NanoMusic
    tokenizer: Any
    constants: Tensor

    def read(self, texts: list[str]) -> Texts:
        """Padded to one length, so that texts of different times fit one batch."""
        tokens = self.tokenizer(
            texts, padding="max_length", max_length=CAPTION_TOKENS, truncation=True, return_tensors="pt"
        ).to(self.constants.device)
        with torch.no_grad():
            states, mask = encode(self.model, tokens.input_ids, tokens.attention_mask, self.constants)
        bias = torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, -1e4)
        return Texts(states, bias[:, None, None, :])


@dataclass(frozen=True, eq=False)
class Source:
    """Where new clips come from: what may be said of recordings, and noise. A function of (seed, step)."""

    facts: list[Clip]
    reader: Reader
    seed: int

    def fill(self, pool: Pool, empty: Tensor, step: int) -> None:
        """Begin a new clip in every place that is `empty` (n,) bool."""
        if not empty.any():
            return
        rng = np.random.default_rng([self.seed, step])
        count = int(empty.sum())
        texts = self.reader.read(
            [caption(self.facts[i], rng) for i in rng.integers(0, len(self.facts), count)]
        )
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
        pool.x[empty] = torch.randn(count, FRAMES, CHANNELS, generator=generator).to(pool.x)
        pool.states[empty], pool.bias[empty] = texts.states, texts.bias
        pool.place[empty] = 0


def new_pool(source: Source, student: Flow, batch: int, steps: int, device: torch.device) -> Pool:
    """`batch` clips, spread evenly over the places of a grid of `steps`: each walked there by the student."""
    hidden = student.model.transformer.config.hidden_size
    tokens = CAPTION_TOKENS + source.reader.constants.shape[1]
    pool = Pool(
        torch.zeros(batch, FRAMES, CHANNELS, device=device),
        torch.zeros(batch, dtype=torch.long, device=device),
        torch.zeros(batch, tokens, hidden, device=device),
        torch.zeros(batch, 1, 1, tokens, device=device),
    )
    source.fill(pool, torch.ones(batch, dtype=torch.bool, device=device), 0)
    goal = torch.arange(batch, device=device) % steps
    times = grid(steps).to(device)
    for _ in range(steps - 1):
        going = pool.place < goal
        t, after = times[pool.place], times[pool.place + 1]
        with torch.no_grad(), torch.autocast(device.type, dtype=torch.bfloat16):
            velocity = student.velocity(pool.x, t, pool.states, pool.bias)
        pool.x = torch.where(_wide(going), pool.x + _wide(after - t) * velocity, pool.x)
        pool.place += going
    return pool


def lesson(teacher: Flow, student: Flow, pool: Pool, steps: int, scale: float, own: Tensor) -> Tensor:
    """The loss of one batch; the pool moves on by one step, those in `own` (n,) bool by the student's.

    Errors of velocity count alike at all places: early ones are small but decide what the clip is, late ones are large
    but only blur it.
    """
    times, halves = grid(steps).to(pool.x.device), grid(2 * steps).to(pool.x.device)
    t, between, after = times[pool.place], halves[2 * pool.place + 1], times[pool.place + 1]
    with torch.autocast(pool.x.device.type, dtype=torch.bfloat16):
        with torch.no_grad():
            target = teacher.mean_velocity(pool.x, t, between, after, pool.texts, scale)
        out = student.velocity(pool.x, t, pool.states, pool.bias)
    velocity = torch.where(_wide(own), out.detach(), target)
    pool.x = pool.x + _wide(after - t) * velocity
    pool.place = pool.place + 1
    return (out - target).square().mean()


@torch.no_grad()
def sample(flow: Flow, noise: Tensor, texts: Texts, steps: int, scale: float | None) -> Tensor:
    """Latents after `steps` Euler steps, in float32; `scale` None is one pass a step, without the null."""
    x = noise
    times = grid(steps).to(noise.device)
    for now, after in pairwise(times):
        t = now.expand(len(x))
        if scale is None:
            velocity = flow.velocity(x, t, texts.states, texts.bias)
        else:
            velocity = flow.guided(x, t, texts, scale)
        x = x + (after - now) * velocity
    return x


def evaluate(
    teacher: Flow, student: Flow, held: list[Clip], reader: Reader, steps: int, scale: float
) -> dict[str, float]:
    """Relative error of final latents against the guided teacher's of 24 steps: same captions, same noise."""
    rng = np.random.default_rng(SEED)
    texts = reader.read([caption(clip, rng) for clip in held])
    generator = torch.Generator().manual_seed(SEED)
    noise = torch.randn(len(held), FRAMES, CHANNELS, generator=generator).to(texts.states)
    goal = sample(teacher, noise, texts, REFERENCE_STEPS, scale)

    return {
        f"student, {steps} steps": relative_error(sample(student, noise, texts, steps, None), goal),
        f"student, {steps // 2} steps": relative_error(sample(student, noise, texts, steps // 2, None), goal),
        f"undistilled, {steps} steps": relative_error(sample(teacher, noise, texts, steps, None), goal),
        f"undistilled, {steps} steps, guided": relative_error(
            sample(teacher, noise, texts, steps, scale), goal
        ),
    }


def load_facts(folder: Path) -> list[Clip]:
    """What is true of every clip, without the clips."""
    return [fact(text) for p in sorted(folder.glob("shard-*.npz")) for text in np.load(p)["facts"]]


def records(facts: list[Clip]) -> list[Clip]:
    """Those whose captions name a style and what plays, not effects alone."""
    return [clip for clip in facts if clip.kind == "record"]


def averaged(folder: Path, name: str) -> tuple[NanoMusic, dict[str, Tensor]]:
    """A checkpoint's model with its averaged weights, and those weights by name."""
    silence = torch.from_numpy(load_codec(folder).encode(np.zeros(240 * 8, np.float32))[0])
    model = build(len(tokenizers.build()), silence)
    kept = torch.load(folder / f"{name}.pt", weights_only=True, map_location="cpu")
    for key, module in model.modules().items():
        module.load_state_dict(kept["modules"][key])
    with torch.no_grad():
        for key, parameter in model.trained():
            parameter.copy_(kept["average"][key])
    return model, kept["average"]


def main() -> None:
    """Distil, checkpoint, resume, and print what held-out captions give."""
    args = arguments(__doc__, data=Path("training/music/work"), teacher="long", minutes=62, batch=32)
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    facts = load_facts(args.data)
    model, weights = averaged(args.data, args.teacher)
    copy, _ = averaged(args.data, args.teacher)
    with torch.no_grad():
        constants = constant_tokens(model).to(device)
    for module in model.modules().values():
        module.to(device).eval().requires_grad_(False)
    copy.text_encoder.requires_grad_(False)
    copy.condition_encoder.requires_grad_(False)
    for module in copy.modules().values():
        module.to(device)
    teacher, student = Flow(model), Flow(copy)
    reader = Reader(model, tokenizers.build(), constants)
    source = Source(records(facts[:-HELD_OUT]), reader, args.seed)
    distil(
        args,
        Pupil(copy.modules(), dict(copy.trained()), optimizers(copy)),
        weights,
        Course(
            begin=lambda: new_pool(source, student, args.batch, args.grid, device),
            carry_on=Pool,
            lesson=lambda pool, own: lesson(teacher, student, pool, args.grid, args.guidance, own),
            fill=source.fill,
            unit="clips",
        ),
    )
    for name, error in evaluate(
        teacher, student, records(facts[-HELD_OUT:])[: args.held], reader, args.grid, args.guidance
    ).items():
        print(f"{name}: relative error {error:.4f}", flush=True)


if __name__ == "__main__":
    main()
