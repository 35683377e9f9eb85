"""What a picture of nano-image costs, as ratios in one run. Writes a table; asserts nothing.

    .venv/bin/python benchmarks/picture.py

- one picture with a negative, whole process: eschew (ONNX Runtime) against StableDiffusionPipeline of diffusers (PyTorch)
  on the same weights, steps, guidance and noise, on as many cores;
- the same per picture, both warm and in one process;
- the first picture after a cold start, and how far the two pictures are apart.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

PROMPT, NEGATIVE = "a stock illustration of a red apple on a white background", "watermark, text"
STEPS, SCALE, SEED = 25, 3.0, 0
ROUNDS = 5

ESCHEW = f"""
import tempfile
from pathlib import Path
from eschew import api
request = api.Request({PROMPT!r}, {NEGATIVE!r}, "nano-image", method="cfg-substitution", guidance_scale={SCALE},
                      num_inference_steps={STEPS}, window=(0.0, 1.0))
api.generate(request, Path(tempfile.mkdtemp()) / "picture.png", {SEED})
"""

PEER = f"""
import tempfile, torch
from pathlib import Path
from diffusers import StableDiffusionPipeline
from eschew.backends.nano.folder import WEIGHTS
pipe = StableDiffusionPipeline.from_pretrained(WEIGHTS / "nano-image")
pipe.set_progress_bar_config(disable=True)
image = pipe({PROMPT!r}, negative_prompt={NEGATIVE!r}, guidance_scale={SCALE}, num_inference_steps={STEPS},
             generator=torch.Generator().manual_seed({SEED})).images[0]
image.save(Path(tempfile.mkdtemp()) / "picture.png")
"""


def whole_process(code: str) -> float:
    """Seconds from start to end of a Python process that runs `code`."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - began


def alternating(first: Callable[[], float], second: Callable[[], float]) -> tuple[float, float]:
    """Medians of two timings taken turn about, so that both meet the same weather."""
    rows = [(first(), second()) for _ in range(ROUNDS)]
    return statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows)


def timed(make: Callable[[], Any]) -> Callable[[], float]:
    """`make`, as a function that says how long it took."""

    def once() -> float:
        began = time.perf_counter()
        make()
        return time.perf_counter() - began

    return once


def per_picture() -> tuple[float, float, int]:
    """Seconds a picture, eschew's and diffusers', both warm; and the largest difference of a pixel, of 255."""
    import numpy as np
    import torch
    from diffusers import StableDiffusionPipeline

    from eschew import api
    from eschew.backends.nano.folder import model_folder
    from eschew.backends.nano.image.backend import NanoImageBackend
    from eschew.backends.nano.image.runtime import LATENTS
    from eschew.backends.seam import noise_seed
    from eschew.settings import usable_cores

    torch.set_num_threads(usable_cores())
    backend = NanoImageBackend("nano-image", usable_cores())
    request = api.Request(
        PROMPT, NEGATIVE, "nano-image", method="cfg-substitution", guidance_scale=SCALE, num_inference_steps=STEPS,
        window=(0.0, 1.0),
    )  # fmt: skip
    plan = api.plan(request)
    pipe = StableDiffusionPipeline.from_pretrained(model_folder("nano-image").path)
    pipe.set_progress_bar_config(disable=True)
    noise = torch.from_numpy(noise_seed(SEED, 0).standard_normal(LATENTS, dtype=np.float32))

    def ours() -> Any:
        return backend.sample(plan, SEED).pixels

    def theirs() -> Any:
        made = pipe(
            PROMPT, negative_prompt=NEGATIVE, guidance_scale=SCALE, num_inference_steps=STEPS, latents=noise
        )
        return np.asarray(made.images[0])

    apart = int(np.abs(ours().astype(int) - theirs()).max())
    return (*alternating(timed(ours), timed(theirs)), apart)


def main() -> None:
    ours, theirs = alternating(lambda: whole_process(ESCHEW), lambda: whole_process(PEER))
    print(
        f"one picture, whole process: eschew {ours:.2f} s, diffusers {theirs:.2f} s, ratio {ours / theirs:.2f}"
    )
    warm, peer, apart = per_picture()
    print(f"one picture, warm: eschew {warm:.2f} s, diffusers {peer:.2f} s, ratio {warm / peer:.2f}")
    print(f"the two pictures are {apart} of 255 apart at most")
    print(f"first picture after a cold start: {ours:.2f} s")


if __name__ == "__main__":
    main()
