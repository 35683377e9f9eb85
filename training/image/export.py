"""Export nano-image: fp16 weights in diffusers' layout, and ONNX graphs that read those same weights.

    python -m training.image.export --data training/image/work --out OUT/nano-image

    text.onnx         input_ids (n, 40) → states (n, 40, 192)
    unet.onnx         latents (n, 12, 16, 16), timestep (n), states (n, m, 192) → velocity (n, 12, 16, 16): the v of
                      v-prediction
    decoder.onnx      latents → pictures (n, 3, 64, 64), about −1…1
    encoder.onnx      pictures −1…1 → latents, for image-to-image

How the files share weights is told in training/music/export.py. Folder and graphs are compared at the end.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline
from torch import Tensor, nn
from transformers import CLIPTokenizer

from training.image import autoencoder
from training.image import tokenizer as tokenizers
from training.image.data import WORK
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
    """The module in evaluation, its numbers rounded to float16 and held in float32."""
    with torch.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())
    return module.eval()


class TextGraph(nn.Module):
    """Token ids → states."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor) -> Tensor:
        """The last hidden states, normed."""
        return self.encoder(input_ids=input_ids).last_hidden_state


class UnetGraph(nn.Module):
    """Latents, timestep, states → v."""

    def __init__(self, unet: nn.Module) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, latents: Tensor, timestep: Tensor, states: Tensor) -> Tensor:
        """One pass."""
        return self.unet(latents, timestep, encoder_hidden_states=states, return_dict=False)[0]


class DecoderGraph(nn.Module):
    """Latents → pictures."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents: Tensor) -> Tensor:
        """As the pipeline decodes: scaling_factor is 1."""
        return self.vae.decoder(self.vae.post_quant_conv(latents))


class EncoderGraph(nn.Module):
    """Pictures → latents."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, pictures: Tensor) -> Tensor:
        """The mean; the variance of these latents is nearly none."""
        return self.vae.quant_conv(self.vae.encoder(pictures))[:, :CHANNELS]


def examples() -> dict[str, dict[str, Tensor]]:
    """Graph → inputs, two of each: graphs are traced with them, and compared with others of their kind."""
    latents = torch.randn(2, CHANNELS, SIDE, SIDE)
    return {
        "text": {"input_ids": torch.randint(2, 500, (2, tokenizers.MAX_TOKENS))},
        "unet": {
            "latents": latents,
            "timestep": torch.tensor([999, 20]),
            "states": torch.randn(2, tokenizers.MAX_TOKENS, HIDDEN),
        },
        "decoder": {"latents": latents},
        "encoder": {"pictures": torch.rand(2, 3, SIZE, SIZE) * 2 - 1},
    }


def graphs(pipe: StableDiffusionPipeline) -> dict[str, tuple[nn.Module, onnx.ModelProto]]:
    """Name → module, and its graph with the weights inside."""
    modules = {
        "text": (TextGraph(pipe.text_encoder), "states"),
        "unet": (UnetGraph(pipe.unet), "velocity"),
        "decoder": (DecoderGraph(pipe.vae), "pictures"),
        "encoder": (EncoderGraph(pipe.vae), "latents"),
    }
    out = {}
    for name, (module, result) in modules.items():
        inputs = examples()[name]
        axes = {key: {0: "batch"} for key in inputs}
        if name == "unet":
            axes["states"] = {0: "batch", 1: "tokens"}
        out[name] = (module.eval(), to_onnx(module.eval(), inputs, [result], axes))
    return out


@torch.no_grad()
def compare(folder: Path, name: str, module: nn.Module) -> None:
    """Largest difference between the written graph and PyTorch, for two and for one of a batch."""
    session = onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
    for count in (2, 1):
        inputs = {key: value[:count] for key, value in examples()[name].items()}
        wanted = module(*inputs.values()).numpy()
        found = session.run(None, {key: value.numpy() for key, value in inputs.items()})[0]
        print(f"{name}, batch {count}: largest difference {np.abs(found - wanted).max():.1e}")


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
