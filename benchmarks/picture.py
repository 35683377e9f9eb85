"""What a picture of nano-image costs, as ratios in one run. Writes a table; asserts nothing.

    .venv/bin/python benchmarks/picture.py

- one picture with a negative, whole process: eschew (ONNX Runtime) against StableDiffusionPipeline of diffusers (PyTorch)
  on the same weights, steps, guidance and noise, on as many cores;
- the same per picture, both warm and in one process: one alone, and one of eight seeds, which `eschew compare` gives to as
  many workers as there are cores, against the pipeline seed by seed and in one batch;
- the first picture after a cold start, and how far the two pictures are apart.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

PROMPT, NEGATIVE = "a stock illustration of a red apple on a white background", "watermark, text"
STEPS, SCALE, SEED = 25, 3.0, 0
MANY = 8
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


@dataclass(frozen=True)
class Warm:
    """Seconds a picture of eschew and of its peers, and the largest difference of a pixel, of 255."""

    alone: float
    alone_by_peer: float
    of_many: float
    of_many_by_peer: float
    of_a_batch_by_peer: float
    apart: int


def per_picture() -> Warm:
    """Both opened and warmed up; the same picture by both where one is made alone."""
    import numpy as np
    import torch
    from diffusers import StableDiffusionPipeline

    from eschew import api
    from eschew.backends.nano.folder import model_folder
    from eschew.backends.nano.image.backend import NanoImageBackend
    from eschew.backends.nano.image.runtime import LATENTS
    from eschew.backends.seam import noise_seed
    from eschew.settings import usable_cores

    cores = usable_cores()
    torch.set_num_threads(cores)
    backend, worker = NanoImageBackend("nano-image", cores), NanoImageBackend("nano-image", 1)
    request = api.Request(
        PROMPT, NEGATIVE, "nano-image", method="cfg-substitution", guidance_scale=SCALE, num_inference_steps=STEPS,
        window=(0.0, 1.0),
    )  # fmt: skip
    plan = api.plan(request)
    pipe = StableDiffusionPipeline.from_pretrained(model_folder("nano-image").path)
    pipe.set_progress_bar_config(disable=True)

    def drawn(seeds: Sequence[int]) -> Any:
        noise = [noise_seed(seed, 0).standard_normal(LATENTS, dtype=np.float32) for seed in seeds]
        made = pipe(
            [PROMPT] * len(seeds), negative_prompt=[NEGATIVE] * len(seeds), guidance_scale=SCALE, num_inference_steps=STEPS,
            latents=torch.from_numpy(np.concatenate(noise)),
        )  # fmt: skip
        return np.asarray(made.images[0])

    def many() -> None:
        with ThreadPoolExecutor(cores) as workers:
            list(workers.map(lambda seed: worker.sample(plan, seed), range(MANY)))

    def seed_by_seed() -> None:
        for seed in range(MANY):
            drawn([seed])

    apart = int(np.abs(backend.sample(plan, SEED).pixels.astype(int) - drawn([SEED])).max())
    alone = alternating(timed(lambda: backend.sample(plan, SEED)), timed(lambda: drawn([SEED])))
    of_many = alternating(timed(many), timed(seed_by_seed))
    of_a_batch = alternating(timed(many), timed(lambda: drawn(range(MANY))))
    return Warm(*alone, of_many[0] / MANY, of_many[1] / MANY, of_a_batch[1] / MANY, apart)


def main() -> None:
    ours, theirs = alternating(lambda: whole_process(ESCHEW), lambda: whole_process(PEER))
    print(
        f"one picture, whole process: eschew {ours:.2f} s, diffusers {theirs:.2f} s, ratio {ours / theirs:.2f}"
    )
    warm = per_picture()
    for name, mine, peers in (
        ("alone", warm.alone, warm.alone_by_peer),
        (f"of {MANY}, diffusers seed by seed", warm.of_many, warm.of_many_by_peer),
        (f"of {MANY}, diffusers in one batch", warm.of_many, warm.of_a_batch_by_peer),
    ):
        print(
            f"one picture {name}, warm: eschew {mine:.2f} s, diffusers {peers:.2f} s, ratio {mine / peers:.2f}"
        )
    print(f"the two pictures are {warm.apart} of 255 apart at most")
    print(f"first picture after a cold start: {ours:.2f} s")


if __name__ == "__main__":
    main()
