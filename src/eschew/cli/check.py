"""`eschew check`, `eschew explain`, `eschew rules`: what is wrong, before anything is computed."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from eschew import api
from eschew.cli.options import Guided, Json, Negative, Policies, Prompt, Which, request_of, spread
from eschew.cli.screen import out, print_json
from eschew.errors import EschewError, caret_lines

COLOURS = {"error": "bold red", "warning": "yellow", "remark": "cyan"}


@spread
def check(
    prompt: Prompt,
    negative: Negative = "",
    *,
    which: Which,
    guided: Guided,
    policy: Policies = None,
    as_json: Json = False,
    fix: Annotated[bool, typer.Option("--fix", help="Make the safe fixes and show what changed.")] = False,
    unsafe_fixes: Annotated[bool, typer.Option("--unsafe-fixes", help="Make the others too.")] = False,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="With --json: an object of findings and forecast.")
    ] = False,
) -> None:
    """Tell beforehand whether a negative can work on a model, and what is wrong with it. Exit code 1 on errors."""
    request = request_of(prompt, negative, which, guided)
    if fix or unsafe_fixes:
        fixed, made = api.fix(request, unsafe=unsafe_fixes)
        if not as_json:
            _show_difference(request, fixed, made)
        request = fixed
    findings = api.check(request, policy or ())
    if as_json:
        found = [api.finding_json(f) for f in findings]
        print_json({"findings": found, "forecast": _forecast_json(request)} if forecast else found)
    else:
        for finding in findings:
            _show(finding, request)
        counts = {s: sum(f.severity == s for f in findings) for s in COLOURS}
        said = ", ".join(f"{n} {s}{'s' if n != 1 else ''}" for s, n in counts.items() if n)
        out().print(said or "nothing to remark", soft_wrap=True)
        _show_forecast(request)
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(1)


def _show(finding: Any, request: api.Request) -> None:
    console = out()
    head = f"{finding.span.field}: {finding.severity} {finding.code} {finding.name}"
    console.print(head, style=COLOURS[finding.severity], markup=False, soft_wrap=True)
    text = getattr(request, finding.span.field, None)
    if isinstance(text, str) and finding.span.end > finding.span.start:
        for line in caret_lines(text, finding.span.start, finding.span.end):
            console.print(line, markup=False, soft_wrap=True)
    console.print(f"  {finding.message}", markup=False, soft_wrap=True)
    if finding.evidence:
        console.print(f"  because: {finding.evidence}", markup=False, soft_wrap=True)
    if finding.fix is not None:
        console.print(f"  fix ({finding.fix.grade}): {finding.fix.title}", markup=False, soft_wrap=True)
    console.print()


def _show_forecast(request: api.Request) -> None:
    """How likely the negative is to be effective, where that was measured; nothing where no plan can be made."""
    for one in _forecast(request):
        said = (
            f"{one.probability:.0%} that it will be effective here"
            if one.probability is not None
            else f"no forecast: {one.why_not}"
        )
        out().print(f"forecast: {one.clause[:60]!r}: {said}", markup=False, soft_wrap=True)


def _forecast(request: api.Request) -> tuple[api.Forecast, ...]:
    try:
        return api.forecast(request)
    except EschewError:  # what is wrong with the request has been said above
        return ()


def _forecast_json(request: api.Request) -> list[dict[str, object]]:
    return [asdict(one) for one in _forecast(request)]


def _show_difference(before: api.Request, after: api.Request, made: Any) -> None:
    console = out()
    for finding in made:
        console.print(
            f"fixed {finding.code} {finding.name}: {finding.fix.title}", markup=False, soft_wrap=True
        )
    for field in ("prompt", "negative_prompt", "guidance_scale", "method"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            console.print(f"- {field}: {old}", style="red", markup=False, soft_wrap=True)
            console.print(f"+ {field}: {new}", style="green", markup=False, soft_wrap=True)
    console.print()


def explain(code: Annotated[str, typer.Argument(help="A rule's code or name: ESC302.")]) -> None:
    """Print the page of a rule."""
    sys.stdout.write(api.explain(code) + "\n")


def rules(as_json: Json = False) -> None:
    """List every rule."""
    rows = [
        {"code": r.code, "name": r.name, "severity": r.severity, "summary": r.summary} for r in api.rules()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        out().print(
            f"{row['code']}  {row['severity']:8} {row['name']}: {row['summary']}",
            markup=False,
            soft_wrap=True,
        )
