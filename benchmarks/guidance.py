"""What each method costs, as ratios to the unguided run of the same weights and steps. Writes a table; asserts nothing.

    .venv/bin/python benchmarks/guidance.py

- nano-music in PyTorch through AceStepPipeline: whole sampling time of each method, and peak memory of the process;
- the same for a UNet in the shape of Stable Diffusion with random weights, whose image tokens outnumber its words as
  those of real models do;
- the pipeline's own `negative_prompt` against the same substitution through eschew: equal passes, equal pictures, so
  the difference is what eschew's loop costs.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROUNDS = 5
STEPS = 24
PROMPT = "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano"
NEGATIVE = "vinyl crackle, tape hiss, lo-fi noise"

ARMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("NAG", {"method": "nag", "guidance_scale": 1.0}),
    ("NASA", {"method": "nasa", "guidance_scale": 1.0}),
    ("ONG", {"method": "ong", "guidance_scale": 1.0}),
    ("VSF", {"method": "vsf", "guidance_scale": 1.0}),
    ("substitution", {"method": "cfg-substitution", "guidance_scale": 2.0}),
    ("substitution, early window", {"method": "cfg-substitution", "guidance_scale": 1.0, "negative_scale": 3.0, "window": (0.0, 0.125)}),
    ("three-branch", {"method": "three-branch", "guidance_scale": 2.0}),
    ("Perp-Neg", {"method": "perp-neg", "guidance_scale": 2.0}),
)  # fmt: skip

Call = Callable[..., Any]
"""(pipeline or steered pipeline, guidance scale) → its result."""


def music() -> tuple[Any, Call]:
    """nano-music, and a call of it."""
    import torch
    from diffusers import AceStepPipeline

    from eschew.backends.nano.backend import WEIGHTS

    pipe = AceStepPipeline.from_pretrained(WEIGHTS / "nano-music", vae=None)

    def call(run: Any, scale: float) -> Any:
        return run(
            prompt=PROMPT, audio_duration=5.12, num_inference_steps=STEPS, shift=2.0, guidance_scale=scale,
            generator=torch.Generator().manual_seed(0), output_type="latent",
        )  # fmt: skip

    return pipe, call


def picture() -> tuple[Any, Call]:
    """A UNet of Stable Diffusion's shape at a fifth of its width, random weights, 32 × 32 latents, and a call of it."""
    import torch
    from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    tokenizer = letters()
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer), hidden_size=768, intermediate_size=768, num_hidden_layers=1,
            num_attention_heads=12, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        )
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=32, block_out_channels=(64, 128, 256, 256), cross_attention_dim=768, attention_head_dim=8
    )
    scheduler = DDIMScheduler(clip_sample=False, steps_offset=1, set_alpha_to_one=False)
    pipe = StableDiffusionPipeline(
        vae=None, text_encoder=text, tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip

    def call(run: Any, scale: float, **more: Any) -> Any:
        return run(
            prompt=PROMPT[:60], num_inference_steps=6, guidance_scale=scale, height=256, width=256,
            generator=torch.Generator().manual_seed(0), output_type="latent", **more,
        )  # fmt: skip

    return pipe, call


def letters() -> Any:
    """A CLIP tokenizer that knows single letters: nothing to download."""
    from transformers import CLIPTokenizer

    signs = [chr(code) for code in range(33, 127)]
    words = [*signs, *(sign + "</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    with tempfile.TemporaryDirectory() as folder:
        vocabulary, merges = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        vocabulary.write_text(json.dumps({word: k for k, word in enumerate(words)}))
        merges.write_text("#version: 0.2\n")
        return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)


def timed(work: Callable[[], Any]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(works: Sequence[Callable[[], Any]]) -> list[float]:
    """Medians of timings taken turn about, so that all meet the same weather. One round warms up."""
    rows = [[timed(work) for work in works] for _ in range(ROUNDS + 1)][1:]
    return [statistics.median(row[k] for row in rows) for k in range(len(works))]


def steered(pipe: Any, call: Call, options: dict[str, Any]) -> Callable[[], Any]:
    """A call of the pipeline with the negative attached."""
    from eschew.backends.diffusers import attach

    def work() -> Any:
        with attach(pipe, NEGATIVE, **options) as run:
            return call(run, 1.0)

    return work


def table(name: str, make: Callable[[], tuple[Any, Call]]) -> None:
    """Every arm's time and memory beside the unguided run's."""
    pipe, call = make()
    pipe.set_progress_bar_config(disable=True)
    works = [lambda: call(pipe, 1.0), *(steered(pipe, call, options) for _, options in ARMS)]
    base, *times = in_turn(works)
    print(f"{name}: unguided {base:.3f} s, {memory(name, None):.0f} MB")
    for (title, _), seconds in zip(ARMS, times, strict=True):
        print(f"  {title:28s} {seconds / base:5.2f} ×   {memory(name, title):6.0f} MB")


def overhead() -> None:
    """The pipeline's own negative against the same through eschew."""
    pipe, call = picture()
    pipe.set_progress_bar_config(disable=True)
    own, ours = in_turn(
        [
            lambda: call(pipe, 5.0, negative_prompt=NEGATIVE),
            steered(pipe, call, {"method": "cfg-substitution", "guidance_scale": 5.0}),
        ]
    )
    print(
        f"the pipeline's own negative {own:.3f} s, eschew's substitution {ours:.3f} s, ratio {ours / own:.3f}"
    )


def memory(name: str, title: str | None) -> float:
    """Peak memory, in MB, of a process that makes one sample this way."""
    command = [sys.executable, __file__, "--memory", name, "--arm", title or ""]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def show_memory(name: str, title: str) -> None:
    """In a process of its own: one sample, then the peak."""
    pipe, call = SUBJECTS[name]()
    options = dict(ARMS).get(title)
    (steered(pipe, call, options) if options else lambda: call(pipe, 1.0))()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


SUBJECTS = {"nano-music": music, "UNet": picture}


def main() -> None:
    """All tables, or one peak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", choices=SUBJECTS)
    parser.add_argument("--arm", default="")
    args = parser.parse_args()
    if args.memory:
        show_memory(args.memory, args.arm)
        return
    for name, make in SUBJECTS.items():
        table(name, make)
    overhead()


if __name__ == "__main__":
    main()
