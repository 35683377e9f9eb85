"""ACE-Step 1.5: covers, repaints and voices, each with a negative that has the same of everything but the caption."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from tests.backends.diffusers.tiny_ace_step import (
    FRAMES,
    NEGATIVE,
    RATE,
    apart,
    packing,
    receipt,
    sound,
    steered,
    tiny_ace_step,
)
from torch import Tensor

from eschew.backends.diffusers import attach


@pytest.fixture(scope="module")
def base() -> Any:
    return tiny_ace_step()


@pytest.fixture(scope="module")
def studio() -> Any:
    """With a codec, for the tasks that read audio."""
    return tiny_ace_step(vae=True)


def recording(seed: int = 5, seconds: float = FRAMES / 25) -> Tensor:
    return torch.randn(2, int(seconds * RATE), generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def covers() -> dict[str, Any]:
    """A call for a cover of half strength: five codes, five frames each."""
    return {
        "task_type": "cover",
        "audio_codes": "".join(f"<|audio_code_{i}|>" for i in (1, 4, 2, 7, 5)),
        "audio_cover_strength": 0.5,
        "audio_duration": 1.0,
        "latents": torch.randn(1, 25, 8, generator=torch.Generator().manual_seed(1)),
    }


@pytest.mark.filterwarnings("ignore:the negative changed nothing")
@pytest.mark.parametrize("method", ["three-branch", "nag"])
def test_a_half_cover_without_strength_is_the_pipelines_own(
    base: Any, covers: dict[str, Any], method: str
) -> None:
    off: dict[str, Any] = {"negative_scale": 0.0} if method == "three-branch" else {"knobs": {"phi": 0.0}}

    assert apart(steered(base, covers, method=method, on_noop="warn", **off), sound(base, **covers)) < 1e-5


@pytest.mark.parametrize(
    ("method", "passes"),
    [
        ("three-branch", 3 + 3),
        ("cfg-substitution", 2 + 2),
        ("apg", 2 + 2),
        # The negative acts inside the prompt's pass; the pipeline guides away from the null in the cover's alone.
        ("nag", 2 + 1),
        ("vsf", 2 + 1),
    ],
)
def test_both_conditions_of_a_half_cover_are_steered_in_the_same_step(
    base: Any, covers: dict[str, Any], method: str, passes: int
) -> None:
    with attach(base, NEGATIVE, method=method) as pipe:
        half = sound(pipe, **covers)

    assert receipt(pipe).steps == 6
    assert receipt(pipe).passes == 6 * passes
    assert apart(half, sound(base, **covers)) > 1e-3


def test_the_second_negative_has_the_second_instruction(base: Any, covers: dict[str, Any]) -> None:
    with packing(base) as packed:
        steered(base, covers)
    prompt, negative, other_prompt, other_negative = packed
    names = ("text_hidden_states", "text_attention_mask")

    # As in a text encoder that reads from left to right, what stands before the caption is the instruction's alone.
    def same_beginning(a: dict[str, Any], b: dict[str, Any]) -> bool:
        return torch.allclose(a[names[0]][:, :10], b[names[0]][:, :10], atol=1e-6)

    assert same_beginning(prompt, negative)
    assert same_beginning(other_prompt, other_negative)
    assert not same_beginning(negative, other_negative)


@pytest.mark.parametrize("task", ["text2music", "repaint", "extract", "lego", "complete"])
def test_the_instruction_of_every_task_stands_before_the_negative(base: Any, task: str) -> None:
    with packing(base) as packed:
        steered(
            base, {"task_type": task, "track_name": "drums", "complete_track_classes": ["drums", "guitar"]}
        )
    prompt, negative = (one["text_hidden_states"][:, :7] for one in packed)

    # "# Instruction" and five words of it: the text encoder reads from left to right.
    assert torch.allclose(prompt, negative, atol=1e-6)


def test_a_cover_of_a_recording(studio: Any) -> None:
    given = {"task_type": "cover", "src_audio": recording(), "audio_cover_strength": 0.7}

    def draw(pipe: Any) -> Tensor:
        torch.manual_seed(3)  # the codec samples its latents
        return sound(pipe, **given)

    plain = draw(studio)
    with attach(studio, NEGATIVE, method="nag") as pipe:
        assert apart(draw(pipe), plain) > 1e-3
    assert torch.equal(draw(studio), plain)


def test_a_repaint_keeps_source_and_mask_in_every_pass(studio: Any) -> None:
    given = {"task_type": "repaint", "src_audio": recording(), "repainting_start": 0.2, "repainting_end": 0.6}
    seen: list[Tensor] = []
    handle = studio.transformer.proj_in_conv.register_forward_hook(lambda _m, args, _o: seen.append(args[0]))
    try:
        torch.manual_seed(3)
        steered(studio, given, method="three-branch")
    finally:
        handle.remove()
    source = [row[: 2 * 8] for call in seen for row in call]

    assert len(source) >= 3 * 6
    assert all(torch.equal(row, source[0]) for row in source)


@pytest.mark.parametrize("method", ["three-branch", "nag"])
def test_the_voice_of_the_negative_is_the_very_voice_of_the_prompt(studio: Any, method: str) -> None:
    with packing(studio) as packed:
        steered(studio, {"reference_audio": recording()}, method=method)
    voices = [one["refer_audio_acoustic_hidden_states_packed"] for one in packed]

    assert len(voices) == 2
    assert voices[0] is voices[1]


def test_a_voice_drawn_at_random_is_drawn_again_for_the_comparison(studio: Any) -> None:
    given = {"reference_audio": recording(), "generator": torch.Generator().manual_seed(0), "latents": None}
    inert: dict[str, Any] = {"knobs": {"phi": 0.0}, "on_noop": "warn", "against_unguided": True}

    with warnings.catch_warnings(), attach(studio, NEGATIVE, method="nag", **inert) as pipe:
        warnings.simplefilter("ignore")
        sound(pipe, **given)
    assert receipt(pipe).identical is True
