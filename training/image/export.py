"""Export nano-image: float16 weights of eight significant bits in diffusers' layout, and ONNX graphs that read those same weights.

    python -m training.image.export --data training/image/work --out OUT/nano-image

    text.onnx         token ids → states
    unet.onnx         the v of v-prediction: every method that steers predictions needs nothing else
    unet-nag.onnx     the v, the negative read in the cross-attentions apart: NAG, NASA, ONG
    unet-vsf.onnx     the v, the negative read in the cross-attentions jointly: VSF
    decoder.onnx      latents → pictures
    encoder.onnx      pictures → latents, for image-to-image

Shapes are told in training/image/graphs.py, and how the files share weights in training/music/export.py. Folder and
graphs are compared at the end.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor, nn
from transformers import CLIPTokenizer

from training.image import autoencoder
from training.image import tokenizer as tokenizers
from training.image.data import WORK
from training.image.graphs import DecoderGraph, EncoderGraph, NagGraph, TextGraph, UnetGraph, VsfGraph
from training.image.model import CHANNELS, HIDDEN, SIDE, NanoImage, build, scheduler
from training.image.world import SIZE
from training.music.export import share, stored, to_onnx


def restore(folder: Path, name: str, tokenizer: CLIPTokenizer) -> NanoImage:
    """The averaged weights of a checkpoint."""
    model = build(len(tokenizer))
    kept = torch.load(folder / f"{name}.pt", weights_only=True, map_location="cpu")
    with torch.no_grad():
        for key, parameter in model.trained():
            parameter.copy_(kept["average"][key])
    print(f"step {kept['step']}, {kept['seconds'] / 60:.0f} min")
    return model


def rounded(module: nn.Module) -> nn.Module:
    """The module in evaluation, its numbers rounded to eight significant bits within float16's range, held in float32.

    float16 keeps eleven; what the other three said of a picture is not seen, and without them a wheel is a sixth smaller.
    """
    with torch.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(tensor.bfloat16().half().float())
    return module.eval()


def examples() -> dict[str, dict[str, Tensor]]:
    """Graph → inputs, two of each kind that comes in numbers: graphs are traced with them, and compared with others."""
    latents, states = torch.randn(2, CHANNELS, SIDE, SIDE), torch.randn(2, tokenizers.MAX_TOKENS, HIDDEN)
    one = {"latents": latents[:1], "timestep": torch.tensor([400]), "states": states[:1]}
    push = {"strength": 3.0, "own": 1.0, "shared": 0.5, "tau": 1.5, "alpha": 0.6}
    return {
        "text": {"input_ids": torch.randint(2, 500, (2, tokenizers.MAX_TOKENS))},
        "unet": {"latents": latents, "timestep": torch.tensor([999, 20]), "states": states},
        "unet-nag": {
            **one,
            "negative": torch.randn(2, tokenizers.MAX_TOKENS, HIDDEN),
            "shares": torch.tensor([1.0, 0.5]),
            **{name: torch.tensor(value) for name, value in push.items()},
        },
        "unet-vsf": {
            **one,
            "negative": torch.randn(1, tokenizers.MAX_TOKENS, HIDDEN),
            "bias": torch.randn(tokenizers.MAX_TOKENS),
            "weights": torch.rand(tokenizers.MAX_TOKENS),
        },
        "decoder": {"latents": latents},
        "encoder": {"pictures": torch.rand(2, 3, SIZE, SIZE) * 2 - 1},
    }


BATCHES = ("text", "unet", "decoder", "encoder")
AXES = {
    "unet": {"states": {0: "batch", 1: "tokens"}},
    "unet-nag": {"negative": {0: "layers"}, "shares": {0: "layers"}},
    "unet-vsf": {"negative": {1: "negative"}, "bias": {0: "negative"}, "weights": {0: "negative"}},
}
"""Axes without a length of their own, beside the first one of every input of BATCHES."""


def graphs(pipe: StableDiffusionPipeline) -> dict[str, tuple[nn.Module, onnx.ModelProto]]:
    """Name → module, and its graph with the weights inside."""
    modules = {
        "text": (TextGraph(pipe.text_encoder), ["states"]),
        "unet": (UnetGraph(pipe.unet), ["velocity"]),
        "unet-nag": (NagGraph(pipe.unet), ["velocity", "clipped"]),
        "unet-vsf": (VsfGraph(pipe.unet), ["velocity"]),
        "decoder": (DecoderGraph(pipe.vae), ["pictures"]),
        "encoder": (EncoderGraph(pipe.vae), ["latents"]),
    }
    out = {}
    for name, (module, results) in modules.items():
        inputs = examples()[name]
        axes = {key: {0: "batch"} for key in inputs} if name in BATCHES else {}
        out[name] = (module.eval(), to_onnx(module.eval(), inputs, results, axes | AXES.get(name, {})))
    return out


@torch.no_grad()
def compare(folder: Path, name: str, module: nn.Module) -> None:
    """Largest difference between the written graph and PyTorch, for two and for one of what comes in numbers."""
    session = onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
    for count in (2, 1):
        several = examples()[name]
        varying = several if name in BATCHES else {k: v for k, v in several.items() if k in AXES[name]}
        cut = {key: value[:count] if name != "unet-vsf" else value for key, value in varying.items()}
        inputs = several | cut
        wanted = module(*inputs.values())
        first = wanted[0] if isinstance(wanted, tuple) else wanted
        found = session.run(None, {key: value.numpy() for key, value in inputs.items()})[0]
        print(f"{name}, {count}: largest difference {np.abs(found - first.numpy()).max():.1e}")


def main() -> None:
    """Checkpoint → folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=WORK)
    parser.add_argument("--name", default="base")
    parser.add_argument("--out", type=Path, default=WORK / "nano-image")
    args = parser.parse_args()
    tokenizer = tokenizers.load(args.data)
    model = restore(args.data, args.name, tokenizer)
    pipe = StableDiffusionPipeline(
        vae=rounded(autoencoder.load(args.data)),
        text_encoder=rounded(model.text_encoder),
        tokenizer=tokenizer,
        unet=rounded(model.unet),
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    made = graphs(pipe)
    pipe.to(torch.float16).save_pretrained(args.out)
    pipe.to(torch.float32)
    # transformers loads in the type that the configuration names, diffusers in float32: they must meet.
    config = args.out / "text_encoder" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"dtype": "float32"}, indent=2) + "\n")
    (args.out / "nano.json").write_text("{}\n")
    weights = {}
    for part in ("unet", "text_encoder", "vae"):
        weights |= stored(next((args.out / part).glob("*.safetensors")), part + ".")
    for name, (module, graph) in made.items():
        share(graph, weights, args.out / f"{name}.onnx")
        compare(args.out, name, module)
    size = sum(p.stat().st_size for p in args.out.rglob("*") if p.is_file())
    print(f"{args.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
