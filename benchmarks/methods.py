"""Every method on the same paired seeds of the embedded model: what each removes, keeps, moves and costs.

    .venv/bin/python -m benchmarks.methods --pairs 48 --out src/eschew/catalog/evidence/methods.json

All methods of a model share one unguided arm. Each runs at what a plan makes of no wishes at all: the preset measured for
the model, else the catalogue's defaults. `--settings FILE` sets others: {"nag": {"knobs": {"phi": 8}, "window": [0, 0.3]}}.
`--only dng nag` measures these methods alone, and leaves the rows of the others in `--out` as they are. Clips and
readings are kept in `--folder`, and a stopped run goes on there. Prints a table; writes only with `--out`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eschew import api
from eschew.backends import Backend
from eschew.backends.nano.backend import NanoBackend
from eschew.catalog.capabilities import capabilities
from eschew.catalog.method_evidence import MethodEvidence
from eschew.catalog.model_facts import model
from eschew.errors import EschewError, FileError, UsageError
from eschew.lab.compare import concluded
from eschew.lab.doctor import bare_of
from eschew.lab.pairs import run
from eschew.lab.values import Comparison
from eschew.plan import Plan
from eschew.request import Request
from eschew.settings import settings

MODEL = "nano-music"
ASIDE = ("rewrite", "native")
"""Ways that are no method of the sampler."""


def plans(
    model_id: str,
    pair: int,
    steps: int | None,
    wishes: Mapping[str, Mapping[str, Any]],
    only: Sequence[str] = (),
) -> list[Plan]:
    """One plan a method of the model, or of those in `only`, in the catalogue's order."""
    prompt, negative = api.DEMO_PAIRS[pair]
    known = [m for m in capabilities(model(model_id)).methods if m not in ASIDE]
    for option, named in (("--settings", wishes.keys()), ("--only", only)):
        unknown = sorted(set(named) - set(known))
        if unknown:
            raise UsageError(f"{model_id} has no method {unknown[0]!r}", where=option, hint=", ".join(known))
    made = []
    for method in (name for name in known if name in only or not only):
        wish = dict(wishes.get(method, {}))
        window = wish.pop("window", None)
        request = Request(
            prompt,
            negative,
            model_id,
            method,
            num_inference_steps=steps,
            window=tuple(window) if window else None,
            knobs=wish.pop("knobs", {}),
            guidance_scale=wish.pop("guidance_scale", None),
            negative_scale=wish.pop("negative_scale", None),
        )
        if wish:
            raise UsageError(f"{next(iter(wish))!r} is no setting", where=f"--settings, {method}")
        made.append(api.plan(request))
    return made


def measured(
    made: list[Plan], pairs: int, backend: Backend, folder: Path, first_seed: int = 0
) -> list[Comparison]:
    """A comparison for each plan; plans of equal guidance share their unguided arm, byte for byte."""
    bares = {bare_of(plan).digest: bare_of(plan) for plan in made}
    arms, seeds = [*bares.values(), *made], range(first_seed, first_seed + pairs)
    rows, _ = run(arms, seeds, backend, folder, settings().workers, progress)
    table = dict(zip([plan.digest for plan in arms], rows, strict=True))
    out = []
    for plan in made:
        bare = bare_of(plan)
        without, with_negative = table[bare.digest], table[plan.digest]
        seconds = sum(row.seconds for row in (*without, *with_negative))
        out.append(concluded(bare, plan, without, with_negative, folder, seconds))
    return out


def evidence(result: Comparison) -> MethodEvidence:
    """The row of the catalogue that a comparison makes. Concepts that never were there have no rate."""
    plan = result.plan_with
    moved = next(m.mean for m in result.moved if m.measure == "spectrum")
    knobs = {
        **plan.knobs,
        "guidance_scale": plan.guidance_scale,
        "window_start": plan.window[0],
        "window_stop": plan.window[1],
    }
    if plan.negative_scale:
        knobs["negative_scale"] = plan.negative_scale
    return MethodEvidence(
        model=plan.model,
        method=plan.method,
        prompt=plan.prompt,
        negative_prompt=plan.negative_prompt,
        knobs=knobs,
        pairs=len(result.pairs),
        removed={t.concept: (t.removed, *t.removed_ci95) for t in result.targets if t.removed is not None},
        kept={k.concept: (k.kept, *k.kept_ci95) for k in result.kept if k.asked and k.kept is not None},
        moved=moved,
        passes=result.passes_per_step,
    )


def among(rows: list[MethodEvidence], path: Path) -> list[MethodEvidence]:
    """`rows` in the places of those that `path` has of the same methods, new ones at the end."""
    import msgspec

    old = msgspec.json.decode(path.read_bytes(), type=list[MethodEvidence]) if path.exists() else []
    fresh = {(row.model, row.method): row for row in rows}
    merged = [fresh.pop((row.model, row.method), row) for row in old]
    return [*merged, *fresh.values()]


def show(rows: list[MethodEvidence]) -> None:
    """The table, Markdown."""
    print("\n| method | removed | kept | moved (dB) | passes per step |\n|---|---|---|---|---|")
    for row in rows:
        removed, kept = (
            "; ".join(
                f"{name} {rate:.2f} ({low:.2f}–{high:.2f})" for name, (rate, low, high) in rates.items()
            )
            for rates in (row.removed, row.kept)
        )
        print(f"| {row.method} | {removed} | {kept} | {row.moved:.2f} | {row.passes:.2f} |")


def progress(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done}/{total} clips ")
    sys.stderr.flush()


def wishes_of(path: Path | None) -> Mapping[str, Mapping[str, Any]]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise FileError("cannot read these settings", where=str(path), why=str(problem)) from problem
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        raise UsageError("settings are an object: method → its settings", where=str(path))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument(
        "--pair", type=int, default=0, choices=range(len(api.DEMO_PAIRS)), help="which of DEMO_PAIRS"
    )
    parser.add_argument("--steps", type=int, help="num_inference_steps; default: the model's")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--settings", type=Path, help="a JSON file of settings by method")
    parser.add_argument("--only", nargs="+", default=[], metavar="METHOD", help="measure these alone")
    parser.add_argument("--folder", type=Path, default=Path("runs/methods"), help="keeps clips and readings")
    parser.add_argument("--out", type=Path, help="the JSON file to write")
    asked = parser.parse_args()
    try:
        made = plans(MODEL, asked.pair, asked.steps, wishes_of(asked.settings), asked.only)
        results = measured(made, max(1, asked.pairs), NanoBackend(MODEL), asked.folder, asked.first_seed)
    except EschewError as problem:
        sys.exit(f"\n{problem}")
    rows = [evidence(result) for result in results]
    show(rows)
    if asked.out is not None:
        import msgspec

        written = among(rows, asked.out) if asked.only else rows
        text = msgspec.json.format(msgspec.json.encode(written), indent=1)
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        temporary = asked.out.with_suffix(f".{os.getpid()}.part")
        temporary.write_bytes(text + b"\n")
        temporary.replace(asked.out)


if __name__ == "__main__":
    main()
