"""A turbo is shipped as what it differs by from its base."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from eschew.backends.nano.difference import entries, merged
from eschew.backends.nano.folder import WEIGHTS, model_folder
from eschew.errors import FileError, UnknownNameError

TYPES = {"float16": "F16", "float32": "F32", "int8": "I8"}
BASE = {"wide": np.linspace(-1, 1, 12, dtype=np.float16).reshape(3, 4), "bias": np.ones(3, np.float16)}


def written(path: Path, tensors: Mapping[str, NDArray[Any]]) -> Path:
    """A safetensors file, by its public description."""
    header, body = {}, b""
    for name, value in tensors.items():
        begin, body = len(body), body + value.tobytes()
        header[name] = {
            "dtype": TYPES[value.dtype.name], "shape": list(value.shape), "data_offsets": [begin, len(body)]
        }  # fmt: skip
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
    return path


def read(raw: bytearray) -> dict[str, NDArray[Any]]:
    return {name: entry.of(raw) for name, entry in entries(raw, "here").items()}


def test_codes_are_added_in_steps_and_small_tensors_replaced(tmp_path: Path) -> None:
    base = written(tmp_path / "base", BASE)
    codes = np.arange(-6, 6, dtype=np.int8).reshape(3, 4)
    change: dict[str, NDArray[Any]] = {
        "wide": codes,
        "wide.step": np.array(0.25, np.float32),
        "bias": np.full(3, 7, np.float16),
    }

    found = read(merged(base, written(tmp_path / "change", change)))

    np.testing.assert_array_equal(found["wide"], (BASE["wide"] + codes * np.float32(0.25)).astype(np.float16))
    np.testing.assert_array_equal(found["bias"], [7, 7, 7])


def test_what_a_difference_does_not_name_is_the_bases_byte_for_byte(tmp_path: Path) -> None:
    base = written(tmp_path / "base", BASE)

    raw = merged(base, written(tmp_path / "change", {"bias": np.zeros(3, np.float16)}))

    assert read(raw)["wide"].tobytes() == BASE["wide"].tobytes()
    assert len(raw) == base.stat().st_size


@pytest.mark.parametrize(
    "change",
    [{"other": np.zeros(3, np.float16)}, {"bias": np.zeros(4, np.float16)}],
    ids=["a name it lacks", "another shape"],
)
def test_a_difference_to_other_weights_is_refused(change: Mapping[str, NDArray[Any]], tmp_path: Path) -> None:
    base = written(tmp_path / "base", BASE)

    with pytest.raises(FileError, match="not one to these weights"):
        merged(base, written(tmp_path / "change", change))


@pytest.mark.parametrize("spoilt", [b"", b"\x09", b"\xff" * 64, struct.pack("<Q", 2) + b"[]"])
def test_a_file_of_another_kind_is_named_in_words(spoilt: bytes) -> None:
    with pytest.raises(FileError, match="these are no weights"):
        entries(spoilt, "here")


def test_a_file_cut_off_is_named_in_words(tmp_path: Path) -> None:
    raw = written(tmp_path / "base", BASE).read_bytes()

    with pytest.raises(FileError, match="cannot be read"):
        entries(raw[:-1], "here")


def test_a_model_that_is_not_here_is_no_name() -> None:
    with pytest.raises(UnknownNameError, match="not in this installation"):
        model_folder("nano-poetry")


def test_a_turbo_without_its_base_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "quick").mkdir()
    (tmp_path / "quick" / "nano.json").write_text('{"base": "slow", "part": "transformer"}')

    with pytest.raises(UnknownNameError, match="a difference to slow"):
        model_folder("quick", tmp_path)


def test_a_base_is_its_own() -> None:
    folder = model_folder("nano-music")

    assert folder.weights is None
    assert folder.file("transformer.onnx") == WEIGHTS / "nano-music" / "transformer.onnx"
    assert not folder.facts.distilled
