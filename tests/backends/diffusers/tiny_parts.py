"""Tokenizers, text encoders and decoders of a few thousand parameters, of which the tests' pipelines are put together."""

from __future__ import annotations

import string
import warnings
from collections.abc import Callable
from typing import Any

import torch
from diffusers import AutoencoderKL
from transformers import (
    Gemma2Config,
    Gemma2Model,
    GemmaTokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
    UMT5Config,
    UMT5EncoderModel,
)

SIGNS = [*string.ascii_lowercase, ","]
T5_SIZES: dict[str, Any] = {
    "d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2, "dropout_rate": 0.0
}  # fmt: skip


def t5_letters(reads: int = 32) -> T5Tokenizer:
    """T5's tokenizer with a token a letter, and an end."""
    start = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0)]
    single = [(sign, -3.0) for sign in SIGNS] + [(f"▁{sign}", -2.5) for sign in SIGNS]
    return T5Tokenizer(vocab=start + single, extra_ids=0, model_max_length=reads)


def t5(tokenizer: T5Tokenizer) -> T5EncoderModel:
    """A text encoder of one layer and width 16."""
    return T5EncoderModel(T5Config(vocab_size=len(tokenizer), **T5_SIZES)).eval()


def umt5(tokenizer: T5Tokenizer) -> UMT5EncoderModel:
    """The same of another kind."""
    return UMT5EncoderModel(UMT5Config(vocab_size=len(tokenizer), **T5_SIZES)).eval()


def small_vae() -> AutoencoderKL:
    """Four latent channels, no change of size."""
    return AutoencoderKL(
        block_out_channels=[32],
        down_block_types=["DownEncoderBlock2D"],
        up_block_types=["UpDecoderBlock2D"],
        latent_channels=4,
    )


def gemma_letters(reads: int = 64) -> GemmaTokenizer:
    """Gemma's tokenizer with a token a letter."""
    names = ["<pad>", "<eos>", "<bos>", "<unk>", "▁", *SIGNS]
    return GemmaTokenizer(
        vocab={name: number for number, name in enumerate(names)}, merges=[], model_max_length=reads
    )


def gemma(tokenizer: GemmaTokenizer) -> Gemma2Model:
    """A text encoder of one layer and width 8."""
    config = Gemma2Config(
        head_dim=16,
        hidden_size=8,
        intermediate_size=8,
        max_position_embeddings=512,
        num_attention_heads=2,
        num_hidden_layers=1,
        num_key_value_heads=2,
        vocab_size=len(tokenizer),
        attn_implementation="eager",
        eos_token_id=1,
        bos_token_id=2,
        pad_token_id=0,
    )
    return Gemma2Model(config).eval()


def unwarned(make: Callable[[], Any]) -> Any:
    """Audio autoencoders norm their weights in a way that PyTorch calls outdated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return make()


def quiet(pipe: Any) -> Any:
    """Without progress bars, and its random layers that begin as zeros made to do something."""
    pipe.set_progress_bar_config(disable=True)
    with torch.no_grad():
        for parameter in pipe.transformer.parameters():
            if not parameter.any():
                parameter.normal_(0.0, 0.1)
    return pipe
