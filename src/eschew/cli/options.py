"""Options that several commands take, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Prompt = Annotated[str, typer.Argument(help="What you want, in words.")]
Negative = Annotated[str, typer.Option("--negative", "-n", help="What you do not want.")]
Model = Annotated[str, typer.Option(help="A model of the catalogue: eschew models.")]
GuidanceScale = Annotated[
    float | None, typer.Option(help="w in uncond + w·(cond − uncond); 1 is off. Default: the model's.")
]
Steps = Annotated[int | None, typer.Option("--num-inference-steps", help="Default: the model's.")]
OutFolder = Annotated[Path | None, typer.Option("--out", help="Folder for report and clips.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]

Host = Annotated[str | None, typer.Option(help="Who serves the model, where several do.")]
Task = Annotated[str | None, typer.Option(help="text2music, cover, …: what the model is to do.")]
Method = Annotated[str | None, typer.Option(help="How the negative acts. Default: the model's first.")]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="A shipped policy or a TOML file; may be given several times."),
]

DEFAULT_MODEL = "nano-music"
