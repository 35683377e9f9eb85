"""Weights from a folder or the hub → a pipeline on a device, and what every call of it needs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from eschew.backends.diffusers.attach import attach
from eschew.backends.diffusers.family import Family
from eschew.backends.nano.codec import Codec
from eschew.backends.nano.folder import ModelFolder, model_folder
from eschew.catalog.model_facts import ModelFacts
from eschew.errors import FileError, KnobError, RefusalError
from eschew.request import Engine

DTYPES: Mapping[str, torch.dtype] = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
NOTHING: Mapping[str, Any] = {}

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class Loaded:
    """A pipeline ready to run, and how it was made so.

    `always` are arguments of every call. `noise` is the shape of one sample's latents where the sample's own noise is
    given to the pipeline; None lets the pipeline draw from the sample's generator. `codec` turns latents (frames,
    channels) into mono audio and back where the pipeline has no decoder of its own.
    """

    facts: ModelFacts
    pipe: Any
    family: Family
    device: str
    dtype: str
    always: Mapping[str, Any]
    noise: tuple[int, ...] | None = None
    codec: Codec | None = None
    sample_rate: int = 0
    prompt_guidance: Literal["own", "cfg"] = "own"
    """How the prompt is guided: as the pipeline does it, or plainly as the embedded graphs do."""


def load(facts: ModelFacts, engine: Engine) -> Loaded:
    """The model's weights in its pipeline. KnobError for a device or dtype that is not there, FileError for the path."""
    device = _device(engine.device)
    dtype = _dtype(engine.dtype, device)
    with quiet():
        pipe = _pipeline(facts, engine, DTYPES[dtype])
        # Nothing is steered yet: this asks which family the pipeline is of, and refuses one that eschew cannot steer.
        family = attach(pipe, facts.title).family
    expected = facts.host("diffusers").wire_name if facts.backend == "diffusers" else ""
    if expected and expected not in (type(pipe).__name__, *family.pipelines):
        raise RefusalError(
            f"these are not the weights of {facts.title}",
            where="--model-path",
            why=f"they make a {type(pipe).__name__}, and {facts.title} is a {expected}",
            hint="name the model they are: eschew models",
        )
    pipe.to(device)
    pipe.set_progress_bar_config(disable=True)
    if facts.backend == "nano":
        return _nano(facts, pipe, family, device, dtype)
    return Loaded(facts, pipe, family, device, dtype, NOTHING, sample_rate=_sample_rate(pipe))


def _nano(facts: ModelFacts, pipe: Any, family: Family, device: str, dtype: str) -> Loaded:
    """The embedded model: its own noise, sampler settings and codec, so that it agrees with its ONNX graphs."""
    if facts.modality == "image":
        from eschew.backends.nano.image.runtime import LATENTS

        return Loaded(facts, pipe, family, device, dtype, NOTHING, LATENTS)
    from eschew.backends.nano.codec import SAMPLE_RATE
    from eschew.backends.nano.runtime import CHANNELS, FRAMES

    folder = _nano_folder(str(pipe.config._name_or_path))
    with np.load(folder.file("codec.npz")) as kept:
        codec = Codec(kept["mean"], kept["basis"], kept["scale"])
    return Loaded(
        facts,
        pipe,
        family,
        device,
        dtype,
        {"shift": folder.facts.shift, "audio_duration": FRAMES / 25, "output_type": "latent"},
        (1, FRAMES, CHANNELS),
        codec,
        SAMPLE_RATE,
        "cfg",
    )


def _pipeline(facts: ModelFacts, engine: Engine, dtype: torch.dtype) -> Any:
    from diffusers import DiffusionPipeline
    from safetensors import SafetensorError

    path = _weights(facts, engine)
    try:
        if facts.backend == "nano":
            return _embedded(_nano_folder(path), dtype)
        return DiffusionPipeline.from_pretrained(path, dtype=dtype)
    except (
        OSError,
        ValueError,
        AttributeError,
        TypeError,
        RuntimeError,
        ImportError,
        SafetensorError,
    ) as problem:
        raise FileError(
            "cannot load these weights",
            where=f"--model-path {path}",
            why=_first_sentence(problem),
            hint="a folder that DiffusionPipeline.save_pretrained wrote, or the name of a repository on the hub",
        ) from problem


def _embedded(folder: ModelFolder, dtype: torch.dtype) -> Any:
    """The pipeline of an embedded model; that of a turbo is its base's, with one network changed and marked."""
    from diffusers import AutoModel, DiffusionPipeline
    from safetensors.torch import load

    # The embedded music model's decoder is its codec.
    own: dict[str, Any] = {"vae": None} if folder.file("codec.npz").exists() else {}
    if folder.weights is not None:
        network = AutoModel.from_pretrained(str(folder.base), subfolder=folder.facts.part, dtype=dtype)
        network.load_state_dict(load(bytes(folder.weights[1])))
        network.register_to_config(model_version=folder.facts.model_version)
        own[folder.facts.part] = network
    pipe = DiffusionPipeline.from_pretrained(str(folder.base), dtype=dtype, **own)
    pipe.register_to_config(_name_or_path=str(folder.path))
    return pipe


def _nano_folder(path: str) -> ModelFolder:
    return model_folder(Path(path).name, Path(path).parent)


def _weights(facts: ModelFacts, engine: Engine) -> str:
    """Where the weights are, looked at before anything is loaded."""
    if engine.model_path is None:
        if facts.backend == "nano":
            from eschew.backends.nano.backend import WEIGHTS

            return str(WEIGHTS / facts.id)
        known = next((name for name in facts.aliases if HUB_NAME.fullmatch(name)), "OWNER/NAME")
        raise KnobError(
            f"where are the weights of {facts.title}?",
            where="--model-path",
            why="eschew ships only the embedded models' weights",
            hint=f"a folder in diffusers' layout, or a repository on the hub such as {known}",
        )
    folder = Path(engine.model_path).expanduser()
    if folder.is_dir():
        if not (folder / "model_index.json").is_file():
            raise FileError(
                "this folder holds no diffusers pipeline",
                where=f"--model-path {folder}",
                why="it has no model_index.json",
                hint="the folder that DiffusionPipeline.save_pretrained wrote",
            )
        return str(folder)
    if folder.exists() or not HUB_NAME.fullmatch(engine.model_path):
        raise FileError(
            "this is no folder" if folder.exists() else "there is no such folder",
            where=f"--model-path {engine.model_path}",
            hint="a folder in diffusers' layout, or OWNER/NAME of a repository on the hub",
        )
    return engine.model_path


def _device(asked: str | None) -> str:
    if asked is None:
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, number = asked.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (number and not (kind == "cuda" and number.isdecimal())):
        raise KnobError(f"a device is cpu, cuda, cuda:1 or mps, not {asked!r}", where="--device")
    here = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and int(number or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not here[kind]:
        raise KnobError(
            f"there is no {asked} on this machine",
            where="--device",
            why="this PyTorch sees none",
            hint="--device " + " or ".join(name for name, there in here.items() if there),
        )
    return asked


def _dtype(asked: str | None, device: str) -> str:
    """As asked; else float32 on a processor, bfloat16 on an accelerator."""
    if asked is None:
        return "float32" if device == "cpu" else "bfloat16"
    if asked not in DTYPES:
        raise KnobError(f"a dtype is {', '.join(DTYPES)}, not {asked!r}", where="--dtype")
    return asked


def _sample_rate(pipe: Any) -> int:
    """Hertz of what the pipeline makes; 0 for pictures."""
    if hasattr(pipe, "sample_rate"):
        return int(pipe.sample_rate)
    vae = getattr(pipe, "vae", None)
    return int(getattr(getattr(vae, "config", None), "sampling_rate", 0) or 0)


def _first_sentence(problem: Exception) -> str:
    return " ".join(str(problem).split())[:300] or type(problem).__name__


def briefest(loaded: Loaded) -> Loaded:
    """The same, making the shortest clips that these weights are good for: enough to see whether a negative acts."""
    output = loaded.facts.output
    takes = inspect.signature(type(loaded.pipe).__call__).parameters
    length = next((name for name in ("audio_duration", "audio_end_in_s") if name in takes), None)
    if length is None or output is None or output.min_seconds is None:
        return loaded
    return replace(loaded, always={length: output.min_seconds, **loaded.always})


@contextmanager
def quiet() -> Iterator[None]:
    """Bars and remarks of diffusers and transformers would fight with ours: only their errors are let through."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    # Each keeps one switch for the process; it is put back as it was.
    both = (of_diffusers, of_transformers)
    before = [(logging, logging.is_progress_bar_enabled(), logging.get_verbosity()) for logging in both]
    for logging in both:
        logging.disable_progress_bar()
        logging.set_verbosity_error()
    try:
        yield
    finally:
        for logging, bars, verbosity in before:
            logging.set_verbosity(verbosity)
            if bars:
                logging.enable_progress_bar()
