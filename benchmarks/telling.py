"""What telling costs: parse, check and plan a request, and the whole process of `eschew check`. Writes tables; asserts nothing.

    make test-setup                                  # brings the two peers
    .venv/bin/python benchmarks/telling.py
    ROUNDS=2 .venv/bin/python benchmarks/telling.py  # a quick look

Peers, on the same texts, in one thread of one process: Compel's own prompt parser, and the A1111 attention grammar as
diffusion-prompt-embedder packages it (it leaves schedules and AND out, so the texts hold none). Both only parse; the
last columns of the first table are eschew's parse, and its parse, check and plan together, as multiples of a peer's
parse. Each peer's module is loaded alone, without the PyTorch that its package would import.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path
from types import ModuleType

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.check import check
from eschew.plan import decide
from eschew.prompt import parse
from eschew.request import Request

LOFI = "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, melancholy late-night focus mood"
TEXTS = {
    "compel": (
        "a cat playing with a ball++ in the forest",
        "portrait of a woman, (detailed eyes)1.3, soft light, film grain--",
        LOFI,
        "blurry, watermark, (low quality)1.4, text, (extra fingers)1.2, jpeg artifacts",
    ),
    "a1111": (
        "a cat playing with a ((ball)) in the forest",
        "portrait of a woman, (detailed eyes:1.3), soft light, [film grain]",
        LOFI,
        "blurry, watermark, (low quality:1.4), text, (extra fingers:1.2), jpeg artifacts",
    ),
}
"""The same four requests in both syntaxes."""
MODELS = {"compel": "sdxl", "a1111": "sdxl"}
NEGATIVE = "blurry, watermark, (low quality:1.4), jpeg artifacts"
PARSERS = {
    "compel": ("compel", "compel/prompt_parser.py"),
    "a1111": ("diffusion-prompt-embedder", "diffusion_prompt_embedder/core/parser.py"),
}
ROUNDS = int(os.environ.get("ROUNDS", "9"))
REPEATS = 10


def seconds_each(work: Callable[[str], object], texts: tuple[str, ...]) -> float:
    """Median over rounds of the processor seconds for one text: another process on the machine does not count."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for text in texts * REPEATS:
            work(text)
        rounds.append((time.process_time() - began) / (REPEATS * len(texts)))
    return statistics.median(rounds)


def whole(*words: str) -> float:
    """Median seconds of a whole process, by the clock."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=False, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def module_of(package: str, file: str) -> ModuleType | None:
    """One module of an installed distribution, without what its package imports; None if it is not installed."""
    try:
        path = Path(str(metadata.distribution(package).locate_file(file)))
    except metadata.PackageNotFoundError:
        return None
    name = f"peer_{path.parent.name}_{path.stem}"
    spec = util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        return None
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def peer(dialect: str) -> Callable[[str], object] | None:
    """The peer's parse function."""
    module = module_of(*PARSERS[dialect])
    if module is None:
        return None
    parser: Callable[[str], object] = (
        module.PromptParser().parse_conjunction if dialect == "compel" else module.parse_prompt_attention
    )
    return parser


def tell(text: str, can: Capabilities) -> None:
    """All of telling for one request: parse (within check), check and plan."""
    request = Request(text, NEGATIVE, can.model)
    check(request, can)
    decide(request, can)


def parsing() -> None:
    print("| syntax | eschew parse | peer's parse | parse ratio | parse + check + plan | of peer's parse |")
    print("|---|---|---|---|---|---|")
    for dialect, texts in TEXTS.items():
        can = capabilities(model(MODELS[dialect]))
        ours = seconds_each(lambda text, name=dialect: parse(text, name), texts)  # type: ignore[misc]
        full = seconds_each(lambda text, of=can: tell(text, of), texts)  # type: ignore[misc]
        theirs = peer(dialect)
        if theirs is None:
            print(
                f"| {dialect} | {ours * 1e6:.0f} µs | {PARSERS[dialect][0]} is not installed | | {full * 1e3:.2f} ms | |"
            )
            continue
        other = seconds_each(theirs, texts)
        print(
            f"| {dialect} | {ours * 1e6:.0f} µs | {other * 1e6:.0f} µs ({PARSERS[dialect][0]}) | {ours / other:.3f} "
            f"| {full * 1e3:.2f} ms ({1 / full:.0f} a second and core) | {full / other:.2f} |"
        )


def cold() -> None:
    words = ("-m", "eschew", "check", LOFI, "-n", "vinyl crackle", "--json")
    ours, nothing = whole(*words), whole("-c", "pass")
    print(
        f"cold `eschew check`: {ours:.3f} s, `python -c pass`: {nothing:.3f} s, ratio {ours / nothing:.1f} (medians of {ROUNDS})"
    )


if __name__ == "__main__":
    parsing()
    cold()
