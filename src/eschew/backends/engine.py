"""Open what is to run a model: the embedded graphs, or diffusers. Bad wishes are found out here, before any compute."""

from __future__ import annotations

from importlib.util import find_spec

from eschew.backends.seam import Backend
from eschew.catalog.model_facts import ModelFacts
from eschew.errors import KnobError, MissingExtraError, RefusalError
from eschew.request import Engine

__all__ = ["engine_name", "need_diffusers", "open_backend"]

ENGINES = ("onnx", "diffusers")
EXTRA = ("torch", "diffusers", "transformers", "accelerate")
"""What the extra `diffusers` brings."""


def engine_name(facts: ModelFacts, engine: Engine) -> str:
    """The engine: as wished, or as suits the model. KnobError or RefusalError where they do not go together."""
    if engine.name is not None and engine.name not in ENGINES:
        raise KnobError(f"an engine is onnx or diffusers, not {engine.name!r}", where="--engine")
    if facts.backend not in ("nano", "diffusers"):
        raise RefusalError(
            f"{facts.title} cannot be run here: only its facts are in this version",
            where="--model",
            why=f"it needs the {facts.backend} backend",
            hint="nano-music, or a model whose weights you have: eschew models",
        )
    chosen = engine.name or ("onnx" if facts.backend == "nano" else "diffusers")
    if chosen == "onnx" and facts.backend != "nano":
        raise RefusalError(f"{facts.title} has no ONNX graphs", where="--engine", hint="--engine diffusers")
    if chosen == "onnx":
        for name, value in (("--model-path", engine.model_path), ("--dtype", engine.dtype)):
            if value is not None:
                raise KnobError(f"the embedded graphs take no {name}", where=name, hint="--engine diffusers")
        if engine.device not in (None, "cpu"):
            raise KnobError(
                f"the embedded graphs run on the cpu, not on {engine.device!r}",
                where="--device",
                hint="--engine diffusers",
            )
    return chosen


def need_diffusers() -> None:
    """MissingExtraError unless everything that the diffusers backend imports is installed. Imports none of it."""
    for package in EXTRA:
        if find_spec(package) is None:
            raise MissingExtraError(package, "diffusers")


def open_backend(facts: ModelFacts, engine: Engine, threads: int, brief: bool = False) -> Backend:
    """The backend, its weights found. PyTorch models are loaded now, the embedded ones at the first sample.

    `brief` makes clips as short as the model is good for, where their length can be chosen.
    """
    if engine_name(facts, engine) == "onnx":
        if facts.modality == "image":
            from eschew.backends.nano.image.backend import NanoImageBackend

            return NanoImageBackend(facts.id, threads)
        from eschew.backends.nano.backend import NanoBackend

        return NanoBackend(facts.id, threads)
    need_diffusers()
    from eschew.backends.diffusers.backend import DiffusersBackend
    from eschew.backends.diffusers.loading import briefest, load

    loaded = load(facts, engine)
    return DiffusersBackend(briefest(loaded) if brief else loaded)
