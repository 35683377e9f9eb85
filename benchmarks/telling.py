"""What telling costs: parse, check and plan a request, and the whole process of `eschew check`. Writes a table; asserts nothing.

    .venv/bin/pip install --no-deps compel pyparsing      # the peer
    .venv/bin/python benchmarks/telling.py

The peer parses the same texts with Compel's prompt parser (the only one of the field that is packaged apart).
"""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from eschew import api
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.check import check
from eschew.plan import decide
from eschew.prompt import parse

TEXTS = (
    "a cat playing with a ball++ in the forest",
    "portrait of a woman, (detailed eyes)1.3, soft light, film grain--",
    "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, melancholy late-night focus mood",
    "blurry, watermark, (low quality)1.4, text, extra fingers, jpeg artifacts",
)
ROUNDS = 7


def seconds_each(work: Callable[[str], object]) -> float:
    """Median over rounds of the seconds for one text."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for text in TEXTS * 25:
            work(text)
        rounds.append((time.perf_counter() - began) / (25 * len(TEXTS)))
    return statistics.median(rounds)


def whole(*words: str) -> float:
    """Median seconds of a whole process."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=False, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    can = capabilities(model("nano-music"))
    ours = seconds_each(lambda text: parse(text, "compel"))
    try:
        peer = importlib.import_module("compel.prompt_parser").PromptParser()
    except ImportError:
        print("Compel is not installed; parse is timed alone")
        print(f"parse: {ours * 1e6:.0f} µs a text")
    else:
        theirs = seconds_each(peer.parse_conjunction)
        print(
            f"parse: eschew {ours * 1e6:.0f} µs, Compel {theirs * 1e6:.0f} µs a text, ratio {ours / theirs:.3f}"
        )
    full = seconds_each(
        lambda text: (check(api.Request(text, "hiss"), can), decide(api.Request(text, "hiss"), can))
    )
    print(f"check + plan of a typical request: {full * 1e3:.2f} ms, {1 / full:.0f} a second and core")
    cold = whole("-m", "eschew", "check", TEXTS[2], "-n", "vinyl crackle", "--json")
    nothing = whole("-c", "pass")
    print(f"cold `eschew check`: {cold:.3f} s, `python -c pass`: {nothing:.3f} s, ratio {cold / nothing:.1f}")


if __name__ == "__main__":
    main()
