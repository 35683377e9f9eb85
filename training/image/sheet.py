"""Sheets to look at: pictures of the data set, reconstructions beside them, or what the exported folder generates.

    python -m training.image.sheet data --out sheet.png
    python -m training.image.sheet autoencoder --out sheet.png          # originals above, reconstructions below
    python -m training.image.sheet model --folder OUT/nano-image --out sheet.png [--negative "watermark"]

`model` draws every thing once with StableDiffusionPipeline and lets the viewer name them: top-1 is printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image

from training.image import autoencoder, viewer
from training.image.data import WORK, Shards
from training.image.objects import NAMES
from training.image.viewer import HELD_OUT, OBJECTS, as_input
from training.image.world import SIZE

COLUMNS = 16


def grid(pictures: NDArray[np.uint8], columns: int = COLUMNS) -> Image.Image:
    """(n, 64, 64, 3) → one image, row by row, the last row filled with black."""
    rows = -(-len(pictures) // columns)
    full = np.zeros((rows * columns, SIZE, SIZE, 3), np.uint8)
    full[: len(pictures)] = pictures
    tiled = full.reshape(rows, columns, SIZE, SIZE, 3).transpose(0, 2, 1, 3, 4)
    return Image.fromarray(tiled.reshape(rows * SIZE, columns * SIZE, 3))


@torch.no_grad()
def reconstructed(folder: Path, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the autoencoder makes of them, each row of originals followed by its reconstructions."""
    vae = autoencoder.load(folder)
    made = autoencoder.pictures_of(vae, autoencoder.latents_of(vae, as_input(pictures, torch.device("cpu"))))
    copies = (made.clamp(0, 1).permute(0, 2, 3, 1).numpy() * 255).round().astype(np.uint8)
    rows = [
        part
        for i in range(0, len(copies), COLUMNS)
        for part in (pictures[i : i + COLUMNS], copies[i : i + COLUMNS])
    ]
    return np.concatenate(rows)


def generated(
    folder: Path, things: tuple[str, ...], negative: str, scale: float, steps: int
) -> NDArray[np.uint8]:
    """One picture of each thing, thing k with seed k."""
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    out = []
    for start in range(0, len(things), COLUMNS):
        some = things[start : start + COLUMNS]
        made = pipe(
            [f"a {thing}" for thing in some],
            negative_prompt=[negative] * len(some),
            guidance_scale=scale,
            num_inference_steps=steps,
            generator=[torch.Generator().manual_seed(start + k) for k in range(len(some))],
            output_type="np",
        ).images
        out.append((made * 255).round().astype(np.uint8))
    return np.concatenate(out)


def main() -> None:
    """Write one PNG."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("data", "autoencoder", "model"))
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--folder", type=Path, default=WORK / "nano-image")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--negative", default="")
    parser.add_argument("--scale", type=float, default=3.0)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--things", type=int, default=len(NAMES), help="how many things to generate")
    args = parser.parse_args()
    if args.what == "model":
        pictures = generated(args.folder, NAMES[: args.things], args.negative, args.scale, args.steps)
        judging = viewer.load(args.data, "viewer", torch.device("cpu"))
        with torch.no_grad():
            named = judging(as_input(pictures, torch.device("cpu")))[:, OBJECTS].argmax(dim=1)
        print(f"named rightly: {(named == torch.arange(len(pictures))).float().mean().item():.3f}")
    else:
        shards = Shards(args.data, "pictures")
        pictures = shards[np.arange(len(shards) - HELD_OUT, len(shards) - HELD_OUT + 6 * COLUMNS)]
        if args.what == "autoencoder":
            pictures = reconstructed(args.data, pictures)
    grid(pictures).save(args.out)


if __name__ == "__main__":
    main()
