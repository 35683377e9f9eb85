"""Export nano-music: fp16 weights in diffusers' layout, and ONNX graphs that read those same weights.

    python -m training.music.export --data training/music/work --out src/eschew/backends/nano/weights/nano-music

    text.onnx               token ids → conditions
    transformer.onnx        the velocity: every method that steers velocities needs nothing else
    transformer-nag.onnx    the velocity, the negative read in the cross-attention apart: NAG, NASA, ONG
    transformer-vsf.onnx    the velocity, the negative read in the cross-attention jointly: VSF

The ONNX files hold graphs only. Their weights are *external data* that points into the safetensors files beside them
(an ONNX tensor may name any byte range of a file), as float16 with a cast behind, which ONNX Runtime folds when it
loads. One copy of the weights serves both worlds and all graphs.
"""

from __future__ import annotations

import argparse
import json
import struct
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.music import tokenizer as tokenizers
from training.music.data import load_codec
from training.music.graphs import NagGraph, TextGraph, VelocityGraph, VsfGraph
from training.music.model import FRAMES, NanoMusic, build

INDEX = {
    "_class_name": "AceStepPipeline",
    "_diffusers_version": "0.42.1",
    "condition_encoder": ["ace_step", "AceStepConditionEncoder"],
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    "text_encoder": ["transformers", "Qwen3Model"],
    "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
    "transformer": ["diffusers", "AceStepTransformer1DModel"],
}
OPSET = 20
SHIFT = 2.0
"""How far the times of the base's steps lean to noise; a fact of the folder."""


def restore(folder: Path, name: str) -> NanoMusic:
    """The averaged weights of a checkpoint, rounded to float16 and held in float32."""
    silence = torch.from_numpy(load_codec(folder).encode(np.zeros(240 * 8, np.float32))[0])
    model = build(len(tokenizers.build()), silence)
    kept = torch.load(folder / f"{name}.pt", weights_only=True, map_location="cpu")
    for key, module in model.modules().items():
        module.load_state_dict(kept["modules"][key])
    with torch.no_grad():
        for key, parameter in model.trained():
            parameter.copy_(kept["average"][key])
        for module in model.modules().values():
            for tensor in [*module.parameters(), *module.buffers()]:
                if tensor.is_floating_point():
                    tensor.copy_(tensor.half().float())
            module.eval()
    print(f"step {kept['step']} of {kept['steps']}, {kept['seconds'] / 60:.0f} min")
    return model


def save_diffusers(model: NanoMusic, folder: Path) -> None:
    """The folder that `AceStepPipeline` reads (its audio decoder apart: ours is no network)."""
    for name, module in model.modules().items():
        module.half().save_pretrained(folder / name)
        module.float()
    # transformers load what a file holds, diffusers float32: without this the pipeline would be half of each.
    config = folder / "text_encoder" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "dtype": "float32"}, indent=2) + "\n")
    tokenizers.save(folder / "tokenizer")
    FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0).save_pretrained(folder / "scheduler")
    (folder / "model_index.json").write_text(json.dumps(INDEX, indent=2) + "\n")
    (folder / "nano.json").write_text(json.dumps({"model_version": "base", "shift": SHIFT}, indent=1) + "\n")


def stored(path: Path, prefix: str) -> dict[str, tuple[str, int, int, np.ndarray]]:
    """Every tensor of a safetensors file: name → (file, offset, length, value)."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    out = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        low, high = entry["data_offsets"]
        data = raw[8 + size + low : 8 + size + high]
        value = np.frombuffer(data, np.float16).reshape(entry["shape"])
        out[prefix + name] = (f"{path.parent.name}/{path.name}", 8 + size + low, high - low, value)
    return out


def share(model: onnx.ModelProto, weights: dict[str, tuple[str, int, int, np.ndarray]], path: Path) -> None:
    """Replace the initializers that are stored weights by references into the stored file, and write the graph."""
    graph = model.graph
    by_shape: dict[tuple[int, ...], list[tuple[str, int, int, np.ndarray]]] = {}
    for entry in weights.values():
        by_shape.setdefault(entry[3].shape, []).append(entry)
    kept, casts, inside = [], [], 0
    for tensor in graph.initializer:
        value = numpy_helper.to_array(tensor)
        found, turned = None, False
        if value.dtype == np.float32 and value.size > 256:
            found = next((e for e in by_shape.get(value.shape, []) if np.array_equal(e[3], value)), None)
            if found is None and value.ndim == 2:
                found = next(
                    (e for e in by_shape.get(value.shape[::-1], []) if np.array_equal(e[3].T, value)), None
                )
                turned = found is not None
        if found is None:
            kept.append(tensor)
            inside += value.nbytes
            continue
        file, offset, length, stored_value = found
        reference = TensorProto(
            name=tensor.name + "_f16", data_type=TensorProto.FLOAT16, dims=stored_value.shape
        )
        reference.data_location = TensorProto.EXTERNAL
        for key, text in (("location", file), ("offset", str(offset)), ("length", str(length))):
            reference.external_data.add(key=key, value=text)
        kept.append(reference)
        if turned:
            casts.append(
                helper.make_node("Cast", [reference.name], [tensor.name + "_f32"], to=TensorProto.FLOAT)
            )
            casts.append(helper.make_node("Transpose", [tensor.name + "_f32"], [tensor.name], perm=[1, 0]))
        else:
            casts.append(helper.make_node("Cast", [reference.name], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    inside -= slim(graph)
    path.write_bytes(model.SerializeToString())
    print(f"{path.name}: {len(casts)} shared tensors, {inside / 1e3:.0f} kB of its own")


def slim(graph: onnx.GraphProto) -> int:
    """Take out what no runtime reads: where each node came from, inferred shapes, equal constants. Bytes of the last."""
    del graph.value_info[:]
    first: dict[tuple[int, tuple[int, ...], bytes], str] = {}
    same: dict[str, str] = {}
    kept, saved = [], 0
    for tensor in graph.initializer:
        if tensor.data_location != TensorProto.EXTERNAL:
            value = numpy_helper.to_array(tensor)
            name = first.setdefault((tensor.data_type, value.shape, value.tobytes()), tensor.name)
            if name != tensor.name:
                same[tensor.name] = name
                saved += value.nbytes
                continue
        kept.append(tensor)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for node in graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
        for i, name in enumerate(node.input):
            node.input[i] = same.get(name, name)
    return saved


def to_onnx(
    module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]]
) -> onnx.ModelProto:
    """The module as one ONNX graph with its weights inside. Axes of one label have one length."""
    labels = {label for axes in dynamic.values() for label in axes.values()}
    sizes = {label: torch.export.Dim(label, min=2, max=512) for label in labels}
    dims: dict[str, dict[int, object]] = {
        name: {axis: sizes[label] for axis, label in axes.items()} for name, axes in dynamic.items()
    }
    shapes = {name: dims.get(name, {}) for name in inputs}
    with torch.no_grad():
        program = torch.onnx.export(
            module,
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_shapes=shapes,
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        program.save(f"{folder}/m.onnx", external_data=False)
        return onnx.load(f"{folder}/m.onnx")


def graphs(model: NanoMusic) -> dict[str, onnx.ModelProto]:
    """File name → graph, each with its weights inside."""
    hidden = model.transformer.config.hidden_size
    plain = {
        "latents": torch.randn(1, FRAMES, 64),
        "timestep": torch.ones(1),
        "conditions": torch.randn(1, 9, hidden),
    }
    negative = {"negative": torch.randn(1, 7, hidden)}
    layers = {"bias": torch.zeros(2, 7), "shares": torch.tensor([1.0, 0.5])}
    scalars = {name: torch.tensor(1.0) for name in ("strength", "own", "shared", "tau", "alpha")}
    tokens = {"conditions": {1: "conditions"}}
    both = tokens | {"negative": {1: "negative"}}
    ids = {"input_ids": torch.tensor([[2, 5, 6, 7]])}
    return {
        "text.onnx": to_onnx(TextGraph(model), ids, ["conditions"], {"input_ids": {1: "tokens"}}),
        "transformer.onnx": to_onnx(VelocityGraph(model), plain, ["velocity"], tokens),
        "transformer-nag.onnx": to_onnx(
            NagGraph(model),
            plain | negative | layers | scalars,
            ["velocity", "clipped"],
            both | {"bias": {0: "layers", 1: "negative"}, "shares": {0: "layers"}},
        ),
        "transformer-vsf.onnx": to_onnx(
            VsfGraph(model),
            plain | negative | {"bias": torch.zeros(7), "weights": torch.ones(7)},
            ["velocity"],
            both | {"bias": {0: "negative"}, "weights": {0: "negative"}},
        ),
    }


def main() -> None:
    """Checkpoint → folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("training/music/work"))
    parser.add_argument("--name", default="base")
    parser.add_argument("--out", type=Path, default=Path("src/eschew/backends/nano/weights/nano-music"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model = restore(args.data, args.name)
    save_diffusers(model, args.out)
    weights = {}
    for part in ("transformer", "condition_encoder", "text_encoder"):
        file = next((args.out / part).glob("*.safetensors"))
        weights |= stored(file, part + ".")
    for name, graph in graphs(model).items():
        share(graph, weights, args.out / name)
    codec = load_codec(args.data)
    null = model.condition_encoder.null_condition_emb.detach().numpy()
    np.savez(args.out / "codec.npz", mean=codec.mean, basis=codec.basis, scale=codec.scale, null=null)


if __name__ == "__main__":
    main()
