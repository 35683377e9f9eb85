"""The folder of an embedded model: its files, its facts, and, for a turbo, the base that it is a difference to.

`weights/nano-music/` is a pipeline's folder with ONNX graphs that read its weights, and `nano.json`.
`weights/nano-music-turbo/` has a `nano.json`, graphs, and `difference.safetensors`; all else is the base's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from eschew.errors import FileError, UnknownNameError

WEIGHTS = Path(__file__).parent / "weights"
DIFFERENCE = "difference.safetensors"
FACTS = "nano.json"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`nano.json`. Where there is a `base`, `part` names the network of it that the difference belongs to.

    `shift` leans the times of a flow towards noise: t' = s·t / (1 + (s − 1)·t), as in Esser et al. 2024 (arXiv
    2403.03206). `guidance` is the scale that was distilled into the weights, and 1 where none was.
    """

    base: str = ""
    part: str = ""
    model_version: str = "base"
    shift: float = 1.0
    guidance: float = 1.0
    steps: int = 0
    """The number of steps that the weights were distilled for; 0 where they are for any."""

    @property
    def distilled(self) -> bool:
        """Whether guidance is in the weights, so that none can be added."""
        return self.guidance != 1.0


@dataclass(eq=False)
class Opened:
    """A graph that threads share: the first of them opens it, and the others wait."""

    session: Any = None
    opening: Lock = field(default_factory=Lock)


@dataclass(frozen=True)
class ModelFolder:
    """A model's own files in `path`, and those it shares in `base`, which is `path` itself for a base."""

    path: Path
    base: Path
    facts: Facts
    opened: dict[tuple[str, int], Opened] = field(default_factory=dict, repr=False, compare=False)
    """Graphs by name and cores."""

    def file(self, name: str) -> Path:
        """A file by its name in the folder: the model's own where it has one."""
        own = self.path / name
        return own if own.exists() else self.base / name

    @cached_property
    def weights(self) -> tuple[str, bytearray] | None:
        """The changed network's weights as a file: its name below the folder, and its bytes. None for a base."""
        from eschew.backends.nano.difference import merged

        if self.path == self.base:
            return None
        file = next((self.base / self.facts.part).glob("*.safetensors"), None)
        if file is None:
            raise FileError("the weights of the base are missing", where=str(self.base / self.facts.part))
        return f"{self.facts.part}/{file.name}", merged(file, self.path / DIFFERENCE)

    def session(self, graph: str, cores: int) -> Any:
        """One of the graphs, opened when first asked for: an `onnxruntime.InferenceSession` that uses so many cores."""
        opened = self.opened.setdefault((graph, cores), Opened())
        with opened.opening:
            if opened.session is None:
                opened.session = self._open(graph, cores)
        return opened.session

    def _open(self, graph: str, cores: int) -> Any:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = cores
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Helpers that wait for more work in a loop would take the cores from the graph that runs next.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        file = self.file(f"{graph}.onnx")
        if self.weights is not None and file.parent == self.path:
            # The graph points into a file beside it that is not there: here is what would stand in it.
            name, raw = self.weights
            options.add_external_initializers_from_files_in_memory([name], [raw], [len(raw)])
        return ort.InferenceSession(str(file), options, ["CPUExecutionProvider"])


def installed(model: str, weights: Path = WEIGHTS) -> bool:
    """Whether the weights of an embedded model are here."""
    return (weights / model / FACTS).is_file()


def model_folder(model: str, weights: Path = WEIGHTS) -> ModelFolder:
    """The folder of an embedded model. UnknownNameError where its weights are not here."""
    path = weights / model
    try:
        facts = msgspec.json.decode((path / FACTS).read_bytes(), type=Facts)
    except FileNotFoundError as problem:
        raise UnknownNameError(
            f"the weights of {model} are not in this installation", where=str(path)
        ) from problem
    except msgspec.MsgspecError as problem:
        raise FileError(f"this is no model's {FACTS}", where=str(path), why=str(problem)) from problem
    if facts.base and not installed(facts.base, weights):
        raise UnknownNameError(
            f"{model} is a difference to {facts.base}, which is not in this installation", where=str(path)
        )
    return ModelFolder(path, weights / facts.base if facts.base else path, facts)
