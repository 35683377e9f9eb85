"""`eschew plan`: what would run, and why each knob stands where it stands."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.options import Guided, Json, Negative, Policies, Turned, Which, request_of, spread
from eschew.cli.screen import out
from eschew.errors import KnobError


@spread
def plan(
    prompt: Annotated[str, typer.Argument(help="What you want, in words.")] = "",
    negative: Negative = "",
    *,
    which: Which,
    guided: Guided,
    turned: Turned,
    policy: Policies = None,
    as_json: Json = False,
    diff: Annotated[tuple[Path, Path] | None, typer.Option(help="Compare two plans kept as JSON.")] = None,
) -> None:
    """Print what will be sent, to the last knob, with the history of every decision. Loads no model."""
    if diff is not None:
        _show_difference(*diff)
        return
    if not prompt and not negative:
        raise KnobError(
            "a plan needs a prompt, or two plans to compare", where="eschew plan", hint="--diff A B"
        )
    decided = api.plan(request_of(prompt, negative, which, guided, turned), policy or ())
    if as_json:
        sys.stdout.write(api.plan_json(decided) + "\n")
        return
    console = out()
    of_source = ("task", "source", "strength") if decided.source is not None else ()
    for field in ("model", "method", "prompt", "negative_prompt", "guidance_scale", "negative_scale", "window",
                  "knobs", "num_inference_steps", "words_unknown", *of_source, "digest"):  # fmt: skip
        console.print(f"{field:20} {_shown(getattr(decided, field))}", markup=False, soft_wrap=True)
    console.print("\nhow it came to that", style="bold")
    for change in decided.history:
        step = f"{change.field}: {_short(change.before)} → {_short(change.after)}"
        console.print(f"  {step}", markup=False, soft_wrap=True)
        console.print(f"    {change.by}: {change.because}", style="dim", markup=False, soft_wrap=True)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {number:g}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return _shown(value) or "(open)"
    return "(open)" if value is None else repr(value) if value == "" else str(value)


def _show_difference(first: Path, second: Path) -> None:
    rows = api.plan_difference(api.read_plan(first), api.read_plan(second))
    for field, before, after in rows:
        out().print(f"{field}: {_short(before)} → {_short(after)}", markup=False, soft_wrap=True)
    if not rows:
        out().print("the two plans run the same")
