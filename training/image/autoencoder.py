"""Train the autoencoder to carry what goes wrong with pictures, then make its latents easy to diffuse.

    python -m training.image.autoencoder --minutes 15
    python -m training.image.autoencoder --evaluate

L1 alone blurs noise and watermarks away, and then no negative prompt could act on them. Four more terms keep them:
gradients; the local energy of fine detail (noise may be other noise, but must be as strong); features of the viewer
`eye`, which knows each artefact by name; and from half-time on a patch discriminator, its weight balanced as in VQGAN
(Esser et al. 2021). The latents are then turned to their principal components and scaled, inside the 1 × 1 convolutions
that AutoencoderKL has anyway, so `vae.encode` and `vae.decode` are unchanged to the outside.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn
from torch.nn import functional as F

from training.image import model, viewer
from training.image.artefacts import ARTEFACTS
from training.image.data import WORK, Shards, load_facts
from training.image.viewer import HELD_OUT, Viewer, as_input, judge, truth

BATCH, RATE, SEED = 16, 1.5e-3, 3
JITTER = 0.1
"""Noise on the latents in training: what a diffusion model gives is never exact."""
ADVERSARY_FROM, ADVERSARY = 0.5, 0.2
CHECKPOINT_SECONDS = 180
LARGEST_SPREAD = 1.3
"""Of the component that does most to a picture; a diffusion model's noise has 1."""


def patches() -> nn.Module:
    """A discriminator of overlapping patches, 23 pixels wide."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 64, 4, stride=2, padding=1),
        nn.GroupNorm(8, 64),
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 96, 3, padding=1),
        nn.GroupNorm(8, 96),
        nn.LeakyReLU(0.2),
        nn.Conv2d(96, 1, 3, padding=1),
    )


def latents_of(vae: AutoencoderKL, pictures: Tensor) -> Tensor:
    """Pictures in 0…1 → latents, without chance."""
    return vae.encode(2 * pictures - 1).latent_dist.mean


def pictures_of(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """Latents → pictures, about 0…1."""
    return vae.decode(latents).sample / 2 + 0.5


def energy(pictures: Tensor) -> Tensor:
    """How much fine detail there is around each pixel: log of the local mean square of a Laplacian."""
    fine = pictures - F.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    return torch.log(F.avg_pool2d(fine.square().mean(dim=1, keepdim=True), 8, stride=4) + 1e-4)


def slopes(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of neighbours, down and across."""
    return pictures.diff(dim=2), pictures.diff(dim=3)


def likeness(eye: Viewer, made: Tensor, wanted: Tensor) -> Tensor:
    """How far apart two pictures are to the eye: normalised features, as LPIPS weighs them (Zhang et al. 2018)."""
    with torch.no_grad():
        true = [F.normalize(f, dim=1) for f in eye.features(wanted)]
    seen = [F.normalize(f, dim=1) for f in eye.features(made)]
    return torch.stack([(a - b).square().sum(dim=1).mean() for a, b in zip(seen, true, strict=True)]).mean()


def reconstruction_loss(eye: Viewer, made: Tensor, wanted: Tensor) -> Tensor:
    """All terms but the adversary's."""
    gradient = torch.stack(
        [F.l1_loss(a, b) for a, b in zip(slopes(made), slopes(wanted), strict=True)]
    ).mean()
    detail = F.l1_loss(energy(made), energy(wanted))
    return F.l1_loss(made, wanted) + gradient + 0.05 * detail + 0.25 * likeness(eye, made, wanted)


def balance(reconstruction: Tensor, pleasing: Tensor, last: nn.Parameter) -> Tensor:
    """The adversary's weight that makes both gradients at the last layer equally long."""
    one = torch.autograd.grad(reconstruction, last, retain_graph=True)[0].norm()
    other = torch.autograd.grad(pleasing, last, retain_graph=True)[0].norm()
    return (one / (other + 1e-4)).clamp(0, 100).detach()


def straighten(vae: AutoencoderKL, pictures: Tensor) -> None:
    """Turn the latents to principal components of mean 0, and undo it before decoding.

    A component's spread is what it does to pictures, the square root of it, so that the one that does most has
    LARGEST_SPREAD. Spreads that were nearly alike cost a training: half of the components did nothing to a picture, and
    a model spent itself on them and drew no object.

    The encoder says a variance of nearly none from here on: latents are the mean, and `latent_dist.sample()` is too.
    """
    with torch.no_grad():
        z = torch.cat([latents_of(vae, part) for part in pictures.split(250)]).double()
        flat = z.permute(1, 0, 2, 3).flatten(1)
        mean = flat.mean(dim=1)
        variance, vectors = torch.linalg.eigh(torch.cov(flat))
        spread = variance.clamp(min=1e-8).sqrt()
        share = moved(vae, z[:32].float(), (vectors * spread).float()).double()
        scale = spread / (LARGEST_SPREAD * (share / share.max()).sqrt())
        turn, back = (vectors / scale).T, vectors * scale
        into, out, count = vae.quant_conv, vae.post_quant_conv, len(mean)
        weight, bias = into.weight.double()[:count, :, 0, 0], into.bias.double()[:count]
        into.weight.zero_()
        into.weight[:count, :, 0, 0] = (turn @ weight).float()
        into.bias.fill_(-20.0)
        into.bias[:count] = (turn @ (bias - mean)).float()
        old = out.weight.double()[:, :, 0, 0]
        out.bias.add_((old @ mean).float())
        out.weight[:, :, 0, 0] = (old @ back).float()


@torch.no_grad()
def moved(vae: AutoencoderKL, latents: Tensor, directions: Tensor) -> Tensor:
    """How far each direction (a column, one spread long) moves pictures: root mean square of the pixels, (columns,)."""
    before = pictures_of(vae, latents)
    after = [pictures_of(vae, latents + 0.3 * step[:, None, None]) for step in directions.T]
    return torch.stack([(made - before).square().mean().sqrt() / 0.3 for made in after])


@torch.no_grad()
def evaluate(vae: AutoencoderKL, judging: Viewer, pictures: Tensor, facts: Tensor) -> dict[str, float]:
    """Mean absolute error by artefact; and what the viewer finds in the reconstructions beside what it found before."""
    made = torch.cat([pictures_of(vae, latents_of(vae, part)).clamp(0, 1) for part in pictures.split(100)])
    wrong = (made - pictures).abs().mean(dim=(1, 2, 3)).cpu()
    labels = facts[:, viewer.ARTEFACT]
    out = {"L1": wrong.mean().item(), "L1 clean": wrong[labels.sum(dim=1) == 0].mean().item()}
    for k, name in enumerate(ARTEFACTS):
        out[f"L1 {name}"] = wrong[labels[:, k] == 1].mean().item()
    before, after = judge(judging, pictures, facts), judge(judging, made, facts)
    return out | {f"before: {k}": v for k, v in before.items()} | {f"after: {k}": v for k, v in after.items()}


def load(folder: Path) -> AutoencoderKL:
    """The finished autoencoder, frozen."""
    return AutoencoderKL.from_pretrained(folder / "vae").eval().requires_grad_(False)


def train(args: argparse.Namespace, device: torch.device) -> None:
    """Train, resume, checkpoint; then straighten and keep `vae/`."""
    torch.manual_seed(SEED)
    shards, eye = Shards(args.data, "pictures"), viewer.load(args.data, "eye", device)
    vae, critic = model.autoencoder().to(device).train(), patches().to(device)
    optim = torch.optim.AdamW(vae.parameters(), lr=RATE, betas=(0.9, 0.99), weight_decay=0.0)
    critics = torch.optim.AdamW(critic.parameters(), lr=4e-4, betas=(0.5, 0.99))
    parts: dict[str, nn.Module | torch.optim.Optimizer] = {
        "vae": vae,
        "critic": critic,
        "optim": optim,
        "critics": critics,
    }
    path, step, before = args.data / "autoencoder.pt", 0, 0.0
    if path.exists():
        kept = torch.load(path, weights_only=True, map_location=device)
        for name, part in parts.items():
            part.load_state_dict(kept[name])
        step, before = kept["step"], kept["seconds"]
    began = last = time.monotonic()
    first, progress = step, before / 60 / args.minutes

    def checkpoint() -> None:
        state = {name: part.state_dict() for name, part in parts.items()}
        torch.save(
            state | {"step": step, "seconds": before + time.monotonic() - began}, path.with_suffix(".tmp")
        )
        path.with_suffix(".tmp").replace(path)

    while progress < 1:
        rng = np.random.default_rng([SEED, step])
        wanted = as_input(shards[rng.integers(0, len(shards) - HELD_OUT, BATCH)], device)
        for group in optim.param_groups:
            group["lr"] = RATE * min((step + 1) / 100, 1.02 - progress)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            z = latents_of(vae, wanted)
            made = pictures_of(vae, z + JITTER * torch.randn_like(z))
        made = made.float()
        loss = reconstruction_loss(eye, made, wanted)
        total = loss + 0.1 * F.relu(z.float().square().mean() - 1)
        adversary = progress > ADVERSARY_FROM
        if adversary:
            critic.requires_grad_(False)
            pleasing = -critic(made).mean()
            weight = ADVERSARY * balance(loss, pleasing, vae.decoder.conv_out.weight)
            total = total + weight * pleasing
            critic.requires_grad_(True)
        optim.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optim.step()
        if progress > ADVERSARY_FROM - 0.03:  # the critic learns a little before it is heard
            against = F.relu(1 - critic(wanted)).mean() + F.relu(1 + critic(made.detach())).mean()
            critics.zero_grad(set_to_none=True)
            against.backward()
            critics.step()
        step += 1
        spent = time.monotonic() - began
        progress = max((before + spent) / 60 / args.minutes, step / args.steps)
        if step % 50 == 0:
            print(
                f"{step}: loss {loss.item():.4f}, L1 {F.l1_loss(made, wanted).item():.4f}, {BATCH * (step - first) / spent:.0f} pictures/s",
                flush=True,
            )
        if time.monotonic() - last > CHECKPOINT_SECONDS:
            checkpoint()
            last = time.monotonic()
    checkpoint()
    vae.eval()
    some = as_input(
        shards[np.arange(0, len(shards) - HELD_OUT, max(1, (len(shards) - HELD_OUT) // 2000))], device
    )
    straighten(vae, some)
    vae.save_pretrained(args.data / "vae")
    print(f"{step} steps, {(before + time.monotonic() - began) / 60:.1f} min")


def main() -> None:
    """Train, then evaluate on held-out pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--minutes", type=float, default=15, help="in all, with what was trained before")
    parser.add_argument("--steps", type=int, default=100_000, help="at most")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--evaluate", action="store_true", help="do not train")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="how many pictures to evaluate on")
    args = parser.parse_args()
    device = torch.device(args.device)
    if not args.evaluate:
        train(args, device)
    shards, facts = Shards(args.data, "pictures"), truth(load_facts(args.data))
    held = np.arange(len(shards) - HELD_OUT, len(shards))[: args.held_out]
    judging = viewer.load(args.data, "viewer", device)
    found = evaluate(
        load(args.data).to(device), judging, as_input(shards[held], device), facts[torch.from_numpy(held)]
    )
    (args.data / "autoencoder.json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps({k: round(v, 4) for k, v in found.items()}, indent=1))


if __name__ == "__main__":
    main()
