"""A policy file → `Policy`, strictly: an unknown key, a wrong type or a floor with markup in it is an error
that names the file, the line and the key.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from eschew.catalog.facts import file_names, lost_keys, unknown_name
from eschew.catalog.taxonomy import by_id
from eschew.errors import FileError, UsageError
from eschew.policy.values import Policy
from eschew.prompt import hidden_characters

__all__ = ["SHIPPED", "decode", "load", "plain_clause", "shipped", "text_of"]

SHIPPED = Path(__file__).with_name("shipped")

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
PLAIN = re.compile(r"[^\W_]+(?:(?:[ '-]| & )[^\W_]+)*")
"""A clause that every prompt syntax reads as the same plain words."""
KEYWORDS = frozenset({"AND", "BREAK"})
LONGEST_CLAUSE = 80
LARGEST_FILE = 4_000_000
OWN_FIELDS = ("origin", "lines")
HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[\w.-]+)\s*\]\]?\s*(?:#.*)?")
QUOTES = re.compile(r'"""|' + "'''")
PLACE = re.compile(r"(?P<table>floor|ban|ask|sets|budget|compose)\b(?:\[(?P<a>\d+)\]|\.(?P<b>\d+))?")


@cache
def shipped() -> tuple[str, ...]:
    """The names of the policies that come with eschew."""
    return file_names(SHIPPED)


def load(path_or_name: str | Path) -> Policy:
    """The policy in a file, or the shipped one of that name. Raises FileError, UsageError or UnknownNameError."""
    name = str(path_or_name)
    if name in shipped():
        return decode(text_of(SHIPPED / f"{name}.toml", "policy"), f"{name}.toml")
    path = Path(path_or_name)
    if not path.exists() and path.suffix != ".toml" and path.name == name:
        raise unknown_name("policy", name, shipped(), listing="a path to a .toml file works too")
    return decode(text_of(path, "policy"), str(path))


def text_of(path: Path, kind: str) -> str:
    """The text of a file that is meant to be a `kind`. Raises FileError for what is no text or too large to be one."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)  # a device has no size and no end
        if len(content) > LARGEST_FILE:
            raise FileError(f"this is too large for a {kind}", where=str(path), why="4 MB is the most")
        return content.decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        raise FileError(f"this {kind} cannot be read", where=str(path), why=why) from error
    except ValueError as error:  # bytes that are no text, or a name that is no path
        why = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise FileError(f"this {kind} cannot be read", where=str(path), why=why) from error


def decode(text: str, origin: str) -> Policy:
    """The policy that a TOML text states. Raises FileError (not TOML) or UsageError (not a policy)."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError("this policy is not TOML", where=origin, why=str(error)) from error
    lines = tuple(table_lines(text))
    policy = replace(_converted(tables, origin, dict(lines)), origin=origin, lines=lines)
    for where, problem in problems(policy):
        raise UsageError(problem, where=_at(origin, where, dict(lines)))
    return policy


def _converted(tables: Mapping[str, Any], origin: str, lines: Mapping[str, int]) -> Policy:
    for key in OWN_FIELDS:
        if key in tables:
            raise UsageError(f"a policy has no key {key!r}", where=origin)
    try:
        policy = msgspec.convert(tables, Policy, strict=True)
    except msgspec.ValidationError as error:
        raise UsageError(
            "this is not a policy", where=_at(origin, str(error), lines), why=str(error)
        ) from error
    # msgspec passes over unknown keys of dataclasses; a misspelt floor must not vanish.
    unknown = list(lost_keys(tables, msgspec.to_builtins(policy)))
    if unknown:
        key = unknown[0]
        raise UsageError(
            f"a policy has no key {key.rpartition('.')[2]!r}",
            where=_at(origin, key, lines),
            why=f"nothing would read {', '.join(unknown)}",
        )
    return policy


def _at(origin: str, what: str, lines: Mapping[str, int]) -> str:
    """The file, and the line of the table that `what` speaks of."""
    found = PLACE.search(what)
    if found is None:
        return origin
    number = found["a"] or found["b"]
    line = lines.get(f"{found['table']}.{number}" if number else found["table"])
    return f"{origin}, line {line}" if line else origin


def table_lines(text: str) -> Iterator[tuple[str, int]]:
    """Name and line of each table header; tables of a list are numbered. Headers inside long strings are none."""
    counts: dict[str, int] = {}
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        outside = not inside
        for quote in QUOTES.findall(line):
            if not inside:
                inside = quote
            elif inside == quote:
                inside = ""
        header = HEADER.fullmatch(line.rstrip("\r")) if outside else None
        if header is None:
            continue
        name = header["name"]
        if line.lstrip().startswith("[["):
            count = counts.get(name, 0)
            counts[name] = count + 1
            name = f"{name}.{count}"
        yield name, number


def problems(policy: Policy) -> Iterator[tuple[str, str]]:
    """Place and sentence for everything the types cannot tell."""
    if not NAME.fullmatch(policy.name):
        yield "name", f"{policy.name!r} is no name for a policy: small letters, digits, dots and dashes"
    for key in ("title", "version", "owner"):
        if not str(getattr(policy, key)).strip():
            yield key, f"{key} is empty"
    for index, floor in enumerate(policy.floor):
        yield from _clause_problems(f"floor.{index}", floor.text, floor.concept, floor.reason)
        yield from _word_problems(f"floor.{index}", (*floor.words, *floor.opposites))
    for index, ask in enumerate(policy.ask):
        yield from _clause_problems(f"ask.{index}", ask.text, ask.concept, ask.reason)
    for index, ban in enumerate(policy.ban):
        if not ban.reason.strip():
            yield f"ban.{index}", "a ban needs a reason"
        if not ban.concepts and not ban.words:
            yield f"ban.{index}", "a ban needs concepts or words"
        yield from _word_problems(f"ban.{index}", ban.words)
        for concept in ban.concepts:
            if concept not in by_id():
                yield f"ban.{index}", f"the taxonomy has no concept {concept!r}"
    if policy.budget is not None:
        steps, guidance, clauses = (
            policy.budget.num_inference_steps,
            policy.budget.guidance_scale,
            policy.budget.clauses,
        )
        if steps is not None and steps < 1:
            yield "budget", f"num_inference_steps must be at least 1, not {steps}"
        if clauses is not None and clauses < 1:
            yield "budget", f"clauses must be at least 1, not {clauses}"
        if guidance is not None and not 0 <= guidance[0] <= guidance[1] < float("inf"):
            yield "budget", f"guidance_scale must be a range such as [3, 9], not {list(guidance)}"


def _clause_problems(where: str, text: str, concept: str, reason: str) -> Iterator[tuple[str, str]]:
    wrong = plain_clause(text)
    if wrong:
        yield where, f"{text[:60]!r} cannot stand in a prompt as it is: {wrong}"
    if not reason.strip():
        yield where, "every line of a policy needs a reason"
    if concept and concept not in by_id():
        yield where, f"the taxonomy has no concept {concept!r}"


def _word_problems(where: str, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for word in words:
        if not any(char.isalnum() for char in word):
            yield where, f"{word[:60]!r} has no letter to look for"


def plain_clause(text: str) -> str:
    """Why `text` would not be read alike by every prompt syntax; empty if it would."""
    if not text.strip():
        return "it is empty"
    if len(text) > LONGEST_CLAUSE:
        return f"it has {len(text)} characters, {LONGEST_CLAUSE} are the most"
    if hidden_characters(text) or unicodedata.normalize("NFKC", text) != text:
        return "it holds characters that look like others or like nothing"
    if not PLAIN.fullmatch(text):
        return "only letters, digits, single spaces, inner hyphens and apostrophes are plain in every syntax"
    if KEYWORDS & set(text.split()):
        return "AND and BREAK are commands in some syntaxes"
    return ""
