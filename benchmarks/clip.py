"""What a clip costs, as ratios in one run. Writes a table; asserts nothing.

    .venv/bin/python benchmarks/clip.py

- one clip, whole process, eschew (ONNX Runtime) against the same weights, steps and sampler through PyTorch and diffusers;
- one clip with a negative against one with no guidance at all, in one warm process;
- a clip against its own duration;
- `import eschew` against `import torch`, and against `python -c pass`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

PROMPT = "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano"
NEGATIVE = "vinyl crackle, tape hiss, lo-fi noise"
ROUNDS = 5

ESCHEW = f"""
import tempfile
from pathlib import Path
from eschew import api
api.generate(api.Request({PROMPT!r}, {NEGATIVE!r}, guidance_scale=2.5), Path(tempfile.mkdtemp()) / "clip.wav")
"""

PEER = f"""
import numpy as np, torch
from pathlib import Path
from diffusers import AceStepTransformer1DModel
from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder
from transformers import PreTrainedTokenizerFast, Qwen3Model
from eschew import api
from eschew.backends.nano.backend import WEIGHTS
from eschew.backends.nano.codec import Codec
from eschew.backends.nano.sampling import timesteps
from eschew.backends.seam import noise_seed
folder = WEIGHTS / "nano-music"
plan = api.plan(api.Request({PROMPT!r}, {NEGATIVE!r}, guidance_scale=2.5))
model = AceStepTransformer1DModel.from_pretrained(folder / "transformer", torch_dtype=torch.float32)
cond = AceStepConditionEncoder.from_pretrained(folder / "condition_encoder", torch_dtype=torch.float32)
text = Qwen3Model.from_pretrained(folder / "text_encoder", dtype=torch.float32)
tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "tokenizer")
def states(words):
    hidden = text(**tokenizer(words, return_tensors="pt")).last_hidden_state
    return cond.text_projector(hidden)
with torch.no_grad():
    silence = cond.silence_latent[:, :128]
    context = torch.cat([silence, torch.ones_like(silence)], dim=-1)
    both = [states(plan.prompt), states(plan.negative_prompt)]
    x = torch.from_numpy(noise_seed(0, 0).standard_normal((128, 64), dtype=np.float32))[None]
    times = timesteps(plan.num_inference_steps, 2.0)
    for now, after in zip(times[:-1], times[1:]):
        t = torch.tensor([float(now)])
        c, n = [model(hidden_states=x, timestep=t, timestep_r=t, encoder_hidden_states=s, context_latents=context,
                      return_dict=False)[0] for s in both]
        x = x + float(after - now) * (n + plan.guidance_scale * (c - n))
with np.load(folder / "codec.npz") as kept:
    Codec(kept["mean"], kept["basis"], kept["scale"]).decode(x[0].numpy())
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


def sampling() -> tuple[float, float, float]:
    """Seconds for a clip with no guidance, with a negative, and the clip's own length; one warm process."""
    from dataclasses import replace

    from eschew import api
    from eschew.backends.nano.backend import NanoBackend
    from eschew.plan import Plan, without_negative
    from eschew.settings import usable_cores

    backend = NanoBackend("nano-music", usable_cores())
    with_negative = api.plan(api.Request(PROMPT, NEGATIVE))
    unguided = replace(without_negative(with_negative), guidance_scale=1.0)
    length = len(backend.sample(with_negative, 0).audio) / 24_000

    def timed(plan: Plan) -> Callable[[], float]:
        def once() -> float:
            began = time.perf_counter()
            backend.sample(plan, 1)
            return time.perf_counter() - began

        return once

    return (*alternating(timed(unguided), timed(with_negative)), length)


def main() -> None:
    ours, theirs = alternating(lambda: whole_process(ESCHEW), lambda: whole_process(PEER))
    print(f"one clip, whole process: eschew {ours:.2f} s, PyTorch {theirs:.2f} s, ratio {ours / theirs:.2f}")
    unguided, negative, length = sampling()
    print(
        f"one clip, warm: no guidance {unguided:.2f} s, with a negative {negative:.2f} s, ratio {negative / unguided:.2f}"
    )
    print(f"a clip of {length:.2f} s: {negative / length:.2f} of its own duration")
    eschew, torch = alternating(
        lambda: whole_process("import eschew.api"), lambda: whole_process("import torch")
    )
    nothing = statistics.median(whole_process("pass") for _ in range(ROUNDS))
    print(
        f"import eschew.api {eschew - nothing:.3f} s, import torch {torch - nothing:.3f} s (python itself {nothing:.3f} s)"
    )


if __name__ == "__main__":
    main()
