"""What can be told before anything is computed: plans, findings, rules, concepts, advice, policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.errors import FileError, KnobError
from eschew.lab.forecast.values import Forecast
from eschew.plan import Plan, decide
from eschew.plan.source import task_of
from eschew.request import Request

if TYPE_CHECKING:
    from eschew.catalog.placing import Placement
    from eschew.check import Finding, Rule
    from eschew.plan.advise import Move
    from eschew.policy import Remark
    from eschew.prompt import Conversion

MOST_FIX_ROUNDS = 20


def plan(request: Request, policies: Sequence[str] = ()) -> Plan:
    """What would run, decided to the last knob. Loads no model. `policies` are shipped names or TOML files."""
    if not policies:
        return decide(request, _can(request))
    from eschew.policy import compose, load

    return decide(request, _can(request), compose([load(name) for name in policies]))


def _can(request: Request) -> Capabilities:
    facts = model(request.model)
    return capabilities(facts, request.host or "", task_of(request, facts))


def check(request: Request, policies: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with a request, before anything is computed. PolicyError if a policy will not have it."""
    from eschew.check import check as find

    if policies:
        plan(request, policies)
    return find(request, _can(request))


def fix(request: Request, unsafe: bool = False) -> tuple[Request, tuple[Finding, ...]]:
    """The request with its safe fixes made (and the unsafe ones if wanted), and the findings that were fixed."""
    from eschew.check import applied, apply_fixes
    from eschew.check import check as find

    done: list[Finding] = []
    for _ in range(MOST_FIX_ROUNDS):
        findings = find(request, _can(request))
        made = applied(findings, unsafe=unsafe)
        if not made:
            break
        request = apply_fixes(request, findings, unsafe)
        done += made
    return request, tuple(done)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as `eschew check --json` prints it."""
    from eschew.check import to_builtins

    return to_builtins(finding)


def forecast(request: Request) -> tuple[Forecast, ...]:
    """How probable it is that each clause of the negative will be effective; () for a model on which nothing was measured.

    What `plan` raises where nothing could run.
    """
    from eschew.lab.forecast.scoring import forecast as of_plan

    return of_plan(plan(request), _can(request))


def rules() -> tuple[Rule, ...]:
    """Every rule: code, name, severity, summary, page."""
    from eschew.check import RULES

    return RULES


def explain(code_or_name: str) -> str:
    """The page of a rule, as Markdown. UnknownNameError with the closest names."""
    from eschew.check import explain as page

    return page(code_or_name)


def concepts(text: str, modality: str | None = None) -> tuple[Placement, ...]:
    """Where each clause of a text belongs in the taxonomy. KnobError for a modality other than music and image."""
    from eschew.catalog.placing import place

    if modality is None:
        return place(text)
    if modality == "music":
        return place(text, "music")
    if modality == "image":
        return place(text, "image")
    raise KnobError(f"a modality is music or image, not {modality!r}", where="--modality")


def convert(text: str, source: str, target: str) -> Conversion:
    """A prompt in another dialect, and what could not be kept."""
    from eschew.prompt import convert as to_dialect

    return to_dialect(text, source, target)


def advise(request: Request, problem: str) -> tuple[tuple[Move, ...], Move | None]:
    """The field's ladder for a problem in plain words, and the next move to make (None if none is left)."""
    from eschew.plan.advise import advise as ladder
    from eschew.plan.advise import next_move

    moves = ladder(request, _can(request), problem)
    return moves, next_move(moves)


def plan_json(decided: Plan) -> str:
    """A plan as JSON, with its digest."""
    import msgspec

    value = {**msgspec.to_builtins(decided), "digest": decided.digest}
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def read_plan(path: Path) -> Plan:
    """A plan back from a file. FileError if it cannot be read, UsageError if it is none."""
    from eschew.plan import from_json

    try:
        return from_json(path.read_bytes())
    except OSError as problem:
        raise FileError(
            "cannot read this plan", where=str(path), why=problem.strerror or str(problem)
        ) from problem


def plan_difference(first: Plan, second: Plan) -> tuple[tuple[str, Any, Any], ...]:
    """(field, in the first, in the second) wherever two plans would run differently."""
    names = [f.name for f in fields(Plan) if f.name != "history"]
    return tuple(
        (n, getattr(first, n), getattr(second, n)) for n in names if getattr(first, n) != getattr(second, n)
    )


def check_policy(path: Path) -> tuple[Remark, ...]:
    """What to know of a policy file; errors in it are UsageErrors with file, line and key."""
    from eschew.policy import check_file

    return check_file(path)


def import_policy(path: Path) -> tuple[str, tuple[str, ...]]:
    """A community template (A1111 styles.csv, InvokeAI CSV or JSON, Fooocus JSON) as policy TOML, and what was left out."""
    from eschew.policy import import_template, to_toml

    imported = import_template(path)
    return to_toml(imported.policy), tuple(str(gap) for gap in imported.left_out)


def surprises(decided: Plan) -> tuple[tuple[str, str], ...]:
    """(field, sentence) of what a person would not expect: their own values changed, words the model never saw."""
    out = []
    for change in decided.history:
        if change.field == "words_unknown":
            if change.after:
                out.append((change.field, f"{', '.join(change.after)}: {change.because}"))
        elif change.field not in ("knobs", "task") and change.before is not None and change.by != "compare":
            # Of the knobs only those that were left open got values; a task of text alone needs no name.
            out.append((change.field, f"{change.before} → {change.after}: {change.because}"))
    return tuple(out)
