"""MiniMax Music 3: a negative caption is a row of its own beside the language model's two."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers.modular_pipelines.minimax_music3 import encoders
from tests.backends.diffusers.tiny_ace_step import receipt
from tests.backends.diffusers.tiny_minimax_music import CODES, CODES_BEGIN, tiny_minimax_music
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.minimax_music import OWN_SCALE
from eschew.errors import NoopError, PromptError, RefusalError, UsageError

NEGATIVE = "vinyl crackle"
FRAMES = 5


@pytest.fixture(scope="module")
def pipe() -> Any:
    return tiny_minimax_music()


def song(pipe: Any, **given: Any) -> Tensor:
    call = {
        "prompt": "a slow jazz song",
        "lyrics": "la la",
        "audio_duration": FRAMES / 25,
        "output": "frame_hiddens",
    }
    frames: Tensor = pipe(**{**call, "generator": torch.Generator().manual_seed(0), **given})
    return frames


def first_logits(pipe: Any, caption: str) -> tuple[Tensor, Tensor]:
    """Of a caption and its null, for the first frame."""
    seen: list[Tensor] = []
    handle = pipe.language_model.lm_head.register_forward_hook(lambda _m, _a, out: seen.append(out))
    try:
        song(pipe, prompt=caption, audio_duration=1 / 25)
    finally:
        handle.remove()
    pair = seen[0].float()
    return pair[:1], pair[1:]


def test_the_blocks_own_scale_is_the_one_that_is_reckoned_with() -> None:
    assert encoders._AR_CFG_SCALE == OWN_SCALE


@pytest.mark.parametrize("method", ["three-branch", "cfg-substitution"])
def test_a_negative_acts_and_leaves_nothing_behind(pipe: Any, method: str) -> None:
    plain, model = song(pipe), pipe.language_model

    with attach(pipe, NEGATIVE, method=method, negative_scale=3.0) as steered:
        out = song(steered)

    assert not torch.equal(out, plain)
    assert receipt(steered).changed
    assert receipt(steered).passes == 3 * receipt(steered).steps
    assert all("forward" not in vars(m) for m in (model, model.model, model.lm_head))
    assert torch.equal(song(pipe), plain)


def test_the_codes_are_sampled_from_null_prompt_and_negative(
    pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cond, uncond = first_logits(pipe, "a slow jazz song")
    neg, _ = first_logits(pipe, NEGATIVE)
    wanted = uncond + 1.5 * (cond - uncond) - 2.0 * (neg - uncond)
    sampled: list[Tensor] = []
    sample = encoders._sample_top_k

    def watched(logits: Tensor, generator: torch.Generator) -> Tensor:
        sampled.append(logits)
        code: Tensor = sample(logits, generator)
        return code

    monkeypatch.setattr(encoders, "_sample_top_k", watched)

    with attach(pipe, NEGATIVE, negative_scale=2.0) as steered:
        song(steered, audio_duration=1 / 25)

    codes = slice(CODES_BEGIN, CODES_BEGIN + CODES)
    got, fenced = sampled[0][:, codes], sampled[0][:, codes].isinf()
    torch.testing.assert_close(got[~fenced], wanted[:, codes][~fenced], atol=1e-4, rtol=1e-4)
    assert int((~sampled[0].isinf()).sum()) == 50
    # The fence is the prompt's own, whatever the negative says.
    assert set((~fenced)[0].nonzero().flatten().tolist()) <= set(cond[0, codes].topk(50).indices.tolist())


def test_every_frame_is_read_by_the_negative_too(pipe: Any) -> None:
    lengths: list[int] = []
    handle = pipe.language_model.model.layers[0].register_forward_pre_hook(
        lambda _m, args: lengths.append(args[0].shape[0])
    )
    try:
        with attach(pipe, NEGATIVE, negative_scale=3.0) as steered:
            song(steered)
    finally:
        handle.remove()

    assert lengths == [2, 1] * receipt(steered).steps


def test_a_weighted_clause_is_a_row_of_its_own(pipe: Any) -> None:
    with attach(pipe, "(vinyl crackle:1.5), tape hiss", negative_scale=3.0) as steered:
        song(steered)

    assert receipt(steered).passes == 4 * receipt(steered).steps


def test_without_strength_nothing_changes_bit_for_bit(pipe: Any) -> None:
    with pytest.raises(NoopError), attach(pipe, NEGATIVE, negative_scale=0.0) as steered:
        song(steered)

    quiet = attach(pipe, NEGATIVE, negative_scale=0.0, on_noop="warn", against_unguided=True)
    with quiet as steered, pytest.warns(UserWarning, match="changed nothing"):
        whole: Any = song(steered, output=None)
    assert torch.equal(whole.get("frame_hiddens"), song(pipe))
    assert receipt(steered).identical is True


def test_an_error_in_the_middle_leaves_nothing_behind(pipe: Any) -> None:
    model = pipe.language_model

    with pytest.raises(ValueError, match="audio_duration"), attach(pipe, NEGATIVE) as steered:
        song(steered, audio_duration=-1.0)
    assert all("forward" not in vars(m) for m in (model, model.model, model.lm_head))


def test_what_it_cannot_do_is_a_sentence(pipe: Any) -> None:
    with pytest.raises(RefusalError, match="nag does not work"):
        attach(pipe, NEGATIVE, method="nag")
    with pytest.raises(RefusalError, match="no window"), attach(pipe, NEGATIVE, window=(0.0, 0.5)) as steered:
        song(steered)
    with pytest.raises(UsageError, match="no lyrics"), attach(pipe, NEGATIVE) as steered:
        song(steered, lyrics="")
    with pytest.raises(PromptError, match="too long"), attach(pipe, "vinyl crackle, " * 2500) as steered:
        song(steered)
