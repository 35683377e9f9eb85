"""The catalogue: models and methods, as rows and pages."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.catalog import model_facts
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import ModelFacts


@dataclass(frozen=True)
class ModelRow:
    """A model of the catalogue at its default host: what becomes of a negative there, and whether it runs here.

    `runs_here` is true for models whose weights came with eschew, `weights_wanted` for those that run once you have their weights.
    """

    id: str
    title: str
    modality: str
    backend: str
    runs_here: bool
    weights_wanted: bool
    field_exists: bool
    accepts_negative: bool
    negative_effective: bool
    why_not: str
    methods: tuple[str, ...]
    guidance_scale: float | None
    num_inference_steps: float | None


def models() -> tuple[ModelRow, ...]:
    """The catalogue: what runs here first, then by modality and name."""
    rows = [_model_row(facts) for facts in model_facts.models()]
    return tuple(sorted(rows, key=lambda r: (not r.runs_here, r.modality, r.id)))


def _model_row(facts: ModelFacts) -> ModelRow:
    from eschew.backends.nano.folder import installed

    can = capabilities(facts)
    return ModelRow(
        id=facts.id,
        title=facts.title,
        modality=facts.modality,
        backend=facts.backend,
        runs_here=facts.backend == "nano" and installed(facts.id),
        weights_wanted=facts.backend == "diffusers",
        field_exists=can.field_exists,
        accepts_negative=can.accepts_negative,
        negative_effective=can.field_effective,
        why_not=can.why_not,
        methods=can.methods,
        guidance_scale=can.guidance.default if can.guidance else None,
        num_inference_steps=can.num_inference_steps.default if can.num_inference_steps else None,
    )


@dataclass(frozen=True)
class KnobRow:
    """A number that turns a method; None = no bound, or no value at which it is off."""

    name: str
    default: float
    min: float | None
    max: float | None
    off: float | None
    about: str


@dataclass(frozen=True)
class MethodRow:
    """A way to make a negative act. `passes` are forward passes per step, 1 = the prompt alone."""

    id: str
    title: str
    kind: str
    passes: float
    max_passes: float | None
    suits_distilled: bool
    about: str
    knobs: tuple[KnobRow, ...]
    models: tuple[str, ...]
    measured: tuple[dict[str, object], ...]


def methods() -> tuple[MethodRow, ...]:
    """Every method of the catalogue: what it costs, where it works, and what it was measured to do."""
    import msgspec

    from eschew.catalog.method_evidence import method_evidence
    from eschew.catalog.method_facts import methods as all_methods
    from eschew.catalog.method_pages import runs_on

    return tuple(
        MethodRow(
            id=facts.id,
            title=facts.title,
            kind=facts.kind,
            passes=facts.cost.passes,
            max_passes=facts.cost.max_passes,
            suits_distilled=facts.suits_distilled,
            about=facts.about,
            knobs=tuple(KnobRow(k.name, k.default, k.min, k.max, k.off, k.about) for k in facts.knobs),
            models=runs_on(facts.id),
            measured=tuple(msgspec.to_builtins(row) for row in method_evidence(facts.id)),
        )
        for facts in all_methods()
    )


def method_page(name: str) -> str:
    """The page of a method, as Markdown. UnknownNameError with the closest names."""
    from eschew.catalog.method_pages import page

    return page(name)
