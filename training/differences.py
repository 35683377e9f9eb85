"""Export a turbo as what it differs by from its base: 8-bit codes in steps of half of each tensor's deviation.

    python -m training.differences music     # training/music/work/turbo.pt  → weights/nano-music-turbo
    python -m training.differences image     # training/image/work/turbo.pt  → weights/nano-image-turbo

    difference.safetensors   the codes; small tensors whole, as float16 (eschew.backends.nano.difference reads them)
    transformer*.onnx        or unet*.onnx: the base's graphs once more, but with the turbo's small constants
    nano.json                the base's name, the shift, the steps and the guidance that are in the weights

The graphs point into the base's weights file, which is not in this folder: whoever opens them holds the base with the
difference in it. Printed is what the codes cost: size, and the error of a velocity and of final latents against the
checkpoint itself, for other widths of a step, too.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from safetensors.torch import load
from torch import Tensor, nn

from eschew.backends.nano.difference import STEP, merged
from eschew.backends.nano.folder import DIFFERENCE, WEIGHTS
from training.distilling import SEED, relative_error
from training.music.export import share, stored

PARTS = 2
"""Steps to a standard deviation of the difference."""
SMALL = 4096
"""Tensors of fewer numbers are stored whole."""
WIDTHS = (8, 4, 3, 2)
"""Widths to compare, in steps to a deviation."""


def coded(base: NDArray[np.float16], turbo: NDArray[np.float32], parts: int) -> Iterator[tuple[str, NDArray]]:
    """What to store of one tensor, by the ending of its name: nothing where the two are equal as float16."""
    if np.array_equal(base, turbo.astype(np.float16)):
        return
    if turbo.size < SMALL:
        yield "", turbo.astype(np.float16)
        return
    change = turbo - base.astype(np.float32)
    step = np.float32(max(change.std() / parts, np.abs(change).max() / 127))
    yield "", np.rint(change / step).astype(np.int8)
    yield STEP, np.array(step, np.float32)


def difference(
    base: Mapping[str, NDArray], turbo: Mapping[str, Tensor], parts: int = PARTS
) -> dict[str, NDArray]:
    """Every tensor of `turbo` that is not as in `base`, coded."""
    return {
        name + ending: np.ascontiguousarray(value)
        for name, tensor in turbo.items()
        for ending, value in coded(base[name], tensor.detach().float().numpy(), parts)
    }


@dataclass(frozen=True, eq=False)
class Turbo:
    """A turbo to be exported: its changed network `part` in `module`, exact, and how to try and to trace it.

    `velocity` and `sample` are deterministic: the same inputs every time they are called.
    """

    base: str
    part: str
    module: nn.Module
    facts: Mapping[str, object]
    velocity: Callable[[], Tensor]
    sample: Callable[[], Tensor]
    write_graphs: Callable[[Callable[[str, object], None]], None]
    """Calls what it is given with the name and the graph of each; weights inside, those of `module`."""


@torch.no_grad()
def export(turbo: Turbo, out: Path, weights: Path = WEIGHTS) -> None:
    """Write the folder, and say what the codes cost."""
    file = next((weights / turbo.base / turbo.part).glob("*.safetensors"))
    base = load_file(file)
    exact = {name: tensor.clone() for name, tensor in turbo.module.state_dict().items()}
    velocity, latents = turbo.velocity(), turbo.sample()
    out.mkdir(parents=True, exist_ok=True)
    # The width that is kept comes last, and stays.
    for parts in (*(w for w in WIDTHS if w != PARTS), PARTS):
        tensors = difference(base, exact, parts)
        save_file(tensors, out / DIFFERENCE)
        turbo.module.load_state_dict(load(bytes(merged(file, out / DIFFERENCE))))
        small = len(zlib.compress((out / DIFFERENCE).read_bytes()))
        print(
            f"step 1/{parts} of the deviation: {small / 1e6:.2f} MB in a zip; velocity off by "
            f"{relative_error(turbo.velocity(), velocity):.4f}, final latents by {relative_error(turbo.sample(), latents):.4f}"
        )
    (out / "nano.json").write_text(
        json.dumps(
            {"base": turbo.base, "part": turbo.part, "model_version": "turbo", **turbo.facts}, indent=1
        )
        + "\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        # Under the name that the base's file has below its folder, for the graphs to point to.
        whole = Path(folder) / turbo.part / file.name
        whole.parent.mkdir()
        whole.write_bytes(merged(file, out / DIFFERENCE))
        known = stored(whole, turbo.part + ".")
    turbo.write_graphs(lambda name, graph: share(graph, known, out / name))


def music(data: Path, name: str) -> Turbo:
    """The transformer of nano-music's student."""
    from diffusers.models.transformers.ace_step_transformer import AceStepAttnProcessor2_0

    from training.music import distil
    from training.music import tokenizer as tokenizers
    from training.music.attention import install
    from training.music.captions import caption
    from training.music.export import graphs
    from training.music.model import CHANNELS, FRAMES, constant_tokens
    from training.music.train import HELD_OUT

    model, _ = distil.averaged(data, name)
    for module in model.modules().values():
        module.eval()
    kept = torch.load(data / f"{name}.pt", weights_only=True, map_location="cpu")
    reader = distil.Reader(model, tokenizers.build(), constant_tokens(model).detach())
    rng = np.random.default_rng(SEED)
    held = distil.records(distil.load_facts(data)[-HELD_OUT:])[:8]
    texts = reader.read([caption(clip, rng) for clip in held])
    noise = torch.randn(len(held), FRAMES, CHANNELS, generator=torch.Generator().manual_seed(1))

    def velocity() -> Tensor:
        flow = distil.Flow(model)
        return flow.velocity(noise, torch.full((len(held),), 0.9), texts.states, texts.bias)

    def sample() -> Tensor:
        return distil.sample(distil.Flow(model), noise, texts, kept["grid"], None)

    def write_graphs(write: Callable[[str, object], None]) -> None:
        install(model.transformer, AceStepAttnProcessor2_0())
        for file, graph in graphs(model).items():
            if file != "text.onnx":
                write(file, graph)

    facts = {"shift": distil.SHIFT, "guidance": kept["guidance"], "steps": kept["grid"]}
    return Turbo("nano-music", "transformer", model.transformer, facts, velocity, sample, write_graphs)


def image(data: Path, name: str) -> Turbo:
    """The UNet of nano-image's student."""
    from diffusers import StableDiffusionPipeline

    from training.image import distil
    from training.image import tokenizer as tokenizers
    from training.image.captions import caption
    from training.image.data import load_facts
    from training.image.export import graphs
    from training.image.model import CHANNELS, SIDE
    from training.image.viewer import HELD_OUT

    device = torch.device("cpu")
    model, _ = distil.averaged(data, name, device)
    kept = torch.load(data / f"{name}.pt", weights_only=True, map_location="cpu")
    source = distil.Source([], tokenizers.load(data), model.text_encoder, device, SEED)
    flow = distil.Flow(model.unet, source.read([""]))
    rng = np.random.default_rng(SEED)
    states = source.read([caption(scene, rng, lists=0.0) for scene in load_facts(data)[-HELD_OUT:][:8]])
    noise = torch.randn(len(states), CHANNELS, SIDE, SIDE, generator=torch.Generator().manual_seed(1))

    def velocity() -> Tensor:
        return flow.velocity(noise, torch.full((len(states),), 999), states)

    def sample() -> Tensor:
        return distil.sample(flow, noise, states, kept["grid"], None)

    def write_graphs(write: Callable[[str, object], None]) -> None:
        pipe = StableDiffusionPipeline.from_pretrained(WEIGHTS / "nano-image", unet=model.unet)
        for file, (_, graph) in graphs(pipe).items():
            if file.startswith("unet"):
                write(f"{file}.onnx", graph)

    facts = {"guidance": kept["guidance"], "steps": kept["grid"]}
    return Turbo("nano-image", "unet", model.unet, facts, velocity, sample, write_graphs)


def main() -> None:
    """Checkpoint → folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("music", "image"))
    parser.add_argument("--data", type=Path, help="default: training/WHAT/work")
    parser.add_argument("--name", default="turbo", help="of the checkpoint")
    parser.add_argument("--out", type=Path, help="default: where the package keeps its weights")
    args = parser.parse_args()
    data = args.data or Path("training") / args.what / "work"
    turbo = {"music": music, "image": image}[args.what](data, args.name)
    export(turbo, args.out or WEIGHTS / f"nano-{args.what}-turbo")


if __name__ == "__main__":
    main()
