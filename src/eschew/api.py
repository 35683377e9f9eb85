"""The public verbs. Each takes plain values, gives plain values, and raises only errors of `eschew.errors`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.catalog import model_facts
from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import ModelFacts, model
from eschew.errors import FileError, KnobError, RefusalError
from eschew.plan import Plan, decide
from eschew.request import Request
from eschew.settings import settings

if TYPE_CHECKING:
    from rich.console import Console

    from eschew.backends import Backend, Sample
    from eschew.catalog.placing import Placement
    from eschew.check import Finding, Rule
    from eschew.lab.values import Comparison
    from eschew.plan.advise import Move
    from eschew.policy import Remark
    from eschew.prompt import Conversion

__all__ = [
    "DEMO_PAIRS",
    "Request",
    "advise",
    "check",
    "check_policy",
    "compare",
    "comparison_json",
    "concepts",
    "convert",
    "demo",
    "explain",
    "finding_json",
    "fix",
    "generate",
    "import_policy",
    "models",
    "plan",
    "plan_difference",
    "plan_json",
    "print_comparison",
    "read_plan",
    "rules",
    "surprises",
]

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""

MOST_FIX_ROUNDS = 20
LARGEST_SEED = 2**63 - 1
MOST_PAIRS = 100_000

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
"""Prompt and negative of the three examples that `demo` runs: too much crackle, a vocoder, too much hall."""


def plan(request: Request, policies: Sequence[str] = ()) -> Plan:
    """What would run, decided to the last knob. Loads no model. `policies` are shipped names or TOML files."""
    if not policies:
        return decide(request, _can(request))
    from eschew.policy import compose, load

    return decide(request, _can(request), compose([load(name) for name in policies]))


def _can(request: Request) -> Capabilities:
    return capabilities(model(request.model), request.host or "", request.task or "")


def check(request: Request, policies: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with a request, before anything is computed. PolicyError if a policy will not have it."""
    from eschew.check import check as find

    if policies:
        plan(request, policies)
    return find(request, _can(request))


def fix(request: Request, unsafe: bool = False) -> tuple[Request, tuple[Finding, ...]]:
    """The request with its safe fixes made (and the unsafe ones if wanted), and the findings that were fixed."""
    from eschew.check import applied, apply_fixes
    from eschew.check import check as find

    done: list[Finding] = []
    for _ in range(MOST_FIX_ROUNDS):
        findings = find(request, _can(request))
        made = applied(findings, unsafe=unsafe)
        if not made:
            break
        request = apply_fixes(request, findings, unsafe)
        done += made
    return request, tuple(done)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as `eschew check --json` prints it."""
    from eschew.check import to_builtins

    return to_builtins(finding)


def rules() -> tuple[Rule, ...]:
    """Every rule: code, name, severity, summary, page."""
    from eschew.check import RULES

    return RULES


def explain(code_or_name: str) -> str:
    """The page of a rule, as Markdown. UnknownNameError with the closest names."""
    from eschew.check import explain as page

    return page(code_or_name)


def concepts(text: str, modality: str | None = None) -> tuple[Placement, ...]:
    """Where each clause of a text belongs in the taxonomy. KnobError for a modality other than music and image."""
    from eschew.catalog.placing import place

    if modality is None:
        return place(text)
    if modality == "music":
        return place(text, "music")
    if modality == "image":
        return place(text, "image")
    raise KnobError(f"a modality is music or image, not {modality!r}", where="--modality")


def convert(text: str, source: str, target: str) -> Conversion:
    """A prompt in another dialect, and what could not be kept."""
    from eschew.prompt import convert as to_dialect

    return to_dialect(text, source, target)


def advise(request: Request, problem: str) -> tuple[tuple[Move, ...], Move | None]:
    """The field's ladder for a problem in plain words, and the next move to make (None if none is left)."""
    from eschew.plan.advise import advise as ladder
    from eschew.plan.advise import next_move

    moves = ladder(request, _can(request), problem)
    return moves, next_move(moves)


def plan_json(decided: Plan) -> str:
    """A plan as JSON, with its digest."""
    import msgspec

    value = {**msgspec.to_builtins(decided), "digest": decided.digest}
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def read_plan(path: Path) -> Plan:
    """A plan back from a file. FileError if it cannot be read, UsageError if it is none."""
    from eschew.plan import from_json

    try:
        return from_json(path.read_bytes())
    except OSError as problem:
        raise FileError(
            "cannot read this plan", where=str(path), why=problem.strerror or str(problem)
        ) from problem


def plan_difference(first: Plan, second: Plan) -> tuple[tuple[str, Any, Any], ...]:
    """(field, in the first, in the second) wherever two plans would run differently."""
    names = [f.name for f in fields(Plan) if f.name != "history"]
    return tuple(
        (n, getattr(first, n), getattr(second, n)) for n in names if getattr(first, n) != getattr(second, n)
    )


def check_policy(path: Path) -> tuple[Remark, ...]:
    """What to know of a policy file; errors in it are UsageErrors with file, line and key."""
    from eschew.policy import check_file

    return check_file(path)


def import_policy(path: Path) -> tuple[str, tuple[str, ...]]:
    """A community template (A1111 styles.csv, InvokeAI CSV or JSON, Fooocus JSON) as policy TOML, and what was left out."""
    from eschew.policy import import_template, to_toml

    imported = import_template(path)
    return to_toml(imported.policy), tuple(str(gap) for gap in imported.left_out)


def generate(
    request: Request, out: Path, seed: int = 0, on_step: Progress | None = None
) -> tuple[Plan, Sample]:
    """Make one clip and write it to `out` (WAV, FLAC or OGG by its ending), plan and seed in the tags."""
    from eschew.backends.clips import check_ending, check_folder, write_clip

    _check_seed(seed)
    decided = plan(request)
    check_ending(out)
    check_folder(out.parent)
    sample = _backend(model(decided.model), threads=settings().workers).sample(decided, seed, on_step=on_step)
    write_clip(out, sample, decided)
    return decided, sample


def surprises(decided: Plan) -> tuple[tuple[str, str], ...]:
    """(field, sentence) of what a person would not expect: their own values changed, words the model never saw."""
    out = []
    for change in decided.history:
        if change.field == "words_unknown":
            if change.after:
                out.append((change.field, f"{', '.join(change.after)}: {change.because}"))
        elif change.before is not None and change.by != "compare":
            out.append((change.field, f"{change.before} → {change.after}: {change.because}"))
    return tuple(out)


def compare(
    request: Request, out: Path, pairs: int = 24, first_seed: int = 0, progress: Progress | None = None
) -> Comparison:
    """Run `pairs` seeds without and with the negative; write report.html, report.json and the clips to folder `out`."""
    results = _compare_all([request], out, pairs, first_seed, progress)
    _write_report(results, out, title="Did the negative work?")
    return results[0]


def demo(out: Path, pairs: int = 24, progress: Progress | None = None) -> list[Comparison]:
    """The three examples of DEMO_PAIRS on the embedded model, in one report."""
    requests = [Request(prompt, negative) for prompt, negative in DEMO_PAIRS]
    results = _compare_all(requests, out, pairs, 0, progress)
    _write_report(results, out, title="Three negatives, put to the test")
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
    requests: Sequence[Request], out: Path, pairs: int, first_seed: int, progress: Progress | None
) -> list[Comparison]:
    from eschew.backends.clips import check_folder
    from eschew.lab.compare import compare as lab_compare

    if not 1 <= pairs <= MOST_PAIRS:
        raise KnobError(
            f"pairs must be a whole number from 1 to {MOST_PAIRS:,}, not {pairs}", where="--pairs"
        )
    _check_seed(first_seed)
    plans = [plan(r) for r in requests]
    for request, decided in zip(requests, plans, strict=True):
        if decided.method == "none":
            raise KnobError(
                "there is no negative to compare",
                where="--negative",
                hint='name what you do not want: "vinyl crackle"',
                why="it is empty" if not request.negative_prompt.strip() else "the method is none",
            )
    check_folder(out)
    report = progress or _silent
    return [
        lab_compare(
            decided,
            range(first_seed, first_seed + pairs),
            _backend(model(decided.model), threads=1),
            out,
            settings().workers,
            _Share(report, index, len(plans)),
        )
        for index, decided in enumerate(plans)
    ]


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


@dataclass(frozen=True)
class ModelRow:
    """A model of the catalogue at its default host: what becomes of a negative there, and whether it runs here."""

    id: str
    title: str
    modality: str
    backend: str
    runs_here: bool
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
    can = capabilities(facts)
    return ModelRow(
        id=facts.id,
        title=facts.title,
        modality=facts.modality,
        backend=facts.backend,
        runs_here=facts.backend == "nano",
        field_exists=can.field_exists,
        accepts_negative=can.accepts_negative,
        negative_effective=can.field_effective,
        why_not=can.why_not,
        methods=can.methods,
        guidance_scale=can.guidance.default if can.guidance else None,
        num_inference_steps=can.num_inference_steps.default if can.num_inference_steps else None,
    )


def _write_report(results: Sequence[Comparison], out: Path, title: str) -> None:
    import msgspec

    from eschew.report import full_json, write_page
    from eschew.report.page import write_whole

    write_page(results, out, out / "report.html", title)
    content = [full_json(r) for r in results]
    text = msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
    write_whole(out / "report.json", text + "\n")


def _backend(facts: ModelFacts, threads: int) -> Backend:
    if facts.backend != "nano":
        runs = ", ".join(m.id for m in models() if m.runs_here)
        raise RefusalError(
            f"{facts.title} cannot be run here: only its facts are in this version",
            where="--model",
            why=f"it needs the {facts.backend} backend",
            hint=runs,
        )
    from eschew.backends.nano.backend import NanoBackend

    return NanoBackend(facts.id, threads)


def _check_seed(seed: int) -> None:
    if not 0 <= seed <= LARGEST_SEED:
        raise KnobError(f"a seed is a whole number from 0 to {LARGEST_SEED}, not {seed}", where="seed")
