"""The rules as prose: every block in cases/*.md is a request, and says which rule speaks or keeps quiet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.check import RULES, apply_fixes, check
from eschew.request import Request

CASES = Path(__file__).with_name("cases")
HEADING = re.compile(r"^## (ESC\d{3}) ([a-z-]+)$")
STORY = re.compile(r"^(Not OK|OK)[:,] *(.+)$")


@dataclass(frozen=True)
class Case:
    """One block of a case file."""

    code: str
    speaks: bool
    story: str
    request: Request
    fixed: dict[str, Any] | None


def read_cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.md")):
        code = story = verdict = ""
        block: list[str] | None = None
        for line in path.read_text("utf-8").splitlines():
            if block is not None:
                if line == "```":
                    yield case(code, verdict == "Not OK", story, tomllib.loads("\n".join(block)))
                    block = None
                else:
                    block.append(line)
            elif found := HEADING.match(line):
                code = found[1]
            elif found := STORY.match(line):
                verdict, story = found[1], found[2]
            elif line == "```toml":
                block = []


def case(code: str, speaks: bool, story: str, table: dict[str, Any]) -> Case:
    fixed = table.pop("fixed", None)
    texts = {field: word * times for field, (word, times) in table.pop("repeat", {}).items()}
    return Case(code, speaks, story, Request(**{"prompt": "", **table, **texts}), fixed)


ALL = tuple(read_cases())


def can_of(request: Request) -> Any:
    return capabilities(model(request.model), request.host or "", request.task or "")


@pytest.mark.parametrize("case", ALL, ids=[f"{one.code}: {one.story}" for one in ALL])
def test_case(case: Case) -> None:
    findings = check(case.request, can_of(case.request))

    assert (case.code in {finding.code for finding in findings}) == case.speaks


FIXED = tuple(one for one in ALL if one.fixed is not None)


@pytest.mark.parametrize("case", FIXED, ids=[f"{one.code}: {one.story}" for one in FIXED])
def test_fix(case: Case) -> None:
    findings = [one for one in check(case.request, can_of(case.request)) if one.code == case.code]
    cleared = {"guidance_scale": None} if case.code == "ESC207" else {}

    assert apply_fixes(case.request, findings, unsafe=True) == replace(
        case.request, **cleared, **(case.fixed or {})
    )


def test_every_rule_has_both_sides() -> None:
    sides = {(one.code, one.speaks) for one in ALL}

    assert sides == {(rule.code, speaks) for rule in RULES for speaks in (True, False)}
