"""`eschew policy`: check a policy file, import a community template."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.screen import err, out

policy = typer.Typer(help="Policies: floors, bans and budgets.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A policy in TOML, or a template to import.")]


@policy.command()
def check(file: File) -> None:
    """Say what is wrong with a policy file; exit code 1 on errors."""
    remarks = api.check_policy(file)
    for remark in remarks:
        out().print(f"{remark.line}: {remark.severity}: {remark.message}", markup=False, soft_wrap=True)
    if not remarks:
        out().print(f"{file}: nothing to remark", markup=False, soft_wrap=True)
    if any(r.severity == "error" for r in remarks):
        raise typer.Exit(1)


@policy.command("import")
def import_(file: File) -> None:
    """Print a community template (A1111 styles.csv, InvokeAI CSV or JSON, Fooocus JSON) as policy TOML."""
    text, left_out = api.import_policy(file)
    sys.stdout.write(text)
    for gap in left_out:
        err().print(f"not imported: {gap}", markup=False, soft_wrap=True)
