"""ACE-Step 1.5 with random weights: the real classes, a few thousand parameters, a tokenizer of the words in the tests."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import (
    AceStepPipeline,
    AceStepTransformer1DModel,
    AutoencoderOobleck,
    FlowMatchEulerDiscreteScheduler,
)
from diffusers.pipelines.ace_step.modeling_ace_step import (
    AceStepAudioTokenDetokenizer,
    AceStepAudioTokenizer,
    AceStepConditionEncoder,
)
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

from eschew.backends.diffusers import Steered, SteeredReceipt, attach

WIDTH, SOUND, FRAMES = 16, 8, 24
RATE = 400
"""Samples a second; the codec makes 25 frames of them, as the real one does of 48 000."""
WORDS = (
    "# Instruction Caption Metas Languages Lyric - : N / A bpm timesignature keyscale duration seconds en de "
    "Fill the audio semantic mask based on given conditions Repaint area Generate tokens track Complete input "
    "a slow fast piano guitar jazz song with drums vinyl crackle tape hiss la we sing all night long [ ] verse , . "
    "C major 4 120 2"
)
ATTENTION = {
    "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "intermediate_size": 32, "sliding_window": 4,
}  # fmt: skip


def tiny_ace_step(version: str = "base", vae: bool = False, seed: int = 0) -> Any:
    """A pipeline; `version` as in the configuration of the transformer. Without a VAE it gives latents only."""
    torch.manual_seed(seed)
    transformer = AceStepTransformer1DModel(
        hidden_size=WIDTH, num_hidden_layers=2, in_channels=3 * SOUND, audio_acoustic_hidden_dim=SOUND,
        model_version=version, **ATTENTION,
    )  # fmt: skip
    conditions = AceStepConditionEncoder(
        hidden_size=WIDTH, text_hidden_dim=WIDTH, timbre_hidden_dim=SOUND,
        num_lyric_encoder_hidden_layers=1, num_timbre_encoder_hidden_layers=1, **ATTENTION,
    )  # fmt: skip
    conditions.silence_latent.normal_()
    pooled: dict[str, Any] = {
        "hidden_size": WIDTH, "audio_acoustic_hidden_dim": SOUND, "num_attention_pooler_hidden_layers": 1, **ATTENTION,
    }  # fmt: skip
    pipe = AceStepPipeline(
        vae=_codec() if vae else None,
        text_encoder=_text_encoder(),
        tokenizer=tokenizer(),
        transformer=transformer.eval(),
        condition_encoder=conditions.eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=AceStepAudioTokenizer(fsq_dim=WIDTH, fsq_input_levels=[3, 3], **pooled).eval(),
        audio_token_detokenizer=AceStepAudioTokenDetokenizer(**pooled).eval(),
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def tokenizer() -> PreTrainedTokenizerFast:
    """One token a word."""
    words = ["<|endoftext|>", "[UNK]", *dict.fromkeys(WORDS.split())]
    made = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]
    )
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<|endoftext|>", unk_token="[UNK]")


def _text_encoder() -> Qwen3Model:
    return Qwen3Model(
        Qwen3Config(
            vocab_size=128, hidden_size=WIDTH, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=1, head_dim=8, max_position_embeddings=512,
        )
    ).eval()  # fmt: skip


def _codec() -> AutoencoderOobleck:
    with warnings.catch_warnings(category=FutureWarning, action="ignore"):  # its weight norm is an old one
        return AutoencoderOobleck(
            encoder_hidden_size=2 * SOUND, downsampling_ratios=[4, 4], channel_multiples=[1, 1], decoder_channels=4,
            decoder_input_channels=SOUND, audio_channels=2, sampling_rate=RATE,
        ).eval()  # fmt: skip


def latents(rows: int = 1, seed: int = 1) -> torch.Tensor:
    """Noise for `rows` clips."""
    return torch.randn(rows, FRAMES, SOUND, generator=torch.Generator().manual_seed(seed))


def sound(pipe: Any, **given: Any) -> torch.Tensor:
    """Latents of a clip: six steps, guidance 3 where the weights have any."""
    call: dict[str, Any] = {
        "prompt": "a slow jazz song with piano", "lyrics": "la la", "audio_duration": FRAMES / 25,
        "num_inference_steps": 6, "guidance_scale": 3.0, "output_type": "latent", "latents": latents(),
    }  # fmt: skip
    result: torch.Tensor = pipe(**{**call, **given}).audios
    return result


NEGATIVE = "vinyl crackle"


def steered(pipe: Any, given: dict[str, Any] | None = None, **settings: Any) -> torch.Tensor:
    """The clip of a call that says `given`, away from the negative."""
    with attach(pipe, settings.pop("negative", NEGATIVE), **settings) as pipe_with_negative:
        return sound(pipe_with_negative, **(given or {}))


def receipt(pipe: Steered) -> SteeredReceipt:
    """What the last call did."""
    assert pipe.receipt is not None
    return pipe.receipt


def apart(a: torch.Tensor, b: torch.Tensor) -> float:
    """The largest difference."""
    return float((a - b).abs().max())


@contextmanager
def conditions(pipe: Any) -> Iterator[list[torch.Tensor]]:
    """Every condition that the denoiser reads: (rows, tokens, width), in the order of the passes."""
    seen: list[torch.Tensor] = []
    handle = pipe.transformer.condition_embedder.register_forward_hook(
        lambda _m, args, _o: seen.append(args[0])
    )
    try:
        yield seen
    finally:
        handle.remove()


@contextmanager
def packing(pipe: Any) -> Iterator[list[dict[str, Any]]]:
    """What the condition encoder is given each time, by the pipeline or by eschew."""
    seen: list[dict[str, Any]] = []
    inner = pipe.condition_encoder.forward

    def forward(**given: Any) -> Any:
        seen.append(given)
        return inner(**given)

    # As a hook for offloading does it: in the place of forward, on the instance.
    pipe.condition_encoder.forward = forward
    try:
        yield seen
    finally:
        del pipe.condition_encoder.forward
