"""What commands share: the two consoles, the progress bar, and how an error looks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eschew.errors import EschewError


def out() -> Console:
    """Standard output."""
    return Console(highlight=False)


def err() -> Console:
    """Standard error: progress, remarks and errors, so that standard output stays clean."""
    return Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON value on standard output and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def show_error(error: EschewError) -> None:
    """The error, in sentences; never a traceback."""
    first, *rest = str(error).split("\n")
    console = err()
    console.print(f"error: {first}", style="bold red", markup=False, soft_wrap=True)
    for line in rest:
        console.print(line, markup=False, soft_wrap=True)


@contextmanager
def bar(what: str, first: str = "") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; yields a function of (done, in all). Until it is called, `first` is under way."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True) as progress:
        task = progress.add_task(first or what, total=None)

        def update(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, description=what)

        yield update
