"""`eschew doctor`: what is installed here, and whether a negative acts on a model's weights on this machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from eschew import api
from eschew.cli.options import Json, Run, Steps, spread
from eschew.cli.screen import bar, out, print_json


@spread
def doctor(
    *,
    model: Annotated[str | None, typer.Option(help="A model to load and examine: eschew models.")] = None,
    run: Run,
    method: Annotated[
        list[str] | None,
        typer.Option(
            "--method", help="Try this one only; may be given several times. Default: all that fit."
        ),
    ] = None,
    num_inference_steps: Steps = None,
    as_json: Json = False,
) -> None:
    """Say what is installed; with --model, prove on four paired seeds that a negative acts, by which method, at what cost."""
    with bar("samples", first="weights" if model else "") as progress:
        installed, trial = api.doctor(model, run.wanted, method or (), num_inference_steps, progress)
    if as_json:
        print_json(
            {**asdict(installed), "trial": None if trial is None else {**asdict(trial), "acts": trial.acts}}
        )
    else:
        _show_installation(installed)
        if trial is not None:
            _show_trial(trial)
    if trial is not None and not trial.acts:
        raise typer.Exit(1)


def _say(line: str = "", style: str = "") -> None:
    out().print(line, style=style, markup=False, soft_wrap=True)


def _show_installation(installed: Any) -> None:
    _say("installed", "bold")
    for package, version in installed.versions.items():
        _say(f"  {package:14} {version or 'missing'}")
    _say(f"  {'python':14} {installed.python} on {installed.system}")
    _say(f"  {'processor':14} {installed.cores} cores{_memory(installed)}")
    if installed.devices is None:
        _say(f"  {'accelerators':14} not asked: only --model loads PyTorch")
    else:
        _say(f"  {'accelerators':14} {'; '.join(installed.devices) or 'none'}")
    for what, rows in (("backends", installed.backends), ("extras", installed.extras)):
        _say(
            f"  {what:14} " + ", ".join(f"{name} {'yes' if there else 'no'}" for name, there in rows.items())
        )
    for name, there in installed.extras.items():
        if not there:
            _say(f"  to add {name}: pip install 'eschew[{name}]'")


def _memory(installed: Any) -> str:
    if installed.memory is None:
        return ""
    free = "" if installed.memory_free is None else f", {installed.memory_free:.1f} GiB free"
    return f", {installed.memory:.1f} GiB{free}"


def _show_trial(trial: Any) -> None:
    count = len(trial.seeds)
    _say(f"\n{trial.model} on {trial.engine}, {trial.device}, {trial.dtype}", "bold")
    _say(f"  prompt    {trial.prompt}")
    _say(f"  negative  {trial.negative_prompt}")
    _say(
        f"  without   {trial.seconds:.2f} s and {trial.passes:g} passes a sample, {trial.num_inference_steps} steps, "
        f"seeds {trial.seeds[0]} to {trial.seeds[-1]}"
    )
    if trial.memory_peak is not None:
        _say(f"  memory    {trial.memory_peak:.1f} GiB at most")
    _say("\nat the first steps (c prompt, n negative, u null)", "bold")
    for probe in trial.probes:
        _say(
            f"  step {probe.step + 1}    cos(c, n) {probe.cosine:.3f}    |n − u| / |c − u| {probe.reach:.2f}"
        )
    if trial.probe_refused:
        _say(f"  none: {trial.probe_refused}")
    _say("\nwith the negative, against the same seeds without", "bold")
    for tried in trial.methods:
        if tried.refused:
            _say(f"  {tried.method:18} not run: {tried.refused}")
            continue
        heard = "".join(f"; {concept} {a} → {b}" for concept, (a, b) in (tried.heard or {}).items())
        _say(
            f"  {tried.method:18} {tried.changed} of {count} changed, by {tried.moved:.1f} {trial.unit}; "
            f"{tried.time:.2f} × the time, {tried.passes:.2f} × the passes{heard}"
        )
    works = [tried.method for tried in trial.methods if tried.changed == count]
    _say()
    if works:
        _say(f"A negative acts on these weights, on this machine: by {', '.join(works)}.", "bold green")
    else:
        _say("No method changed every pair: on these weights a negative does not act.", "bold red")
    _say("Four seeds show that it acts, not how well: for that, eschew compare.")
    _say(f"To paste: this page, or the same as one line: eschew doctor --model {trial.model} … --json")
