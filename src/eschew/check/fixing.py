"""Applying fixes: each whole or not at all, and never two over the same characters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eschew.check.values import TEXT_FIELDS, Edit, Finding
from eschew.request import Request

__all__ = ["applied", "apply_fixes"]


def applied(findings: Iterable[Finding], *, unsafe: bool) -> tuple[Finding, ...]:
    """The findings whose fixes can be made together, the first come first served."""
    taken: list[Edit] = []
    out: list[Finding] = []
    grades = ("safe", "unsafe") if unsafe else ("safe",)
    for finding in findings:
        fix = finding.fix
        if fix is None or not fix.edits or fix.grade not in grades:
            continue
        if not any(_overlap(new, old) for new in fix.edits for old in taken):
            taken += fix.edits
            out.append(finding)
    return tuple(out)


def apply_fixes(request: Request, findings: Iterable[Finding], unsafe: bool) -> Request:
    """`request` with the safe fixes made, and the unsafe ones too when asked. Fixes that meet wait for another run."""
    edits = [
        edit for finding in applied(findings, unsafe=unsafe) if finding.fix for edit in finding.fix.edits
    ]
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        request = _with(request, edit)
    return request


def _overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits touch the same characters. Two fixes that write at one place meet too: their order would count."""
    if one.field != other.field:
        return False
    if one.field not in TEXT_FIELDS:
        return True
    same_place = one.start == other.start and one.end == other.end
    return same_place or (one.start < other.end and other.start < one.end)


def _with(request: Request, edit: Edit) -> Request:
    if edit.field == "prompt":
        return replace(request, prompt=_written(request.prompt, edit))
    if edit.field == "negative_prompt":
        return replace(request, negative_prompt=_written(request.negative_prompt, edit))
    if edit.field == "guidance_scale":
        return replace(request, guidance_scale=float(edit.text) if edit.text else None)
    return replace(request, method=edit.text or None)


def _written(text: str, edit: Edit) -> str:
    return text[: edit.start] + edit.text + text[edit.end :]
