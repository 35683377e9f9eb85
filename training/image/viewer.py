"""Train the viewer: which things, which style and which artefacts a picture shows. It sees renders only.

    python -m training.image.viewer --minutes 5                       # the viewer that judges and ships
    python -m training.image.viewer --minutes 3 --name eye --seed 2   # the one whose features train the autoencoder

Two, so that no model is judged by the network it was trained to please.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from training.image.artefacts import ARTEFACTS
from training.image.data import WORK, Shards, load_facts
from training.image.icons import STYLES
from training.image.objects import NAMES
from training.image.world import Scene

LABELS = (*NAMES, *STYLES, *ARTEFACTS)
OBJECTS, STYLE, ARTEFACT = (
    slice(0, len(NAMES)),
    slice(len(NAMES), len(NAMES) + len(STYLES)),
    slice(len(NAMES) + len(STYLES), len(LABELS)),
)
BATCH, RATE, WIDTHS = 64, 3e-3, (24, 48, 96, 160)
HELD_OUT = 2000
"""The last pictures of the set: nothing is ever trained on them."""


class Viewer(nn.Module):
    """Pictures (n, 3, 64, 64) in 0…1 → logits (n, 77), in the order of LABELS."""

    def __init__(self) -> None:
        super().__init__()
        stages, before = [], 3
        for width in WIDTHS:
            stages.append(
                nn.Sequential(
                    nn.Conv2d(before, width, 3, padding=1, bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                    nn.Conv2d(width, width, 3, padding=1, bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                )
            )
            before = width
        self.stages = nn.ModuleList(stages)
        self.head = nn.Linear(2 * before, len(LABELS))

    def features(self, pictures: Tensor) -> list[Tensor]:
        """What each stage sees: fine to coarse."""
        x, out = 2 * pictures - 1, []
        for stage in self.stages:
            x = stage(x if not out else F.max_pool2d(x, 2))
            out.append(x)
        return out

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits."""
        last = self.features(pictures)[-1]
        return self.head(torch.cat([last.mean(dim=(2, 3)), last.amax(dim=(2, 3))], dim=1))


def truth(scenes: list[Scene]) -> Tensor:
    """(n, 77) zeros and ones."""
    out = torch.zeros(len(scenes), len(LABELS))
    for row, scene in enumerate(scenes):
        for name in (*(t.name for t in scene.things), scene.style, *scene.artefacts):
            out[row, LABELS.index(name)] = 1
    return out


def as_input(pictures: NDArray[np.uint8], device: torch.device) -> Tensor:
    """(n, 64, 64, 3) bytes → (n, 3, 64, 64) in 0…1."""
    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float().div_(255)


def load(folder: Path, name: str, device: torch.device) -> Viewer:
    """A trained viewer, frozen."""
    viewer = Viewer().to(device)
    viewer.load_state_dict(torch.load(folder / f"{name}.pt", weights_only=True, map_location=device))
    return viewer.eval().requires_grad_(False)


@torch.no_grad()
def judge(viewer: Viewer, pictures: Tensor, facts: Tensor) -> dict[str, float]:
    """Top-1 of single things and of styles; of each artefact the share found and the share imagined, at logit 0."""
    logits = torch.cat([viewer(part) for part in pictures.split(250)]).cpu()
    single = facts[:, OBJECTS].sum(dim=1) == 1
    right = logits[:, OBJECTS].argmax(dim=1) == facts[:, OBJECTS].argmax(dim=1)
    styles = logits[:, STYLE].argmax(dim=1) == facts[:, STYLE].argmax(dim=1)
    out = {"object": right[single].float().mean().item(), "style": styles.float().mean().item()}
    clean = single & (facts[:, ARTEFACT].sum(dim=1) == 0)
    out["object, clean"] = right[clean].float().mean().item()
    for name in ARTEFACTS:
        column = LABELS.index(name)
        there, said = facts[:, column] == 1, logits[:, column] > 0
        out[f"{name} found"] = said[there].float().mean().item()
        out[f"{name} imagined"] = said[~there].float().mean().item()
    return out


def main() -> None:
    """Train, judge on held-out renders, and export to ONNX."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--steps", type=int, default=20_000, help="at most")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--name", default="viewer")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    shards, facts = Shards(args.data, "pictures"), truth(load_facts(args.data))
    viewer = Viewer().to(device).train()
    optim = torch.optim.AdamW(viewer.parameters(), lr=RATE, weight_decay=0.02)
    rng, began, step, progress = np.random.default_rng([args.seed, 77]), time.monotonic(), 0, 0.0
    while progress < 1:
        for group in optim.param_groups:
            group["lr"] = RATE * min((step + 1) / 100, 1 - progress)
        picks = rng.integers(0, len(shards) - HELD_OUT, BATCH)
        pictures = as_input(shards[picks], device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = viewer(pictures)
        loss = F.binary_cross_entropy_with_logits(logits.float(), facts[torch.from_numpy(picks)].to(device))
        optim.zero_grad(set_to_none=True)
        loss.backward()
        optim.step()
        step += 1
        spent = time.monotonic() - began
        progress = max(step / args.steps, spent / 60 / args.minutes if math.isfinite(args.minutes) else 0)
        if step % 100 == 0:
            print(f"{step}: loss {loss.item():.4f}, {BATCH * step / spent:.0f} pictures/s", flush=True)
    print(f"{step} steps, {BATCH * step / (time.monotonic() - began):.0f} pictures/s")
    torch.save(viewer.state_dict(), args.data / f"{args.name}.pt")
    viewer.eval().cpu()
    held = np.arange(len(shards) - HELD_OUT, len(shards))
    found = judge(viewer, as_input(shards[held], torch.device("cpu")), facts[torch.from_numpy(held)])
    print(json.dumps({k: round(v, 3) for k, v in found.items()}, indent=1))
    (args.data / f"{args.name}.json").write_text(
        json.dumps({"labels": LABELS, "held out": found}, indent=1) + "\n"
    )
    write_onnx(viewer, args.data / f"{args.name}.onnx")


def write_onnx(viewer: Viewer, path: Path) -> None:
    """One file: `pictures` (n, 3, 64, 64) float32 in 0…1 → `logits` (n, 77)."""
    program = torch.onnx.export(
        viewer,
        (torch.rand(2, 3, 64, 64),),
        input_names=["pictures"],
        output_names=["logits"],
        dynamic_shapes={"pictures": {0: torch.export.Dim("n", min=1, max=4096)}},
        opset_version=20,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    program.save(str(path), external_data=False)


if __name__ == "__main__":
    main()
