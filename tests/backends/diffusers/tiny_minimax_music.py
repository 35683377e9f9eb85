"""The language model of MiniMax Music 3 with random weights, and the blocks around it."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import MiniMaxMusic3RVQDepthDecoder
from diffusers.modular_pipelines.minimax_music3.modular_blocks_minimax_music3 import (
    MiniMaxMusic3SemanticGenerationStep,
)
from tests.backends.diffusers.tiny_ace_step import tokenizer
from transformers import Qwen3Config, Qwen3ForCausalLM

WIDTH = 8
CODES_BEGIN, CODES = 151675, 16384
"""Where the semantic codes stand in the vocabulary, which is why it is a large one."""


def tiny_minimax_music(seed: int = 0) -> Any:
    """A modular pipeline from caption and lyrics to the hidden states of the frames."""
    torch.manual_seed(seed)
    config = Qwen3Config(
        vocab_size=CODES_BEGIN + CODES, hidden_size=WIDTH, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, head_dim=4, initializer_range=1.0, tie_word_embeddings=True,
    )  # fmt: skip
    pipe = MiniMaxMusic3SemanticGenerationStep().init_pipeline()
    pipe.update_components(
        tokenizer=tokenizer(),
        language_model=Qwen3ForCausalLM(config).eval(),
        rvq_depth_decoder=MiniMaxMusic3RVQDepthDecoder(
            hidden_size=WIDTH,
            num_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            audio_vocab_size=8,
            num_codebooks=3,
        ).eval(),
    )
    return pipe
