"""Load a judge from a folder of the user's: the classes of transformers, without a network."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eschew.errors import FileError, MissingExtraError

NEEDED = ("transformers", "torch")


@lru_cache(maxsize=2)
def loaded(folder: Path, kind: str) -> tuple[Any, Any]:
    """Model and processor of `kind` ("clip" or "clap"). MissingExtraError, or FileError for a folder that is no such model."""
    for package in NEEDED:
        if find_spec(package) is None:
            raise MissingExtraError(package, "judge")
    config = folder / "config.json"
    if not config.is_file():
        raise FileError(
            f"there is no {kind.upper()} model in this folder",
            where=str(folder),
            why="it has no config.json",
            hint="--judge-path DIR, a folder as transformers saves it",
        )
    import transformers

    model_class = transformers.CLIPModel if kind == "clip" else transformers.ClapModel
    found = _or_file_error(
        lambda: transformers.AutoConfig.from_pretrained(folder, local_files_only=True), folder
    )
    if found.model_type != kind:
        raise FileError(
            f"this folder holds {found.model_type}, not {kind}",
            where=str(folder),
            hint=f"a folder of {kind.upper()}",
        )
    model = _or_file_error(lambda: model_class.from_pretrained(folder, local_files_only=True), folder)
    processor = _or_file_error(
        lambda: transformers.AutoProcessor.from_pretrained(folder, local_files_only=True), folder
    )
    return model.eval(), processor


def _or_file_error(load: Callable[[], Any], folder: Path) -> Any:
    try:
        return load()
    except Exception as problem:  # whatever transformers raises for files that do not fit
        first = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
        raise FileError("this model cannot be loaded", where=str(folder), why=first) from problem
