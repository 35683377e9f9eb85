"""Verdicts on a terminal: readable at 80 columns and without colour."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from eschew.lab.verdicts import Verdicts
from eschew.report.experiment import print_verdicts


def printed(verdicts: Verdicts, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    print_verdicts(verdicts, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_question_and_the_answers(concluded: Verdicts) -> None:
    text = " ".join(printed(concluded).split())

    assert "Does naming crackle take it off" in text
    assert "Removed Vinyl crackle: in 63 of 96 clips of “none”, in 7 of “negative”: removed in 89 %" in text
    assert "p < 0.001 after correction" in text
    assert "“placebo”, which says unrelated words, removes it in 13 %" in text
    assert "No effect shown Tape hiss" in text


def test_no_line_is_wider_than_the_terminal(concluded: Verdicts) -> None:
    assert max(map(len, printed(concluded).splitlines())) <= 80


def test_what_is_lost_is_said(concluded: Verdicts) -> None:
    assert any("Brass" in line and "lost" in line for line in printed(concluded).splitlines())


def test_a_name_cannot_steer_the_terminal(concluded: Verdicts) -> None:
    text = printed(replace(concluded, question="[bold]is\x1b[2J it?"))

    assert "\x1b" not in text
    assert "[bold]is" in text
