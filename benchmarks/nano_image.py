"""What nano-image can be held to: things that a viewer names, and negatives that remove what they name.

    .venv/bin/python -m benchmarks.nano_image [--model nano-image] [--method cfg-substitution]

Naming: every thing, on several seeds, as "a cat"; the viewer was trained on renders only, and its likeliest thing counts.
Negatives: each case draws without one, seed after seed, until 48 of the pictures have any of what is to be removed; those seeds are
drawn again with the negative. *Kept* is the thing asked for, among the pictures in which the viewer saw it. A placebo names
nothing of the matter. Blur and noise come too seldom where nobody asks for them: those cases begin from a picture that has it,
as people do who want to be rid of it, and so does a second one of sketches; every seed has a source of its own. Prints
Markdown; asserts nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.turbo import progress, there
from PIL import Image, ImageFilter

from eschew import api
from eschew.backends import Backend
from eschew.backends.engine import open_backend
from eschew.catalog.model_facts import model
from eschew.errors import EschewError
from eschew.lab import contents
from eschew.lab.concepts import watch
from eschew.lab.detectors.image import viewer
from eschew.lab.detectors.image.labels import THINGS
from eschew.lab.pairs import Row, run
from eschew.lab.statistics import wilson
from eschew.plan import Plan, without_negative
from eschew.request import ANY_ENGINE, Request
from eschew.settings import settings

PLACEBO = "bicycle"
MOST_SEEDS = 600
FIRST_SEED = 1000
"""Settings were chosen on the seeds below."""


@dataclass(frozen=True)
class Case:
    """What is asked, of several things in turn, and what is to go; `begins` names an entry of SOURCES to start from."""

    prompt: str
    negative: str
    begins: str = ""
    things: tuple[str, ...] = ("cat", "apple", "tractor", "rocket", "sunflower", "fish")


CASES = (
    Case("a stock illustration of a {}", "watermark"),
    Case("a {}", "blur", begins="blurred"),
    Case("a {}", "noise", begins="noisy"),
    Case("a {} on a gray background", "sketch"),
    Case("a {}", "sketch", begins="sketched"),
    Case("a cartoon of a {}", "border"),
    Case("a drawing of a {}", "cartoon, sketch, watermark"),
    Case("a flat icon of a {}", "low quality, artifacts, noise"),
)


@dataclass(frozen=True)
class Counted:
    """One concept of a case: pictures that had it, and in how many of them it is gone; with a placebo, too."""

    concept: str
    had: int
    gone: int
    gone_by_placebo: int


@dataclass(frozen=True)
class Kept:
    """Pictures in which the thing was seen, and those of them in which it still is; with a placebo, too."""

    had: int
    stayed: int
    stayed_by_placebo: int


def named(model_id: str, backend: Backend, folder: Path, seeds: int) -> tuple[int, int]:
    """Pictures of one thing that the viewer names rightly, and all."""
    right = 0
    names = tuple(THINGS)
    for thing in names:
        plan = without_negative(api.plan(Request(f"a {THINGS[thing][0]}", "watermark", model_id)))
        (rows,), _ = run([plan], range(seeds), backend, folder, settings().workers, progress)
        right += sum(likeliest(folder / row.file, names) == thing for row in rows)
    return right, seeds * len(names)


def likeliest(path: Path, things: Sequence[str]) -> str:
    """The thing that the viewer would rather name than any other."""
    picture = contents.load(path)
    assert isinstance(picture, contents.Seen)
    seen = {reading.concept: reading.score for reading in viewer.read(picture.pixels)}
    return max(things, key=lambda thing: seen[thing])


def measured(
    case: Case, model_id: str, method: str | None, pairs: int, backend: Backend, folder: Path
) -> tuple[list[Counted], Kept]:
    """What went, by concept, and what stayed of the things asked for."""
    targets = watch("", case.negative, "image").targets
    trios: list[tuple[str, Row, Row, Row]] = []
    for seed in range(FIRST_SEED, FIRST_SEED + MOST_SEEDS):
        thing = case.things[seed % len(case.things)]
        acting, idle = both_plans(case, thing, seed, model_id, method, backend, folder)
        ((bare,),), _ = run([without_negative(acting)], [seed], backend, folder, 1, progress)
        if any(there(bare, target) for target in targets):
            ((acted,), (placebo,)), _ = run(
                [acting, idle], [seed], backend, folder, settings().workers, progress
            )
            trios.append((thing, bare, acted, placebo))
        if len(trios) == pairs:
            break
    counted = [count(target, trios) for target in targets]
    seen = [(thing, acted, idle) for thing, bare, acted, idle in trios if there(bare, thing)]
    kept = Kept(
        len(seen),
        sum(there(acted, thing) for thing, acted, _ in seen),
        sum(there(idle, thing) for thing, _, idle in seen),
    )
    return counted, kept


def both_plans(
    case: Case, thing: str, seed: int, model_id: str, method: str | None, backend: Backend, folder: Path
) -> tuple[Plan, Plan]:
    """With the case's negative, and with the placebo."""
    start: dict[str, Any] = {}
    if case.begins:
        path = source(case.begins, thing, MOST_SEEDS + seed, model_id, backend, folder)
        start = {"source": str(path), "strength": SOURCES[case.begins].strength}
    prompt = case.prompt.format(thing)
    acting, idle = (
        api.plan(Request(prompt, negative, model_id, method, **start))
        for negative in (case.negative, PLACEBO)
    )
    return acting, idle


def source(begins: str, thing: str, seed: int, model_id: str, backend: Backend, folder: Path) -> Path:
    """A picture of the thing as the model draws it, and what became of it."""
    begun = SOURCES[begins]
    plan = without_negative(api.plan(Request(begun.prompt.format(thing), PLACEBO, model_id)))
    ((row,),), _ = run([plan], [seed], backend, folder, 1, progress)
    path = folder / f"{begins}-{thing}-{seed}.png"
    with Image.open(folder / row.file) as picture:
        begun.spoilt(picture.convert("RGB")).save(path)
    return path


def blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(2.2))


def noisy(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    grain = np.random.default_rng(0).normal(0, 30, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


def as_it_is(picture: Image.Image) -> Image.Image:
    return picture


@dataclass(frozen=True)
class Begun:
    """What is drawn, what is done to it, and which share of the steps is run from there."""

    prompt: str
    spoilt: Callable[[Image.Image], Image.Image]
    strength: float


SOURCES = {
    "blurred": Begun("a {}", blurred, 0.5),
    "noisy": Begun("a {}", noisy, 0.5),
    # Lines and paper are decided early: from the middle on, nothing can turn a sketch into something else.
    "sketched": Begun("a pencil sketch of a {}", as_it_is, 0.7),
}


def count(target: str, trios: Sequence[tuple[str, Row, Row, Row]]) -> Counted:
    had = [(acted, placebo) for _, bare, acted, placebo in trios if there(bare, target)]
    return Counted(
        target,
        len(had),
        sum(not there(acted, target) for acted, _ in had),
        sum(not there(placebo, target) for _, placebo in had),
    )


def rate(part: int, whole: int) -> str:
    if not whole:
        return "never there"
    low, high = wilson(part, whole)
    return f"{part / whole:.2f} ({low:.2f}–{high:.2f}) of {whole}"


def table(model_id: str, method: str | None, pairs: int, backend: Backend, folder: Path) -> Iterator[str]:
    """Markdown, a row at a time."""
    yield "| prompt | negative | removed | by the placebo | thing kept | by the placebo |\n|---|---|---|---|---|---|"
    for case in CASES:
        counted, kept = measured(case, model_id, method, pairs, backend, folder)
        removed = "; ".join(f"{c.concept} {rate(c.gone, c.had)}" for c in counted)
        idle = "; ".join(f"{c.gone_by_placebo / c.had:.2f}" if c.had else "-" for c in counted)
        start = f" (from a {case.begins} picture)" if case.begins else ""
        stayed = rate(kept.stayed, kept.had)
        unmoved = f"{kept.stayed_by_placebo / kept.had:.2f}" if kept.had else "-"
        prompt = case.prompt.format("…") + start
        yield f"| {prompt} | {case.negative} | {removed} | {idle} | {stayed} | {unmoved} |"
        plan = api.plan(Request(prompt, case.negative, model_id, method))
        print(f"\n{plan.method} {plan.negative_scale:g} {plan.window} {dict(plan.knobs)}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="nano-image")
    parser.add_argument("--method", help="default: what a plan chooses")
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument("--seeds", type=int, default=4, help="for each thing that is to be named")
    parser.add_argument(
        "--folder", type=Path, default=Path("runs/nano-image"), help="keeps pictures and readings"
    )
    asked = parser.parse_args()
    backend = open_backend(model(asked.model), ANY_ENGINE, 1)
    try:
        if asked.seeds:
            right, whole = named(asked.model, backend, asked.folder, asked.seeds)
            print(f"named rightly: {rate(right, whole)}\n", flush=True)
        for line in table(asked.model, asked.method, asked.pairs, backend, asked.folder):
            print(line, flush=True)
    except EschewError as problem:
        sys.exit(f"\n{problem}")


if __name__ == "__main__":
    main()
