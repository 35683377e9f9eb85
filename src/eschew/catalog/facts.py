"""Reading a file of facts: TOML in, a frozen dataclass out, and nothing unknown gets through."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from eschew.errors import FileError, UnknownNameError

__all__ = ["Confidence", "close_names", "decode_facts", "file_names", "listed", "read_facts", "unknown_name"]

T = TypeVar("T")

Confidence = Literal["verified", "documented", "secondary", "unconfirmed"]
"""How a fact is known. verified: read in source code, a specification or a client library. documented: the
vendor's page or a paper says so. secondary: a third party says so. unconfirmed: believed, not checked."""


def file_names(folder: Path) -> tuple[str, ...]:
    """Names of the fact files in `folder`, sorted, without reading any of them."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in folder.glob("*.toml")))


def read_facts(path: Path) -> dict[str, Any]:
    """The tables of one file of facts. Raises FileError when it is missing or is not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FileError("this file of facts cannot be read", where=path.name, why=str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError("this file of facts is not TOML", where=path.name, why=str(error)) from error


def decode_facts(tables: Mapping[str, Any], kind: type[T], where: str) -> T:
    """`tables` as `kind`. Raises FileError for a missing or unknown key or a value of the wrong type."""
    try:
        facts = msgspec.convert(tables, kind, strict=True)
    except msgspec.ValidationError as error:
        raise FileError("this file of facts does not fit its schema", where=where, why=str(error)) from error
    # msgspec ignores unknown keys of dataclasses; a misspelt fact must not vanish, so compare with what was kept.
    unknown = list(lost_keys(tables, msgspec.to_builtins(facts)))
    if unknown:
        raise FileError("this file of facts has keys that nothing reads", where=where, why=", ".join(unknown))
    return facts


def lost_keys(given: Any, kept: Any, path: str = "") -> Iterable[str]:
    """Dotted paths of the keys of `given` that are not in `kept`."""
    if isinstance(given, Mapping):
        for key, value in given.items():
            if key not in kept:
                yield path + key
            else:
                yield from lost_keys(value, kept[key], f"{path}{key}.")
    elif isinstance(given, list):
        for index, (value, survivor) in enumerate(zip(given, kept, strict=True)):
            yield from lost_keys(value, survivor, f"{path}{index}.")


def listed(tables: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """`tables` with each `[key.<name>]` group turned into a list of tables that carry their `name`.

    People write `[hosts.diffusers]`; frozen facts hold tuples, which keep the order and cannot be changed.
    """
    out = dict(tables)
    for key in keys:
        if isinstance(out.get(key), Mapping):
            out[key] = [{"name": name, **table} for name, table in out[key].items()]
    return out


def close_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three names of `known` that look like `name`, best first."""
    from difflib import get_close_matches  # only an error needs it, and it is not free to import

    by_fold = {candidate.casefold(): candidate for candidate in known}
    folded = name.casefold()[:200]  # matching is quadratic, and no name is longer
    holding = [candidate for candidate in by_fold if len(folded) > 2 and folded in candidate]
    near = get_close_matches(folded, by_fold, n=3, cutoff=0.55)
    return tuple(by_fold[candidate] for candidate in dict.fromkeys([*near, *holding]))[:3]


def unknown_name(what: str, name: str, known: Iterable[str], *, listing: str) -> UnknownNameError:
    """The error for a name that is not in `known`; `listing` says how to see them all."""
    shown = name if len(name) <= 60 else name[:60] + "…"
    close = close_names(name, known)
    hint = f"{' or '.join(close)}; {listing}" if close else listing
    return UnknownNameError(f"there is no {what} called {shown!r}", hint=hint)
