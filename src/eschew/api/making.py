"""What computes: one sample, pairs, the demo, the doctor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.api.telling import plan
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import ModelFacts, model
from eschew.errors import KnobError, RefusalError, UsageError
from eschew.plan import Plan
from eschew.plan.source import FROM_SOURCE
from eschew.request import ANY_ENGINE, Engine, Request
from eschew.settings import settings

if TYPE_CHECKING:
    from rich.console import Console

    from eschew.backends import Picture, Sample
    from eschew.lab.doctor import Trial
    from eschew.lab.installation import Installation
    from eschew.lab.values import Comparison

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""

LARGEST_SEED = 2**63 - 1
MOST_PAIRS = 100_000
HELD = ("embedded", "library")
"""Kinds of host whose weights eschew holds itself."""

DEMO_PAIRS: tuple[tuple[str, str], ...] = (
    (
        "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
        "melancholy late-night focus mood",
        "vinyl crackle, tape hiss, lo-fi noise",
    ),
    (
        "Mid-80s synthwave, retro analog arpeggio, gated reverb snare, big supersaw stab on the chorus",
        "vocoder, talkbox, robotic vocals",
    ),
    (
        "Acoustic singer-songwriter ballad, single fingerpicked nylon-string guitar, intimate male tenor lead, "
        "dry mix on the lead",
        "long reverb, hall reverb, lush reverb",
    ),
)
"""Prompt and negative of the three clips that `demo` makes: too much crackle, a vocoder, too much hall."""

STOCK_PICTURE = ("A stock illustration of a rocket", "watermark")
"""The picture that `demo` and the doctor ask of the embedded image model: stock illustrations bring watermarks along."""

DOCTOR_PICTURE = ("A city street in the rain at night, film photograph", "cars, umbrellas, text")
"""What the doctor asks a model that makes pictures."""


def generate(
    request: Request,
    out: Path,
    seed: int = 0,
    on_step: Progress | None = None,
    policies: Sequence[str] = (),
    engine: Engine = ANY_ENGINE,
) -> tuple[Plan, Sample | Picture]:
    """Make one clip (WAV, FLAC or OGG by its ending) or picture (PNG) and write it to `out`, plan and seed in the tags."""
    from eschew.backends import Picture
    from eschew.backends.clips import check_ending, check_folder, write_clip
    from eschew.backends.engine import engine_name, open_backend
    from eschew.backends.pictures import check_picture_ending, write_picture

    _check_seed(seed)
    decided, facts = plan(request, policies), model(request.model)
    _check_held(request, facts)
    engine_name(facts, engine)
    check = check_picture_ending if facts.modality == "image" else check_ending
    check(out)
    check_folder(out.parent)
    sample = open_backend(facts, engine, settings().workers).sample(decided, seed, on_step=on_step)
    if isinstance(sample, Picture):
        write_picture(out, sample, decided)
    else:
        write_clip(out, sample, decided)
    return decided, sample


def file_for(model_id: str, seed: int) -> Path:
    """Where `generate` writes when nobody says: MODEL-SEED, with the ending of what the model makes."""
    return Path(f"{model_id}-{seed}{'.png' if model(model_id).modality == 'image' else '.wav'}")


def compare(
    request: Request,
    out: Path,
    pairs: int = 24,
    first_seed: int = 0,
    progress: Progress | None = None,
    policies: Sequence[str] = (),
    engine: Engine = ANY_ENGINE,
) -> Comparison:
    """Run `pairs` seeds without and with the negative; write report.html, report.json and what was made to folder `out`."""
    results = _compare_all([request], out, pairs, first_seed, progress, policies, engine)
    _write_report(results, out, title="Did the negative work?")
    return results[0]


def demo(out: Path, pairs: int = 24, progress: Progress | None = None) -> list[Comparison]:
    """DEMO_PAIRS on the embedded music model and STOCK_PICTURE on the image model, in one report."""
    requests = [Request(prompt, negative) for prompt, negative in DEMO_PAIRS]
    requests.append(Request(*STOCK_PICTURE, "nano-image"))
    results = _compare_all(requests, out, pairs, 0, progress, (), ANY_ENGINE)
    _write_report(results, out, title="Four negatives, put to the test")
    return results


@dataclass(frozen=True)
class _Share:
    """Progress of one of several runs, as progress of them all."""

    report: Progress
    index: int
    count: int

    def __call__(self, done: int, total: int) -> None:
        self.report(self.index * total + done, self.count * total)


def _compare_all(
    requests: Sequence[Request],
    out: Path,
    pairs: int,
    first_seed: int,
    progress: Progress | None,
    policies: Sequence[str],
    engine: Engine,
) -> list[Comparison]:
    """All requests are for the embedded models, or all for one."""
    from eschew.backends.clips import check_folder
    from eschew.backends.engine import engine_name, open_backend
    from eschew.lab.compare import compare as lab_compare

    if not 1 <= pairs <= MOST_PAIRS:
        raise KnobError(
            f"pairs must be a whole number from 1 to {MOST_PAIRS:,}, not {pairs}", where="--pairs"
        )
    _check_seed(first_seed)
    plans = [plan(r, policies) for r in requests]
    for request, decided in zip(requests, plans, strict=True):
        _check_held(request, model(request.model))
        if decided.method == "none":
            raise KnobError(
                "there is no negative to compare",
                where="--negative",
                hint='name what you do not want: "vinyl crackle"',
                why="it is empty" if not request.negative_prompt.strip() else "the method is none",
            )
    name = engine_name(model(requests[0].model), engine)
    check_folder(out)
    _check_same_engine(out, name, engine)
    models = dict.fromkeys(request.model for request in requests)
    backends = {name: open_backend(model(name), engine, threads=1) for name in models}
    # A pipeline of PyTorch makes one clip at a time and spreads over the cores by itself.
    workers = settings().workers if name == "onnx" else 1
    seeds, report = range(first_seed, first_seed + pairs), progress or _silent
    return [
        lab_compare(decided, seeds, backends[decided.model], out, workers, _Share(report, index, len(plans)))
        for index, decided in enumerate(plans)
    ]


def _check_same_engine(out: Path, name: str, engine: Engine) -> None:
    """Clips are kept by plan and seed; those of other weights or another machine must not be taken for these."""
    import msgspec

    path = out / "engine.json"
    mine = {**asdict(engine), "name": name}
    default = {**asdict(ANY_ENGINE), "name": "onnx"}
    kept = msgspec.json.decode(path.read_bytes()) if path.is_file() else default
    if (out / "rows").is_dir() and kept != mine:
        raise UsageError(
            "this folder holds clips of another engine or of other weights",
            where=str(out),
            hint="another --out, or the same --engine, --model-path, --device and --dtype as before",
        )
    path.write_bytes(msgspec.json.encode(mine))


def doctor(
    model_id: str | None = None,
    engine: Engine = ANY_ENGINE,
    methods: Sequence[str] = (),
    num_inference_steps: int | None = None,
    progress: Progress | None = None,
) -> tuple[Installation, Trial | None]:
    """What is installed; and with a model, whether a negative acts on its weights, by which methods and at what cost."""
    from eschew.lab.installation import installation

    if model_id is None:
        given = [name for name, value in asdict(engine).items() if value is not None]
        if given or methods or num_inference_steps is not None:
            raise UsageError(
                "which model is to be examined?", where="eschew doctor", hint="--model nano-music, say"
            )
        return installation(), None
    from eschew.backends.engine import engine_name, open_backend
    from eschew.lab.doctor import examine

    facts = model(model_id)
    engine_name(facts, engine)
    pictured = STOCK_PICTURE if facts.backend == "nano" else DOCTOR_PICTURE
    prompt, negative = DEMO_PAIRS[0] if facts.modality == "music" else pictured
    known = methods or [m for m in capabilities(facts).methods if m not in ("rewrite", "native")]
    if not known:
        raise RefusalError(f"eschew has no method for {facts.title}", where="--model", hint="eschew models")
    plans = [
        plan(Request(prompt, negative, model_id, method, num_inference_steps=num_inference_steps))
        for method in known
    ]
    if any(decided.method in ("none", "rewrite") for decided in plans):
        raise KnobError("that is no method that acts in the sampler", where="--method", hint=", ".join(known))
    backend = open_backend(facts, engine, settings().workers, brief=True)
    return installation(ask_torch=True), examine(plans, backend, progress or _silent)


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def comparison_json(result: Comparison) -> dict[str, Any]:
    """A comparison as `eschew compare --json` prints it."""
    from eschew.report import json_object

    return json_object(result)


def print_comparison(result: Comparison, console: Console) -> None:
    """A comparison as a summary in a terminal."""
    from eschew.report import print_comparison as show

    show(result, console)


def _write_report(results: Sequence[Comparison], out: Path, title: str) -> None:
    import msgspec

    from eschew.report import full_json, write_page
    from eschew.report.page import write_whole

    write_page(results, out, out / "report.html", title)
    content = [full_json(r) for r in results]
    text = msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
    write_whole(out / "report.json", text + "\n")


def _check_held(request: Request, facts: ModelFacts) -> None:
    """Only what eschew runs itself, from text or from one source: other hosts and tasks can be planned, not run."""
    host = facts.host(request.host or "")
    if facts.backend != "remote" and host.kind not in HELD:
        raise RefusalError(
            f"{host.title} serves {facts.title} elsewhere: nothing here can run it there",
            where="--host",
            hint=next((h.name for h in facts.hosts if h.kind in HELD), "another model"),
        )
    if request.task and request.task in FROM_SOURCE and request.source is None:
        raise KnobError(f"{request.task} starts from a source", where="--task", hint="--source FILE")
    if request.task and not request.task.startswith("text2") and request.task not in FROM_SOURCE:
        raise RefusalError(
            f"{request.task} needs more than a source: a region, a mask or a track",
            where="--task",
            hint="in your own code: eschew.attach(pipe, negative), then steered(…) with what it needs",
        )


def _check_seed(seed: int) -> None:
    if not 0 <= seed <= LARGEST_SEED:
        raise KnobError(f"a seed is a whole number from 0 to {LARGEST_SEED}, not {seed}", where="seed")
