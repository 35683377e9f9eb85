"""An experiment's file: what is read, and how the author is told what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eschew.errors import EschewError, FileError, UsageError
from eschew.lab.experiments.arms import plans, remarks_on
from eschew.lab.experiments.design import decode, read_experiment
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.settling import settled

GOOD = """
name = "crackle"
question = "Does it go?"
model = "nano-music"
baseline = "none"
pairs = 16
sequential = true

[[subjects]]
prompt = "lo-fi hip-hop with piano"
negative_prompt = "vinyl crackle"
targets = ["vinyl-crackle"]

[[arms]]
name = "none"
negative_prompt = ""

[[arms]]
name = "negative"

[[arms]]
name = "strong"
method = "nag"
guidance_scale = 3
window = [0.1, 0.9]
knobs = { phi = 4 }
against = "negative"
"""


def test_a_file_becomes_the_same_values_as_code() -> None:
    assert decode(GOOD, "x.toml") == Experiment(
        name="crackle",
        question="Does it go?",
        model="nano-music",
        subjects=(Subject("lo-fi hip-hop with piano", "vinyl crackle", targets=("vinyl-crackle",)),),
        arms=(
            Arm("none", negative_prompt=""),
            Arm("negative"),
            Arm(
                "strong",
                method="nag",
                guidance_scale=3.0,
                window=(0.1, 0.9),
                knobs={"phi": 4.0},
                against="negative",
            ),
        ),
        baseline="none",
        pairs=16,
        sequential=True,
    )


def test_every_arm_knows_what_it_is_measured_against() -> None:
    asked = decode(GOOD, "x.toml")

    assert [asked.reference_of(arm.name) for arm in asked.arms] == ["none", "none", "negative"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('name = "crackle"', 'name = "Crackle & co"', ["x.toml", "no name", "small letters"]),
        ('question = "Does it go?"', 'question = " "', ["question is empty"]),
        ("pairs = 16", "pairs = 0", ["1 to 100,000", "not 0"]),
        ("pairs = 16", "pairs = 4", ["8 pairs at least"]),
        ("pairs = 16", "pears = 16", ["pairs"]),
        ("pairs = 16", "pairs = 16\npears = 1", ["nothing reads the key 'pears'", "try: pairs"]),
        ("sequential = true", "alpha = 0.9", ["alpha", "0.05"]),
        ('model = "nano-music"', 'model = "nano-musik"', ["x.toml, model", "nano-music"]),
        ('baseline = "none"', 'baseline = "bare"', ["no arm is called 'bare'", "'none'"]),
        ('"lo-fi hip-hop with piano"', '""', ["line 9", "the prompt is empty"]),
        ('["vinyl-crackle"]', '["vinyl-crakle"]', ["line 9", "vinyl-crakle", "try: vinyl-crackle"]),
        (
            'negative_prompt = ""',
            'negativ_prompt = ""',
            ["line 14", "negativ_prompt", "try: negative_prompt"],
        ),
        ('negative_prompt = ""', 'negative_prompt = "{klause}"', ["line 14", "{klause}", "{clause}"]),
        ('negative_prompt = ""', 'negative_prompt = ""\nplacebo = true', ["placebo", "there is none"]),
        ('name = "negative"', 'name = "none"', ["line 18", "two arms are called 'none'"]),
        ('against = "negative"', 'against = "strong"', ["line 21", "itself"]),
        ('against = "negative"', 'against = "weak"', ["line 21", "no arm is called 'weak'"]),
        ("guidance_scale = 3", 'guidance_scale = "3"', ["line 21", "guidance_scale"]),
        ("window = [0.1, 0.9]", "window = [0.1]", ["line 21", "window"]),
        ('name = "crackle"', 'name = "crackle', ["not TOML"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(before: str, after: str, said: list[str]) -> None:
    assert before in GOOD
    with pytest.raises(UsageError) as error:
        decode(GOOD.replace(before, after, 1), "x.toml")

    for part in said:
        assert part in str(error.value)


def test_one_arm_is_no_experiment() -> None:
    text = GOOD[: GOOD.index('[[arms]]\nname = "negative"')]
    with pytest.raises(UsageError, match="one arm alone"):
        decode(text, "x.toml")


def test_a_source_lies_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(GOOD.replace('targets = ["vinyl-crackle"]', 'source = "loop.wav"'))

    assert read_experiment(path).subjects[0].source == str(tmp_path / "loop.wav")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_experiment(tmp_path / "none.toml")


@given(st.text(max_size=200))
def test_any_text_is_answered_with_a_sentence(text: str) -> None:
    """property: no traceback, whatever somebody has saved as TOML."""
    with pytest.raises(EschewError) as error:
        decode(text, "x.toml")

    assert error.value.where.startswith("x.toml")


def test_the_example_in_the_guide_runs(root: Path) -> None:
    text = (root / "docs" / "experiments.md").read_text("utf-8")
    asked = decode(text.split("```toml\n")[1].split("```")[0], "experiments.md")
    table = plans(settled(asked))

    assert [len(row) for row in table] == [5, 5]
    assert remarks_on(asked, table) == ()
