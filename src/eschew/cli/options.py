"""Options that several commands take, declared once. A command asks for a group of them by its dataclass (`spread`)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from eschew import api
from eschew.errors import KnobError

Prompt = Annotated[str, typer.Argument(help="What you want, in words.")]
Negative = Annotated[str, typer.Option("--negative", "-n", help="What you do not want.")]
OutFolder = Annotated[Path | None, typer.Option("--out", help="Folder for the report and what it shows.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]
Steps = Annotated[int | None, typer.Option("--num-inference-steps", help="Default: the model's.")]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="A shipped policy or a TOML file; may be given several times."),
]

DEFAULT_MODEL = "nano-music"


@dataclass(frozen=True)
class Which:
    """Which model, who serves it, what it is to do, and what it starts from."""

    model: Annotated[str, typer.Option(help="A model of the catalogue: eschew models.")] = DEFAULT_MODEL
    host: Annotated[str | None, typer.Option(help="Who serves the model, where several do.")] = None
    task: Annotated[str | None, typer.Option(help="text2music, cover, …: what the model is to do.")] = None
    source: Annotated[str | None, typer.Option(help="A clip or picture to start from.", metavar="FILE")] = (
        None
    )
    strength: Annotated[
        float | None,
        typer.Option(
            help="0 to 1, with --source. Music (nano-music, ACE-Step): higher keeps more of the source. "
            "Pictures, as diffusers has it: higher draws more anew."
        ),
    ] = None


@dataclass(frozen=True)
class Guided:
    """How strongly a model follows its texts, and how the negative acts."""

    guidance_scale: Annotated[
        float | None, typer.Option(help="w in uncond + w·(cond − uncond); 1 is off. Default: the model's.")
    ] = None
    method: Annotated[
        str | None, typer.Option(help="How the negative acts: eschew methods. Default: the model's first.")
    ] = None


@dataclass(frozen=True)
class Turned:
    """The other knobs of a run."""

    num_inference_steps: Steps = None
    negative_scale: Annotated[
        float | None, typer.Option(help="The negative's own strength, where the method has one.")
    ] = None
    window: Annotated[
        tuple[float, float] | None,
        typer.Option(
            help="START STOP: in which part of the steps the negative acts, 0 to 1.", metavar="START STOP"
        ),
    ] = None
    knob: Annotated[
        list[str] | None,
        typer.Option(
            "--knob",
            help="NAME=VALUE: a knob of the method; may be given several times.",
            metavar="NAME=VALUE",
        ),
    ] = None


@dataclass(frozen=True)
class Run:
    """What runs the model, on which machine."""

    engine: Annotated[
        str | None, typer.Option(help="onnx or diffusers. Default: onnx for the embedded models.")
    ] = None
    model_path: Annotated[
        str | None, typer.Option(help="The weights: a folder in diffusers' layout, or OWNER/NAME on the hub.")
    ] = None
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1, mps. Default: the fastest here.")] = (
        None
    )
    dtype: Annotated[
        str | None, typer.Option(help="float32, float16, bfloat16. Default: what suits the device.")
    ] = None

    @property
    def wanted(self) -> api.Engine:
        """As the verbs take it."""
        return api.Engine(self.engine, self.model_path, self.device, self.dtype)


def request_of(
    prompt: str, negative: str, which: Which, guided: Guided | None = None, turned: Turned | None = None
) -> api.Request:
    """The request that these options make. KnobError for a --knob that is no NAME=VALUE."""
    guided, turned = guided or Guided(), turned or Turned()
    return api.Request(
        prompt,
        negative,
        which.model,
        method=guided.method,
        guidance_scale=guided.guidance_scale,
        negative_scale=turned.negative_scale,
        knobs=knobs_of(turned.knob or []),
        window=turned.window,
        num_inference_steps=turned.num_inference_steps,
        host=which.host,
        task=which.task,
        source=which.source,
        strength=which.strength,
    )


def knobs_of(pairs: list[str]) -> dict[str, float]:
    """`["phi=4", "tau=2.5"]` as a mapping."""
    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        try:
            number = float(value)
        except ValueError:
            number = None
        if not name or not equals or number is None:
            raise KnobError(f"a knob is NAME=VALUE, not {pair!r}", where="--knob", hint="--knob phi=4")
        if name in found:
            raise KnobError(f"{name} is given twice", where="--knob")
        found[name] = number
    return found


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """A command for typer in which each parameter that is a dataclass of options is spread into its fields."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if is_dataclass(hint) and isinstance(hint, type)}

    @wraps(command)
    def spread_command(**given: Any) -> None:
        built = {
            name: group(**{f.name: given.pop(f.name) for f in fields(group)})
            for name, group in groups.items()
        }
        command(**given, **built)

    spread_command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
            for old in inspect.signature(command).parameters.values()
            for parameter, annotation, default in _parameters(old, hints, groups)
        ]
    )
    del spread_command.__wrapped__
    spread_command.__annotations__ = {}
    return spread_command


def _parameters(
    old: inspect.Parameter, hints: dict[str, Any], groups: dict[str, type]
) -> list[tuple[inspect.Parameter, Any, Any]]:
    if old.name not in groups:
        return [(old, hints[old.name], old.default)]
    group = groups[old.name]
    types = get_type_hints(group, include_extras=True)
    return [(old.replace(name=f.name), types[f.name], f.default) for f in fields(group)]
