"""The commands, by name. Each lives in its own file."""

from __future__ import annotations

from typing import Annotated

import typer

from eschew import __version__
from eschew.cli.advise import advise
from eschew.cli.check import check, explain, rules
from eschew.cli.compare import compare
from eschew.cli.demo import demo
from eschew.cli.detect import detect
from eschew.cli.doctor import doctor
from eschew.cli.evidence import evidence
from eschew.cli.experiment import experiment, experiments
from eschew.cli.generate import generate
from eschew.cli.language import concepts, convert
from eschew.cli.methods import methods
from eschew.cli.models import models
from eschew.cli.plan import plan
from eschew.cli.policy import policy
from eschew.cli.report import report
from eschew.cli.tune import tune

app = typer.Typer(
    name="eschew",
    help="Say what you don't want, and know that it worked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"eschew {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Say what you don't want, and know that it worked."""


for command in (
    generate, compare, detect, tune, evidence, demo, doctor, models, methods, check, plan, advise, explain, rules, concepts, convert,
    experiments, report,
):  # fmt: skip
    app.command()(command)
app.add_typer(policy, name="policy")
app.add_typer(experiment, name="experiment")
