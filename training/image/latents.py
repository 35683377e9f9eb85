"""Encode every picture once: `latents-KKKK.npy`, (1000, 12, 16, 16) float16 beside `pictures-KKKK.npy`.

python -m training.image.latents [--device cuda]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from training.image.autoencoder import latents_of, load
from training.image.data import SHARD, WORK
from training.image.viewer import as_input


@torch.no_grad()
def main() -> None:
    """Shard by shard; those that exist are kept. Delete them after training another autoencoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    device = torch.device(args.device)
    vae = load(args.data).to(device)
    for path in sorted(args.data.glob("pictures-*.npy")):
        target = path.with_name(path.name.replace("pictures", "latents"))
        if target.exists():
            continue
        began, pictures = time.monotonic(), np.load(path, mmap_mode="r")
        parts = []
        for start in range(0, SHARD, 100):
            batch = as_input(np.array(pictures[start : start + 100]), device)
            with torch.autocast(device.type, dtype=torch.bfloat16):
                parts.append(latents_of(vae, batch).half().cpu().numpy())
        temporary = target.with_suffix(".tmp.npy")
        np.save(temporary, np.concatenate(parts))
        temporary.replace(target)
        print(f"{target.name}: {SHARD / (time.monotonic() - began):.0f} pictures/s", flush=True)


if __name__ == "__main__":
    main()
