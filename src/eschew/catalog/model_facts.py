"""What each model takes, rejects and ignores: one TOML file a model, every table with its source and date.

    model("sdxl")            one file is read
    models()                 all of them
    capabilities(...)        the same facts as seen from one host and one task (capabilities.py)

Three flags tell a negative field apart. `field_exists`: the interface has one. `accepted`: sending it is no error.
`effective`: it changes the output, provided `requires` holds and the task is not in `unless`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from eschew.catalog.facts import Confidence, decode_facts, file_names, listed, read_facts, unknown_name

__all__ = [
    "Companion",
    "Condition",
    "Guidance",
    "HostFacts",
    "Limits",
    "ModelFacts",
    "NegativeFacts",
    "OutputFacts",
    "PromptFacts",
    "Range",
    "StrengthFacts",
    "WeightFacts",
    "decode_model",
    "model",
    "model_ids",
    "models",
]

FOLDER = Path(__file__).with_name("models")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Something that must hold before a negative acts: a knob above a number, or a mode switched on.

    The knob `guidance_scale` is always eschew's (1 = off), whatever a host calls it or counts it from.
    """

    knob: str = ""
    above: float = 0.0
    mode: str = ""

    def __str__(self) -> str:
        return f"{self.knob} above {self.above:g}" if self.knob else f"{self.mode} mode"

    def holds(self, knobs: Mapping[str, float], modes: Collection[str] = ()) -> bool:
        """Whether these settings meet the condition; a knob that is not given does not."""
        return knobs.get(self.knob, self.above) > self.above if self.knob else self.mode in modes


@dataclass(frozen=True, kw_only=True)
class NegativeFacts:
    """The negative field of one interface, and what becomes of a text put there."""

    field_exists: bool
    accepted: bool
    effective: bool
    requires: tuple[Condition, ...] = ()
    unless: tuple[str, ...] = ()
    """Tasks in which the field is not read."""
    when_unmet: Literal["ignored", "rejected", "unknown"] = "ignored"
    """What the interface does with a negative that cannot act."""
    acts_on: Literal["sampler", "planner", "undisclosed", "nothing"] = "sampler"
    """sampler: every denoising step or token. planner: only the language model that plans."""
    wire_field: str = ""
    """Dotted path in the request body; `[]` marks a list."""
    wire_shape: Literal["text", "tags", "plan", "embedding", "conditioning", "none"] = "none"
    fold: str = ""
    """Where there is no field: how this vendor's own tools say it in the prompt; `{negative}` is replaced."""
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class PromptFacts:
    """What the vendor says of the words of a prompt."""

    negation: Literal["open", "advised-against"] = "open"
    """advised-against: words such as "no" and "without" are to stay out of it."""
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class WeightFacts:
    """What training left in the weights."""

    null: Literal["text", "learned", "zeros", "none", "undisclosed"]
    """The unconditional input: an empty text, a learned vector, zeros; none = no guidance path is left."""
    distilled: bool
    distillation: Literal["none", "guidance", "few-step", "undisclosed"] = "none"
    open: bool = False
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Lengths; None = no limit is known. `overflow` says what happens beyond one."""

    prompt_min_characters: int | None = None
    prompt_max_characters: int | None = None
    prompt_max_tokens: int | None = None
    negative_max_characters: int | None = None
    negative_max_tokens: int | None = None
    negative_max_items: int | None = None
    clauses: int | None = None
    """Advised number of clauses in one negative."""
    tokenizer: str = ""
    overflow: Literal["cut", "rejected", "chunked", "unknown"] = "unknown"
    note: str = ""
    source: str = ""
    date: str = ""
    confidence: Confidence = "unconfirmed"


@dataclass(frozen=True, kw_only=True)
class Range:
    """A knob's default and bounds at one host; None = not stated."""

    default: float | None = None
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, kw_only=True)
class Guidance(Range):
    """The guidance knob of one host, in the host's own numbers.

    standard: u + g·(c - u), on above 1. offset: c + g·(c - u), on above 0, so the standard scale is g + 1.
    ignored: the knob is taken and has no effect.
    """

    on_threshold: float = 1.0
    convention: Literal["standard", "offset", "ignored"] = "standard"
    knob: str = "guidance_scale"
    """What the host calls it."""
    raises_to: float | None = None
    """The host raises a scale at or below the threshold to this when a negative is set."""
    advised: tuple[float, float] | None = None
    lean_harder: tuple[float, float] | None = None
    """Where the host's own guide sends people whose negative is too weak."""

    def to_standard(self, value: float) -> float:
        """The host's number as eschew's `guidance_scale`, where 1 = off."""
        return value + 1.0 if self.convention == "offset" else value

    def to_host(self, value: float) -> float:
        """Eschew's `guidance_scale` as the host's number."""
        return value - 1.0 if self.convention == "offset" else value


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """One place where the model runs. What is None here is as the model says."""

    name: str
    title: str
    kind: Literal["embedded", "library", "server", "service", "panel"]
    """embedded, library: eschew holds the weights. server: one you run. service: someone else's. panel: a form."""
    wire_name: str = ""
    """What the host calls the model: a pipeline class, a repository, a model id."""
    tasks: tuple[str, ...] | None = None
    guidance_scale: Guidance | None = None
    num_inference_steps: Range | None = None
    negative: NegativeFacts | None = None
    limits: Limits | None = None
    methods: tuple[str, ...] | None = None
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class OutputFacts:
    """What comes out: hertz and seconds for music, pixels for images."""

    sample_rate: int | None = None
    channels: int | None = None
    default_seconds: float | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    width: int | None = None
    height: int | None = None
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class StrengthFacts:
    """What `strength`, from 0 to 1, means where the model works from a source. Two fields of the trade disagree."""

    keeps: Literal["source", "prompt"]
    """source: more of it keeps more of the source (ACE-Step). prompt: more of it draws more anew (diffusers)."""
    default: float
    note: str = ""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Companion:
    """Things a style brings along although nobody asked for them."""

    style: str
    brings: tuple[str, ...]
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """One model. `hosts` and `methods` begin with the ones to take when nothing else is said."""

    id: str
    title: str
    modality: Literal["image", "music"]
    backend: Literal["nano", "diffusers", "remote"]
    family: str
    tasks: tuple[str, ...]
    methods: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    """Names other people use for it; they are suggested, never silently taken."""
    status: Literal["current", "legacy", "retired"] = "current"
    note: str = ""
    negative: NegativeFacts
    prompt: PromptFacts | None = None
    weights: WeightFacts
    hosts: tuple[HostFacts, ...]
    limits: Limits | None = None
    output: OutputFacts | None = None
    strength: StrengthFacts | None = None
    """None where eschew knows of no task that works from a source with a strength."""
    companions: tuple[Companion, ...] = ()

    @property
    def default_host(self) -> HostFacts:
        """The first host of the file."""
        return self.hosts[0]

    def host(self, name: str = "") -> HostFacts:
        """The host called `name`, or the default one. Raises UnknownNameError."""
        if not name:
            return self.default_host
        for host in self.hosts:
            if host.name == name:
                return host
        names = [host.name for host in self.hosts]
        raise unknown_name(f"host of {self.id}", name, names, listing=f"it is known at {', '.join(names)}")


def decode_model(tables: Mapping[str, Any], where: str) -> ModelFacts:
    """Tables, as a TOML file has them, as facts. Raises FileError for unknown keys and wrong types."""
    return decode_facts(listed(tables, "hosts"), ModelFacts, where)


@cache
def model_ids() -> tuple[str, ...]:
    """The ids of all models, sorted. Lists a folder and reads no file."""
    return file_names(FOLDER)


def models() -> tuple[ModelFacts, ...]:
    """All models, sorted by id. Reads every file, so ask for one with `model` where one will do."""
    return tuple(_read(model_id) for model_id in model_ids())


def model(model_id: str) -> ModelFacts:
    """One model; only its file is read. Raises UnknownNameError with the closest names."""
    if model_id in model_ids():
        return _read(model_id)
    for facts in models():  # the slow way round, for an error only: someone may know it by another name
        if model_id.casefold() in {alias.casefold() for alias in facts.aliases}:
            raise unknown_name("model", model_id, [], listing=f"here it is called {facts.id}")
    raise unknown_name("model", model_id, model_ids(), listing="`eschew models` lists them all")


@cache  # the files are part of the package and the facts are frozen: reading one twice can give nothing new
def _read(model_id: str) -> ModelFacts:
    name = f"{model_id}.toml"
    return decode_model(read_facts(FOLDER / name), name)
