"""Train nano-music: rectified flow on the latents of `data`, captions drawn anew for every step.

    python -m training.music.train --data training/music/work --steps 4000 [--device cuda --minutes 25]

Batch and noise of step k are functions of (seed, k). A checkpoint is written every few minutes and at the end; the
same command resumes. The learning rate falls from the first step to zero at the last.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.music import tokenizer as tokenizers
from training.music.captions import caption
from training.music.data import load_codec
from training.music.model import CrossMask, NanoMusic, build, constant_tokens, context, encode
from training.music.world import Clip

SEED = 7
BATCH = 64
CAPTION_TOKENS = 36
"""Longer captions are cut in training: one in a thousand."""
LEARNING_RATE = 6e-4
NULL_SHARE = 0.1
EMA = 0.9985
CHECKPOINT_SECONDS = 240
HELD_OUT = 1000
"""The last clips of the set, never trained on."""


def load(folder: Path) -> tuple[Tensor, list[Clip]]:
    """All latents (clips, 128, 64) float16, and their facts."""
    shards = [np.load(p) for p in sorted(folder.glob("shard-*.npz"))]
    latents = torch.from_numpy(np.concatenate([s["latents"] for s in shards]))
    facts = [fact(text) for s in shards for text in s["facts"]]
    return latents, facts


def fact(text: str) -> Clip:
    """A clip's facts back from JSON."""
    raw = json.loads(text)
    return Clip(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})


def batch_of(
    step: int, latents: Tensor, facts: list[Clip], low: int, high: int, seed: int = SEED
) -> tuple[Tensor, list[str], np.ndarray]:
    """Step `step`'s latents, captions, and which of them are to be the null."""
    rng = np.random.default_rng([seed, step])
    picks = rng.integers(low, high, BATCH)
    texts = [caption(facts[i], rng) for i in picks]
    return latents[torch.from_numpy(picks)].float(), texts, rng.random(BATCH) < NULL_SHARE


def loss_of(
    model: NanoMusic,
    masks: list[CrossMask],
    ids: Tensor,
    attention: Tensor,
    x0: Tensor,
    null: Tensor,
    generator: torch.Generator,
) -> Tensor:
    """Mean squared error of the velocity noise − x0 at x = t·noise + (1 − t)·x0; t logit-normal, leaning to noise.

    Not under torch.compile: with torch 2.13 on the CPU it gave wrong gradients here (docs/decisions/0002).
    """
    with torch.no_grad():
        constants = constant_tokens(model)
    states, mask = encode(model, ids, attention, constants)
    states = torch.where(
        null[:, None, None], model.condition_encoder.null_condition_emb.to(states.dtype), states
    )
    bias = torch.zeros(mask.shape, dtype=states.dtype, device=mask.device).masked_fill(
        ~mask & ~null[:, None], -1e4
    )
    for processor in masks:
        processor.mask = bias[:, None, None, :]
    noise = torch.randn(x0.shape, generator=generator).to(x0.device)
    t = torch.sigmoid(0.35 + torch.randn(len(x0), generator=generator)).to(x0.device)
    x = t[:, None, None] * noise + (1 - t[:, None, None]) * x0
    out = model.transformer(
        hidden_states=x,
        timestep=t,
        timestep_r=t,
        encoder_hidden_states=states,
        context_latents=context(model, len(x0)),
        return_dict=False,
    )[0]
    return (out.float() - (noise - x0)).square().mean()


def optimizers(model: NanoMusic) -> list[torch.optim.Optimizer]:
    """Muon (Jordan 2024) for the transformer's matrices, AdamW for embeddings, norms, modulation and the rest."""
    matrices = [
        p for n, p in model.trained() if p.ndim == 2 and "transformer.layers" in n and "table" not in n
    ]
    chosen = {id(p) for p in matrices}
    rest = [p for _, p in model.trained() if id(p) not in chosen]
    return [
        torch.optim.Muon(matrices, lr=LEARNING_RATE, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=LEARNING_RATE, betas=(0.9, 0.99), weight_decay=0.0),
    ]


def warm_start(model: NanoMusic, average: dict[str, Tensor], checkpoint: Path) -> None:
    """Begin from the averaged weights of another run, with a fresh optimizer and step 0."""
    kept = torch.load(checkpoint, weights_only=True)["average"]
    with torch.no_grad():
        for name, parameter in model.trained():
            parameter.copy_(kept[name])
            average[name].copy_(kept[name])


def rate(step: int, steps: int) -> float:
    """Factor on the learning rate: 100 steps of warm-up, then linear to zero at the end."""
    return min((step + 1) / 100, (steps - step) / steps)


def main() -> None:
    """Train, checkpoint, resume, and print the held-out loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("training/music/work"))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop and checkpoint after this long")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--name", default="base")
    parser.add_argument("--start", type=Path, help="begin from the averaged weights of this checkpoint")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another one for another run's batches and noise"
    )
    args = parser.parse_args()
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    latents, facts = load(args.data)
    silence = torch.from_numpy(load_codec(args.data).encode(np.zeros(240 * 8, np.float32))[0])
    tokenizer = tokenizers.build()
    model = build(len(tokenizer), silence)
    masks = [CrossMask() for _ in model.transformer.layers]
    for layer, processor in zip(model.transformer.layers, masks, strict=True):
        layer.cross_attn.set_processor(processor)
    for module in model.modules().values():
        module.to(device).train()
    optims = optimizers(model)
    average = {n: p.detach().clone() for n, p in model.trained()}
    path = args.data / f"{args.name}.pt"
    step, spent = 0, 0.0
    if args.start and not path.exists():
        warm_start(model, average, args.start)
    if path.exists():
        kept = torch.load(path, weights_only=True)
        for name, module in model.modules().items():
            module.load_state_dict(kept["modules"][name])
        for optim, state in zip(optims, kept["optims"], strict=True):
            optim.load_state_dict(state)
        average, step, spent = kept["average"], kept["step"], kept["seconds"]
    began = last = time.monotonic()
    losses: list[float] = []

    def checkpoint() -> None:
        state = {
            "modules": {n: m.state_dict() for n, m in model.modules().items()},
            "optims": [o.state_dict() for o in optims],
            "average": average,
            "step": step,
            "steps": args.steps,
            "seconds": spent + time.monotonic() - began,
        }
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    while step < args.steps and time.monotonic() - began < args.minutes * 60:
        x0, texts, null = batch_of(step, latents, facts, 0, len(facts) - HELD_OUT, args.seed)
        tokens = tokenizer(
            texts, padding="max_length", max_length=CAPTION_TOKENS, truncation=True, return_tensors="pt"
        ).to(device)
        generator = torch.Generator().manual_seed(args.seed * 1_000_003 + step)
        for optim in optims:
            for group in optim.param_groups:
                group["lr"] = LEARNING_RATE * rate(step, args.steps)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            loss = loss_of(
                model,
                masks,
                tokens.input_ids,
                tokens.attention_mask,
                x0.to(device),
                torch.from_numpy(null).to(device),
                generator,
            )
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in model.trained()], 1.0)
        for optim in optims:
            optim.step()
            optim.zero_grad(set_to_none=True)
        decay = min(EMA, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, parameter in model.trained():
                average[name].lerp_(parameter, 1 - decay)
        losses.append(loss.item())
        step += 1
        if step % 50 == 0:
            speed = 50 * BATCH / (time.monotonic() - last)
            last = time.monotonic()
            total = spent + time.monotonic() - began
            print(
                f"step {step} loss {np.mean(losses[-50:]):.4f} {speed:.0f} clips/s {total:.0f} s", flush=True
            )
            if total // CHECKPOINT_SECONDS != (total - 50 * BATCH / speed) // CHECKPOINT_SECONDS:
                checkpoint()
    checkpoint()
    print(f"stopped at step {step} of {args.steps}; {path}")


if __name__ == "__main__":
    main()
