"""ACE-Step 1.5: the negative changes the caption alone, and the pipeline is afterwards as it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer, normalized_guidance
from tests.backends.diffusers.tiny_ace_step import (
    FRAMES,
    NEGATIVE,
    apart,
    conditions,
    latents,
    packing,
    receipt,
    sound,
    steered,
    tiny_ace_step,
)
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.backends.steering import Memory, Steer, plain
from eschew.errors import KnobError, NoopError, PromptError, RefusalError

ATTENTION = ("nag", "contrast", "vsf", "nasa", "ong")
VELOCITY = ("cfg-substitution", "three-branch", "perp-neg", "apg", "cfg-zero", "sld", "dng")


@pytest.fixture(scope="module")
def base() -> Any:
    return tiny_ace_step()


@pytest.fixture(scope="module")
def turbo() -> Any:
    return tiny_ace_step("turbo")


@pytest.fixture(scope="module")
def studio() -> Any:
    """With a codec, for the tasks that read audio."""
    return tiny_ace_step(vae=True)


def state(pipe: Any) -> tuple[Any, ...]:
    """Everything that eschew touches, by identity."""
    return (
        tuple(id(p) for p in pipe.transformer.attn_processors.values()),
        "forward" in vars(pipe.transformer),
        "encode_prompt" in vars(pipe),
        len(pipe.condition_encoder._forward_hooks),
        "forward" in vars(pipe.condition_encoder),
    )


# ── what was there before is there afterwards ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", [*ATTENTION, *VELOCITY])
def test_a_negative_acts_by_every_method_and_leaves_nothing_behind(base: Any, method: str) -> None:
    before, plain = state(base), sound(base)

    knobs = {"warmup": 0} if method == "sld" else {}
    assert apart(steered(base, method=method, knobs=knobs), plain) > 1e-3
    assert state(base) == before
    assert torch.equal(sound(base), plain)


def test_an_error_in_the_middle_leaves_nothing_behind(base: Any) -> None:
    before = state(base)

    def stop(*_: Any) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        steered(base, {"callback": stop}, method="nag")
    assert state(base) == before


# ── settings at which nothing happens ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("nag", {"knobs": {"phi": 0.0}}),
        ("nag", {"knobs": {"alpha": 0.0}}),
        ("nasa", {"knobs": {"phi": 0.0}}),
        ("ong", {"knobs": {"strength": 0.0}}),
        ("three-branch", {"negative_scale": 0.0}),
        ("perp-neg", {"negative_scale": 0.0}),
    ],
)
def test_identity_settings_change_nothing_and_say_so(
    base: Any, method: str, settings: dict[str, Any]
) -> None:
    unguided = {"guidance_scale": 1.0}

    with pytest.warns(UserWarning, match="changed nothing"):
        same = steered(base, unguided, method=method, on_noop="warn", **settings)
    assert torch.equal(same, sound(base, **unguided))

    with pytest.raises(NoopError, match="changed nothing"):
        steered(base, unguided, method=method, **settings)


@pytest.mark.filterwarnings("ignore:the negative changed nothing")
def test_without_strength_the_prompt_is_guided_by_the_pipelines_own_apg(base: Any) -> None:
    own = sound(base)

    assert apart(steered(base, method="three-branch", negative_scale=0.0, on_noop="warn"), own) < 1e-5
    assert apart(steered(base, method="nag", knobs={"phi": 0.0}, on_noop="warn"), own) < 1e-5


def test_momentum_bound_and_projection_are_those_of_the_pipeline() -> None:
    steer, memory, buffer = Steer("none", 7.0, positive="apg", axes=(1,)), Memory(), MomentumBuffer(-0.75)
    noise = torch.Generator().manual_seed(0)

    for _ in range(8):
        cond, uncond = torch.randn(2, 3, FRAMES, 8, generator=noise)
        theirs = normalized_guidance(cond, uncond, 6.0, buffer, 0.0, 2.5, True, (1,))
        ours, memory = plain(steer, cond, uncond, memory)
        assert apart(ours, theirs) < 1e-5


@pytest.mark.filterwarnings("ignore:the negative changed nothing")
def test_the_own_interval_of_guidance_is_honoured(base: Any) -> None:
    inside = {"cfg_interval_start": 0.2, "cfg_interval_end": 0.6}
    own = sound(base, **inside)

    assert apart(own, sound(base)) > 1e-3
    assert apart(steered(base, inside, method="perp-neg", negative_scale=0.0, on_noop="warn"), own) < 1e-5


def test_outside_the_interval_the_negative_still_acts_beside_the_prompt(base: Any) -> None:
    never = {"cfg_interval_start": 1.0, "cfg_interval_end": 1.0}

    with attach(base, NEGATIVE, method="three-branch") as pipe:
        assert apart(sound(pipe, **never), sound(base, **never)) > 1e-3
    assert receipt(pipe).changed


def test_a_negative_in_the_nulls_place_needs_the_interval(base: Any) -> None:
    with pytest.raises(NoopError):
        steered(base, {"cfg_interval_start": 1.0, "cfg_interval_end": 1.0}, method="cfg-substitution")


def test_a_window_behind_the_last_change_leaves_the_steps_before_it_alone(base: Any) -> None:
    def first_steps(pipe: Any) -> list[Tensor]:
        seen: list[Tensor] = []
        sound(pipe, guidance_scale=1.0, callback=lambda _i, _t, x: seen.append(x.clone()))
        return seen

    with attach(base, NEGATIVE, method="nag", window=(0.5, 1.0)) as pipe:
        late = first_steps(pipe)
    plain = first_steps(base)

    assert [torch.equal(a, b) for a, b in zip(late, plain, strict=True)] == [True] * 3 + [False] * 3


# ── the caption alone ──────────────────────────────────────────────────────────────────────────────────────────────


def test_prompt_and_negative_differ_in_the_caption_and_nowhere_else(base: Any) -> None:
    with packing(base) as packed:
        steered(base, {"lyrics": "we sing all night long", "bpm": 120, "keyscale": "C major"})
    prompt, negative = packed

    assert all(torch.equal(prompt[k], negative[k]) for k in prompt if not k.startswith("text_"))
    own = base.encode_prompt(NEGATIVE, "", "cpu", audio_duration=FRAMES / 25, bpm=120, keyscale="C major")[0]
    assert torch.equal(negative["text_hidden_states"], own)


def test_one_row_is_never_padded(base: Any) -> None:
    with packing(base) as packed:
        steered(base)

    assert all(bool(one["text_attention_mask"].all() & one["lyric_attention_mask"].all()) for one in packed)


@pytest.mark.parametrize("method", ["three-branch", "nag"])
def test_lyrics_and_timbre_are_encoded_once(base: Any, method: str) -> None:
    """The negative is read beside what the prompt's were encoded to, whatever pass comes first."""
    counted: list[str] = []
    parts = {name: getattr(base.condition_encoder, name) for name in ("lyric_encoder", "timbre_encoder")}
    handles = [
        part.layers[0].register_forward_pre_hook(lambda *_, name=name: counted.append(name))
        for name, part in parts.items()
    ]
    steered(base, {"lyrics": "we sing"}, method=method)
    for handle in handles:
        handle.remove()

    assert sorted(counted) == ["lyric_encoder", "timbre_encoder"]
    assert not any("forward" in vars(part) or part._forward_hooks for part in parts.values())


def test_a_batch_of_unequal_captions_is_padded_by_the_pipeline_and_the_negative_is_not(base: Any) -> None:
    rows = {
        "prompt": ["jazz", "a slow jazz song with piano"],
        "lyrics": ["la", "la la la"],
        "latents": latents(2),
    }
    with packing(base) as packed:
        steered(base, rows)
    prompt, negative = packed

    assert prompt["text_attention_mask"].sum(1).tolist() == [42, 47]
    assert negative["text_attention_mask"].all()
    assert torch.equal(prompt["lyric_attention_mask"], negative["lyric_attention_mask"])


@pytest.mark.parametrize("method", ["three-branch", "cfg-substitution", "nag", "vsf"])
def test_a_batch_is_its_rows_one_by_one(base: Any, method: str) -> None:
    prompts, lyrics = ["a slow jazz song", "a fast guitar song"], ["la la", "we sing"]
    noise = latents(2)
    batch = steered(base, {"prompt": prompts, "lyrics": lyrics, "latents": noise}, method=method)

    for row in range(2):
        alone = {"prompt": prompts[row], "lyrics": lyrics[row], "latents": noise[row : row + 1]}
        assert apart(steered(base, alone, method=method), batch[row : row + 1]) < 1e-5


def test_flipped_values_are_those_of_the_captions_words(base: Any) -> None:
    with conditions(base) as seen:
        steered(base, method="vsf")
    words = [s for s in seen if s.shape[1] == 2]

    assert len(words) == 1
    rows = {"prompt": ["jazz", "piano"], "lyrics": ["la", "la la la"], "latents": latents(2)}
    with conditions(base) as seen, packing(base) as packed:
        steered(base, rows, method="vsf")
    of_rows = next(s for s in seen if s.shape[1] == 2)
    # Whatever stands before and behind it, the projection of a caption is the same.
    text = base.condition_encoder.text_projector(packed[1]["text_hidden_states"])
    begins = 15  # "# Instruction", its eleven tokens, "# Caption"
    assert torch.equal(of_rows[0], text[0, begins : begins + 2])
    assert torch.equal(of_rows[1], of_rows[0])


def test_a_negative_too_long_is_refused_with_a_caret_and_never_cut(base: Any) -> None:
    long = "vinyl crackle, tape hiss, " * 8 + "slow drums"

    with pytest.raises(PromptError, match="max_text_length is 64") as caught:
        steered(base, {"max_text_length": 64}, negative=long)
    assert caught.value.text == long
    assert caught.value.span is not None
    start, stop = caught.value.span
    assert long[start:stop].endswith("slow drums")
    assert 0 < start < len(long) - len("slow drums")
    assert state(base) == state(tiny_like(base))


def tiny_like(pipe: Any) -> Any:
    """The pipeline itself: nothing hangs on it."""
    assert state(pipe)[1:] == (False, False, 0, False)
    return pipe


# ── turbo ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_turbo_takes_nag_and_no_guidance(turbo: Any) -> None:
    with attach(turbo, NEGATIVE) as pipe:
        out = sound(pipe, guidance_scale=7.0)

    assert receipt(pipe).method == "nag"
    assert receipt(pipe).passes == 6  # one a step: nothing is computed for a null
    assert apart(out, sound(turbo, guidance_scale=1.0)) > 1e-3


def test_guidance_on_turbo_has_to_be_asked_for(turbo: Any) -> None:
    with pytest.raises(RefusalError, match="guidance was distilled away"):
        steered(turbo, method="cfg-substitution")

    with attach(turbo, NEGATIVE, method="cfg-substitution", guidance_scale=1.5) as pipe:
        out = sound(pipe)
    assert apart(out, sound(turbo, guidance_scale=1.0)) > 1e-3
    knob = next(k for k in receipt(pipe).knobs if k.field == "guidance_scale")
    assert knob.honoured
    assert "guidance was distilled away" in knob.because


@pytest.mark.parametrize("version", ["base", "sft"])
def test_elsewhere_the_null_is_learned_and_stays(version: str) -> None:
    pipe = tiny_ace_step(version)
    with attach(pipe, NEGATIVE) as with_negative, conditions(pipe) as seen:
        sound(with_negative)
    null = pipe.condition_encoder.null_condition_emb

    assert receipt(with_negative).method == "three-branch"
    assert any(torch.equal(row, null[0].expand_as(row)) for call in seen for row in call)


# ── what else a call may say ───────────────────────────────────────────────────────────────────────────────────────


def test_callbacks_see_every_step_and_may_change_it(base: Any) -> None:
    steps: list[int] = []

    def silence(_pipe: Any, step: int, _t: float, given: dict[str, Tensor]) -> dict[str, Tensor]:
        steps.append(step)
        return {"latents": torch.zeros_like(given["latents"])}

    out = steered(base, {"callback_on_step_end": silence}, method="nag")

    assert steps == list(range(6))
    assert not out.any()


def test_a_clip_is_decoded_as_ever(studio: Any) -> None:
    clip = steered(studio, {"output_type": "np"}, method="nag")

    assert clip.shape == (1, 2, FRAMES * 16)


def test_half_precision_counts_every_step(base: Any) -> None:
    pipe = tiny_ace_step().to(torch.bfloat16)
    with attach(pipe, NEGATIVE, method="nag") as with_negative:
        sound(with_negative, num_inference_steps=100, audio_duration=0.08, latents=latents()[:, :2])

    # Neighbouring times are equal there, and steps are not counted by them.
    assert len(pipe.scheduler.timesteps.to(torch.bfloat16).unique()) < 100
    assert receipt(with_negative).steps == 100


def test_only_two_ways_to_guide_the_prompt(base: Any) -> None:
    with pytest.raises(KnobError, match="own or cfg"):
        attach(base, NEGATIVE, prompt_guidance="apg")  # type: ignore[arg-type]
