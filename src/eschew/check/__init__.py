"""Check: Request + Capabilities → findings, before anything is computed.

    findings = check(request, can)                      pure, total on any text, sorted
    better = apply_fixes(request, findings, unsafe=False)
    explain("ESC302")                                   the page of a rule, by code or by name
    RULES                                               every rule, by code

A rule is one file in `rules/`; its docstring is its page.
"""

from __future__ import annotations

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.facts import unknown_name
from eschew.check.fixing import applied, apply_fixes
from eschew.check.reading import Reading
from eschew.check.rule import Rule
from eschew.check.rules import RULES
from eschew.check.values import Edit, Finding, Fix, Span, to_builtins
from eschew.request import Request

__all__ = [
    "RULES",
    "Edit",
    "Finding",
    "Fix",
    "Rule",
    "Span",
    "applied",
    "apply_fixes",
    "check",
    "explain",
    "find_rule",
    "to_builtins",
]

GRAVITY = {"error": 0, "warning": 1, "remark": 2}
FIELDS = ("prompt", "negative_prompt")


def check(request: Request, can: Capabilities) -> tuple[Finding, ...]:
    """What is wrong with `request` on a model that `can` do so much: errors first, then by field and place."""
    reading = Reading(request, can)
    return tuple(sorted((finding for rule in RULES for finding in rule.findings(reading)), key=_order))


def find_rule(code_or_name: str) -> Rule:
    """The rule with this code or name, in any case. Raises UnknownNameError with the closest ones."""
    wanted = code_or_name.strip().casefold()
    for rule in RULES:
        if wanted in (rule.code.casefold(), rule.name):
            return rule
    known = [name for rule in RULES for name in (rule.name, rule.code)]
    raise unknown_name("rule", code_or_name, known, listing="`eschew rules` lists them all")


def explain(code_or_name: str) -> str:
    """The page of a rule, as Markdown. Raises UnknownNameError."""
    return find_rule(code_or_name).markdown


def _order(finding: Finding) -> tuple[int, int, str, int, int, str, str]:
    span = finding.span
    place = FIELDS.index(span.field) if span.field in FIELDS else len(FIELDS)
    return (GRAVITY[finding.severity], place, span.field, span.start, span.end, finding.code, finding.message)
