"""What ran an experiment, and what listened: names that change when a result could."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from eschew.backends import Backend
from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.folder import ModelFolder, model_folder
from eschew.backends.nano.image.backend import NanoImageBackend
from eschew.catalog.model_facts import ModelFacts
from eschew.errors import FileError

__all__ = ["detectors_identity", "engine_identity", "measures_identity"]

SAMPLING = "1"
"""To be raised when the same plan, seed and weights no longer give the same sample."""
WEIGHT_ENDINGS = frozenset({".onnx", ".npz", ".json", ".safetensors", ".bin", ".txt", ".model"})
LAB = Path(__file__).parents[1]
"""Where detectors and their weights lie."""
WHOLE_BYTES = 16 * 2**20
END_BYTES = 2**20


def engine_identity(facts: ModelFacts, backend: Backend) -> str:
    """Engine, version of the sampling, and a hash of the weights: `onnx/1/w1:…`.

    UnknownNameError or FileError where weights are missing.
    """
    if isinstance(backend, NanoBackend | NanoImageBackend):
        return f"onnx/{SAMPLING}/{_embedded_weights(model_folder(facts.id))}"
    loaded = getattr(backend, "loaded", None)
    if loaded is None:
        return (
            f"{type(backend).__name__}/{SAMPLING}/{hashlib.blake2b(repr(backend).encode()).hexdigest()[:32]}"
        )
    # Kinds of device differ in the last bits; two of one kind are taken as equal.
    kind = loaded.device.partition(":")[0]
    return f"diffusers/{SAMPLING}/{kind}/{loaded.dtype}/{_weights_of(str(loaded.pipe.config._name_or_path))}"


def _embedded_weights(folder: ModelFolder) -> str:
    own = weights_hash(folder.path)
    # A difference is not a model: what it gives changes with the base that it is added to.
    return own if folder.path == folder.base else f"{own}+{weights_hash(folder.base)}"


def _weights_of(where: str) -> str:
    folder = Path(where)
    if folder.is_dir():
        return weights_hash(folder)
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(where, "model_index.json")
    if not isinstance(cached, str):
        raise FileError(
            "these weights are not on this machine yet",
            where=f"--model-path {where}",
            hint="eschew doctor with the same options fetches and tries them",
        )
    return weights_hash(Path(cached).parent)


@cache
def weights_hash(folder: Path) -> str:
    """BLAKE2b-128 over names, sizes and contents of the weights; of files over 16 MB over their first and last MB."""
    total = hashlib.blake2b(digest_size=16)
    for path in _weight_files(folder):
        size = path.stat().st_size
        total.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= WHOLE_BYTES:
                total.update(file.read())
            else:
                total.update(file.read(END_BYTES))
                file.seek(-END_BYTES, 2)
                total.update(file.read())
    return f"w1:{total.hexdigest()}"


def _weight_files(folder: Path) -> Iterator[Path]:
    found = sorted(p for p in folder.rglob("*") if p.suffix in WEIGHT_ENDINGS and p.is_file())
    if not found:
        raise FileError("there are no weights here", where=str(folder))
    yield from found


@cache
def detectors_identity(modality: str) -> str:
    """Hash over the detectors of a modality, by name and version, and over the weights they come with."""
    from eschew.lab import detectors as room
    from eschew.lab.detectors import image

    if modality == "image":
        names, folder = [image.detector_name(concept) for concept in image.CONCEPTS], "viewers"
        names += [detector.name for detector in image.PICTURE_DETECTORS]
    else:
        names, folder = [detector.name for detector in room.detectors()], "listeners"
    total = hashlib.blake2b("\0".join(sorted(names)).encode(), digest_size=16)
    for path in (*sorted((LAB / folder).iterdir()), LAB / "detectors" / modality / "weights.json"):
        if path.suffix in (".onnx", ".json") and path.stem != "evaluation":
            total.update(path.read_bytes())
    return f"{modality}/d1:{total.hexdigest()}"


def measures_identity(modality: str) -> str:
    """Hash over names and meanings of the distances that are taken between two samples of a modality."""
    from eschew.lab.experiments.jobs import measures

    told = "\0".join(f"{m.name}\0{m.unit}\0{m.meaning}" for m in measures(modality))
    return f"{modality}/m1:{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"
