"""`eschew demo`: four negatives on the embedded models, one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eschew import api
from eschew.cli.screen import bar, out


def demo(
    folder: Annotated[Path, typer.Option("--out", help="Folder for the report and what it shows.")] = Path(
        "eschew-demo"
    ),
    pairs: Annotated[int, typer.Option(help="How many seeds for each.")] = 24,
) -> None:
    """Hear and see four negatives work, and read how sure that is: crackle, vocoder, hall, a watermark."""
    with bar("clips and pictures") as progress:
        results = api.demo(folder, pairs, progress)
    console = out()
    for result in results:
        api.print_comparison(result, console)
        console.print()
    page = (folder / "report.html").absolute()
    console.print(f"The report, with all clips and pictures: {page}", markup=False, soft_wrap=True)
