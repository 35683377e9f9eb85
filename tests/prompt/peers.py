"""Other people's parsers, for comparison: what each hears, one character after another, with its weight.

Compel's grammar is the one that Compel's users get. The A1111 grammar is packaged apart in diffusion-prompt-embedder
(attention and BREAK; no schedules, no AND). Each is loaded from its own file, because the packages around them import
PyTorch. ComfyUI's parser is in no package that installs here, so that dialect has the golden pairs alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from types import ModuleType
from typing import Any

from eschew.prompt import ALWAYS, Phrase

__all__ = ["Heard", "a1111_hears", "compel_hears", "ours"]


@dataclass(frozen=True)
class Heard:
    """One part of a prompt: how it meets the others, its weight, and its characters with theirs; blanks left out."""

    join: str
    weight: float
    characters: tuple[tuple[str, float], ...]


@cache
def _file_of(package: str, file: str) -> ModuleType:
    """One module of an installed distribution, without what its package imports."""
    path = Path(str(metadata.distribution(package).locate_file(file)))
    name = f"peer_{path.parent.name}_{path.stem}"
    spec = util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def _characters(pieces: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    # Six digits are what eschew keeps of a weight.
    return tuple((char, float(f"{weight:.6g}")) for text, weight in pieces for char in text if char.strip())


def ours(phrases: Iterable[Phrase]) -> tuple[Heard, ...]:
    """What eschew heard, part by part; a new chunk counts as a new part that is joined by "break"."""
    rows: dict[tuple[int, int], tuple[str, float, list[tuple[str, float]]]] = {}
    for phrase in phrases:
        assert phrase.when == ALWAYS, "no peer knows schedules"
        join = phrase.part.join or ("break" if phrase.chunk else "")
        row = rows.setdefault((phrase.part.index, phrase.chunk), (join, phrase.part.weight, []))
        row[2].append((phrase.text, phrase.weight))
    return tuple(Heard(join, weight, _characters(pieces)) for join, weight, pieces in rows.values())


@cache
def _compel_parser() -> Any:
    return _file_of("compel", "compel/prompt_parser.py").PromptParser()


def compel_hears(text: str) -> tuple[Heard, ...] | None:
    """What Compel hears; None where it raises an error."""
    try:
        whole = _compel_parser().parse_conjunction(text)
    except Exception:  # pyparsing's errors, its own, and AttributeErrors of its tree
        return None
    if len(whole.prompts) == 1 and type(whole.prompts[0]).__name__ == "Blend":
        blend = whole.prompts[0]
        join = "blend" if blend.normalize_weights else "blend raw"
        parts = zip([join] * len(blend.prompts), blend.weights, blend.prompts, strict=True)
    else:
        join = "concat" if len(whole.prompts) > 1 else ""
        parts = zip([join] * len(whole.prompts), whole.weights, whole.prompts, strict=True)
    return tuple(Heard(join, weight, _characters(_fragments(part))) for join, weight, part in parts)


def _fragments(part: Any) -> Iterable[tuple[str, float]]:
    for child in part.children:
        # `.swap()` is parsed and then not acted upon: the original stays.
        for fragment in getattr(child, "original", [child]):
            yield fragment.text, fragment.weight


def a1111_hears(text: str) -> tuple[Heard, ...] | None:
    """What A1111's attention grammar hears; None where it raises an error."""
    module = _file_of("diffusion-prompt-embedder", "diffusion_prompt_embedder/core/parser.py")
    try:
        pieces = module.parse_prompt_attention(text)
    except ValueError:  # "(x:1.2.3)"
        return None
    chunks: list[list[tuple[str, float]]] = [[]]
    for piece, weight in pieces:
        if piece == "BREAK" and weight < 0:
            chunks.append([])
        else:
            chunks[-1].append((piece, weight))
    rows = [_characters(chunk) for chunk in chunks]
    return tuple(Heard("break" if number else "", 1.0, row) for number, row in enumerate(rows) if row)
