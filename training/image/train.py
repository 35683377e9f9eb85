"""Train nano-image: v-prediction on the latents of `latents`, captions drawn anew for every step.

    python -m training.image.train --minutes 40 [--device cuda] [--start NAME]

The text encoder is that of `reader`, and stays as it is. `--start` takes the UNet of another run to begin with.
Batch and noise of step k are functions of (seed, k). A checkpoint is written every few minutes and at the end; the same
command resumes, and `--minutes` counts what was trained before. The learning rate falls to zero with the time or the
steps, whichever is sooner used up. Never under torch.compile: on the CPU it gave wrong gradients (docs/decisions/0002).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from numpy.typing import NDArray
from torch import Tensor, nn

from training.image import reader
from training.image import tokenizer as tokenizers
from training.image.captions import caption
from training.image.data import WORK, Shards, load_facts
from training.image.model import NanoImage, build, scheduler
from training.image.muon import Muon
from training.image.viewer import HELD_OUT
from training.image.world import Scene

SEED, BATCH = 7, 64
LEARNING_RATE = 1e-3
NULL_SHARE = 0.1
EMA = 0.998
CHECKPOINT_SECONDS = 240


def batch_of(
    step: int, shards: Shards, facts: list[Scene], low: int, high: int, seed: int = SEED
) -> tuple[NDArray[np.float16], list[str]]:
    """Step `step`'s latents and captions; one caption in ten is empty, which is the null."""
    rng = np.random.default_rng([seed, step])
    picks = rng.integers(low, high, BATCH)
    texts = ["" if rng.random() < NULL_SHARE else caption(facts[i], rng) for i in picks]
    return shards[picks], texts


def loss_of(model: NanoImage, kept: Tensor, ids: Tensor, x0: Tensor, generator: torch.Generator) -> Tensor:
    """Mean squared error of v = √ā·noise − √(1 − ā)·x0 (Salimans & Ho 2022), t uniform. `kept` is ā by timestep.

    Captions are padded to the full length and read without a mask, as StableDiffusionPipeline does.
    """
    noise = torch.randn(x0.shape, generator=generator).to(x0.device)
    # One draw from each equal part of the time, not all from the whole: less chance in the loss.
    t = (torch.arange(len(x0)) + torch.rand(len(x0), generator=generator)) / len(x0) * len(kept)
    t = t.long().clamp(max=len(kept) - 1).to(x0.device)
    signal, spoilt = kept[t].sqrt()[:, None, None, None], (1 - kept[t]).sqrt()[:, None, None, None]
    states = model.text_encoder(input_ids=ids).last_hidden_state
    out = model.unet(signal * x0 + spoilt * noise, t, encoder_hidden_states=states).sample
    return (out.float() - (signal * noise - spoilt * x0)).square().mean()


def optimizers(model: NanoImage) -> list[torch.optim.Optimizer]:
    """Muon for kernels and matrices inside the networks; AdamW for embeddings, norms, biases, first and last layer."""
    edge = ("conv_in", "conv_out", "embed", "time")
    moving = [(n, p) for n, p in model.trained() if p.requires_grad]
    inner = [p for n, p in moving if p.ndim in (2, 4) and not any(e in n for e in edge)]
    chosen = {id(p) for p in inner}
    rest = [p for _, p in moving if id(p) not in chosen]
    return [
        Muon(inner, lr=LEARNING_RATE),
        torch.optim.AdamW(rest, lr=LEARNING_RATE, betas=(0.9, 0.99), weight_decay=0.0),
    ]


@torch.no_grad()
def held_out_loss(
    model: NanoImage, kept: Tensor, tokenizer, shards: Shards, facts: list[Scene], device: torch.device
) -> float:
    """Mean over four fixed batches of pictures that training never saw."""
    losses = []
    for k in range(4):
        x0, texts = batch_of(k, shards, facts, len(shards) - HELD_OUT, len(shards), seed=99)
        generator = torch.Generator().manual_seed(k)
        with half_precision(device):
            loss = loss_of(
                model,
                kept,
                ids_of(tokenizer, texts, device),
                torch.from_numpy(x0).float().to(device),
                generator,
            )
        losses.append(loss.item())
    return float(np.mean(losses))


def half_precision(device: torch.device) -> torch.autocast:
    """bfloat16. On the CPU it pays with `quick` only."""
    return torch.autocast(device.type, dtype=torch.bfloat16)


def quick(unet: UNet2DConditionModel) -> UNet2DConditionModel:
    """The same network, 1.25 times as fast on the CPU in bfloat16: channels last, and attention in plain matrix products
    (the backward pass of PyTorch's fused one took 0.7 of a step's 1.6 seconds).
    """
    unet.set_attn_processor(AttnProcessor())
    return unet.to(memory_format=torch.channels_last)


def ids_of(tokenizer, texts: list[str], device: torch.device) -> Tensor:
    """Token ids as StableDiffusionPipeline makes them, (n, 40)."""
    made = tokenizer(
        texts, padding="max_length", max_length=tokenizers.MAX_TOKENS, truncation=True, return_tensors="pt"
    )
    return made.input_ids.to(device)


def main() -> None:
    """Train, checkpoint, resume, and print the held-out loss of the averaged weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--minutes", type=float, default=40, help="in all, with what was trained before")
    parser.add_argument("--steps", type=int, default=60_000, help="at most")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--name", default="base")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another one for another run's batches and noise"
    )
    parser.add_argument("--start", default="", help="a run whose UNet is taken to begin with")
    args = parser.parse_args()
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    shards, facts = Shards(args.data, "latents"), load_facts(args.data)
    tokenizer = tokenizers.load(args.data)
    model = build(len(tokenizer))
    for module in model.modules().values():
        module.to(device).train()
    model.text_encoder.load_state_dict(reader.load(args.data))
    model.text_encoder.eval().requires_grad_(False)
    if args.start:
        begun = torch.load(args.data / f"{args.start}.pt", weights_only=True, map_location=device)
        model.unet.load_state_dict(begun["modules"]["unet"])
    quick(model.unet)
    kept = scheduler().alphas_cumprod.to(device)
    optims = optimizers(model)
    average = {n: p.detach().clone() for n, p in model.trained()}
    path, step, before = args.data / f"{args.name}.pt", 0, 0.0
    if path.exists():
        stored = torch.load(path, weights_only=True, map_location=device)
        for name, module in model.modules().items():
            module.load_state_dict(stored["modules"][name])
        for optim, state in zip(optims, stored["optims"], strict=True):
            optim.load_state_dict(state)
        average, step, before = stored["average"], stored["step"], stored["seconds"]
    began = last = time.monotonic()
    first, progress, losses = step, max(before / 60 / args.minutes, step / args.steps), []

    def checkpoint() -> None:
        state = {
            "modules": {n: m.state_dict() for n, m in model.modules().items()},
            "optims": [o.state_dict() for o in optims],
            "average": average,
            "step": step,
            "seconds": before + time.monotonic() - began,
        }
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    while progress < 1:
        x0, texts = batch_of(step, shards, facts, 0, len(shards) - HELD_OUT, args.seed)
        generator = torch.Generator().manual_seed(args.seed * 1_000_003 + step)
        for optim in optims:
            for group in optim.param_groups:
                group["lr"] = LEARNING_RATE * min((step + 1) / 100, 1 - progress)
        with half_precision(device):
            loss = loss_of(
                model,
                kept,
                ids_of(tokenizer, texts, device),
                torch.from_numpy(x0).float().to(device),
                generator,
            )
        loss.backward()
        nn.utils.clip_grad_norm_(model.unet.parameters(), 1.0)
        for optim in optims:
            optim.step()
            optim.zero_grad(set_to_none=True)
        step += 1
        with torch.no_grad():
            decay = min(EMA, (1 + step) / (10 + step))
            for name, parameter in model.trained():
                average[name].lerp_(parameter, 1 - decay)
        losses.append(loss.item())
        spent = time.monotonic() - began
        progress = max((before + spent) / 60 / args.minutes, step / args.steps)
        if step % 50 == 0:
            print(
                f"{step}: loss {np.mean(losses[-50:]):.4f}, {BATCH * (step - first) / spent:.0f} pictures/s",
                flush=True,
            )
        if time.monotonic() - last > CHECKPOINT_SECONDS:
            checkpoint()
            last = time.monotonic()
    checkpoint()
    with torch.no_grad():
        for name, parameter in model.trained():
            parameter.copy_(average[name])
    print(f"{step} steps, held-out loss {held_out_loss(model, kept, tokenizer, shards, facts, device):.4f}")


if __name__ == "__main__":
    main()
