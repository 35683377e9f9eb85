"""Ship the viewer: one ONNX graph with its logits and what its four stages see, and calibrated heads beside it.

    python -m training.detectors_image.viewer [--reconstructed]

Thresholds are set on held-out renders for few false alarms; with `--reconstructed` also on the same renders after
nano-image's autoencoder, which is nearer to what the model makes.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eschew.lab.detectors.image.labels import THINGS, VIEWED, label_of
from training.detectors.train import platt
from training.image import autoencoder, viewer
from training.image.data import WORK, Shards, load_facts

FALSE_ALARMS = 0.01
"""At most this share of held-out pictures without a thing may seem to have it."""
STAGES = ("fine", "small", "middle", "coarse")


class Seen(nn.Module):
    """Logits, and every stage's features: those are what the perceptual distance compares."""

    def __init__(self, seer: viewer.Viewer) -> None:
        super().__init__()
        self.seer = seer

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """(n, 3, 64, 64) in 0…1 → logits (n, 77) and (n, channels, side, side) four times."""
        stages = self.seer.features(pictures)
        last = stages[-1]
        return self.seer.head(torch.cat([last.mean(dim=(2, 3)), last.amax(dim=(2, 3))], dim=1)), *stages


def export(seer: viewer.Viewer, path: Path) -> None:
    """One file: `pictures` (n, 3, 64, 64) float32 in 0…1 → `logits` and STAGES."""
    program = torch.onnx.export(
        Seen(seer).eval(),
        (torch.rand(2, 3, 64, 64),),
        input_names=["pictures"],
        output_names=["logits", *STAGES],
        dynamic_shapes={"pictures": {0: torch.export.Dim("n", min=1, max=4096)}},
        opset_version=20,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    program.save(str(path), external_data=False)


@torch.no_grad()
def held_out(folder: Path, reconstructed: bool) -> tuple[Tensor, Tensor]:
    """Pictures nothing was trained on, and what is true of them; with their reconstructions if asked for."""
    shards, facts = Shards(folder, "pictures"), viewer.truth(load_facts(folder))
    held = np.arange(len(shards) - viewer.HELD_OUT, len(shards))
    pictures = viewer.as_input(shards[held], torch.device("cpu"))
    true = facts[torch.from_numpy(held)]
    if not reconstructed:
        return pictures, true
    vae = autoencoder.load(folder)
    made = [
        autoencoder.pictures_of(vae, autoencoder.latents_of(vae, part)).clamp(0, 1)
        for part in pictures.split(100)
    ]
    return torch.cat([pictures, *made]), torch.cat([true, true])


@torch.no_grad()
def heads(seer: viewer.Viewer, pictures: Tensor, true: Tensor) -> dict[str, dict[str, float]]:
    """Concept → column, Platt calibration and threshold."""
    logits = torch.cat([seer(part) for part in pictures.split(250)]).numpy()
    out = {}
    for concept in VIEWED:
        column = viewer.LABELS.index(label_of(concept))
        score, there = logits[:, column], true[:, column].numpy() > 0
        slope, offset = platt(score, there.astype(float))
        if concept in THINGS:
            # One picture in fifty shows it here; whoever asks for it draws it far more often. Even odds instead.
            offset += math.log((~there).sum() / there.sum())
        threshold = max(float(np.quantile(score[~there], 1 - FALSE_ALARMS)), -offset / slope)
        found, alarms = np.mean(score[there] > threshold), np.mean(score[~there] > threshold)
        print(f"{concept:22} n={there.sum():4} found {found:.3f} imagined {alarms:.3f}")
        out[concept] = {"index": column, "slope": slope, "offset": offset, "threshold": threshold}
    return out


def main() -> None:
    """Calibrate and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--reconstructed", action="store_true", help="needs work/vae")
    parser.add_argument("--out", type=Path, default=Path("src/eschew/lab/viewers"))
    args = parser.parse_args()
    seer = viewer.load(args.data, "viewer", torch.device("cpu"))
    found = heads(seer, *held_out(args.data, args.reconstructed))
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "viewer.json").write_text(json.dumps(found, indent=1) + "\n")
    export(seer, args.out / "viewer.onnx")


if __name__ == "__main__":
    main()
