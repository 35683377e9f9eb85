"""The terminal summary, as a reader sees it at 80 columns and without colour."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from eschew.lab.values import Comparison
from eschew.report import print_comparison

GOLDEN = """\
nano-music · 8 pairs · seeds 0–7 · passes per step 2 → 3 · 38.4 s

Prompt    Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy
          electric piano, melancholy late-night focus mood
Negative  vinyl crackle, tape hiss, lo-fi noise

Removed  Vinyl crackle: in 7 of 8 clips without the negative, in 0 with it:
         removed in 100 % (95 % interval 65–100 %), p = 0.016.
Reduced  Tape hiss: in 5 of 8 clips without the negative, in 1 with it: removed
         in 80 % (95 % interval 38–96 %), p = 0.125.

What should stay               without    with    kept   95 % interval
──────────────────────────────────────────────────────────────────────
Drums                            100 %   100 %   100 %        68–100 %
Electric piano                   100 %   100 %   100 %        68–100 %
Upright bass (not asked for)     100 %    88 %    88 %         53–98 %

What else moved       mean    95 % interval
────────────────────────────────────────────────────────────────────────────────
Loudness          −1.24 dB   −1.71 to −0.82   a little quieter
Brightness         −412 Hz     −608 to −233   darker: the spectral centroid fell
Tempo                0 BPM   −0.31 to +0.31   unchanged

Remarks
-  “lo-fi noise” has no detector of its own; tape hiss and vinyl crackle stand
   for it.
-  Embedded model: a small world, mono, 5 s clips.

How the plan came about
-  guidance_scale: – → 3, by nano-music: the model's default
-  num_inference_steps: – → 24, by nano-music: the model's default
-  method: – → three-branch, by plan: the model has a learned null, so both can
   act apart
-  negative_scale: – → 2.5, by three-branch: the method's default
-  words_unknown: – → melancholy, by tokenizer: the model never saw it; it reads
   “unknown”

plan p1:770d7a9cd72b52bb7cdfd94d79ff7059
"""


def printed(comparison: Comparison, width: int = 80) -> str:
    """What `print_comparison` prints to a plain file, without the spaces that pad lines."""
    file = StringIO()
    print_comparison(comparison, Console(file=file, width=width, no_color=True))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def test_the_summary_reads_like_this(comparison: Comparison) -> None:
    assert printed(comparison) == GOLDEN


def test_no_line_is_wider_than_the_terminal(comparison: Comparison) -> None:
    assert max(len(line) for line in printed(comparison, 60).splitlines()) <= 60


def test_text_is_taken_literally(comparison: Comparison) -> None:
    odd = replace(comparison, prompt="[bold]loud[/bold] [/nonsense]", negative_prompt="\x1b[31mred :smile:")

    text = printed(odd)

    assert "[bold]loud[/bold] [/nonsense]" in text
    assert "·[31mred :smile:" in text
    assert "\x1b" not in text


def test_identical_outputs_are_said(comparison: Comparison) -> None:
    assert "Identical, byte for byte: 8 of 8 pairs." in printed(replace(comparison, identical_outputs=8))


def test_what_is_not_there_takes_no_room(comparison: Comparison) -> None:
    bare = replace(
        comparison, kept=(), moved=(), remarks=(), plan_with=replace(comparison.plan_with, history=())
    )

    text = printed(bare)

    for heading in ("What should stay", "What else moved", "Remarks", "How the plan came about", "Identical"):
        assert heading not in text
