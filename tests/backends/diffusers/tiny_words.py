"""Tokenizers of the words in the tests, built in code, and the small text encoders beside them."""

from __future__ import annotations

from typing import Any

import torch
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import WordLevel
from tokenizers.processors import TemplateProcessing
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
)

WORDS = [
    "a",
    "b",
    "red",
    "blue",
    "green",
    "cat",
    "dog",
    "bird",
    "house",
    "on",
    "under",
    "the",
    "hill",
    "with",
    "snow",
    "rain",
    "blurry",
    "text",
    "watermark",
    "logo",
    "photo",
    "of",
    "very",
    "old",
    "new",
    "tall",
    ",",
    ".",
    "user",
    "assistant",
    "system",
    "think",
    "describe",
]
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>")
WIDTH = 16
CHAT = (
    "{% for message in messages %}<|im_start|> {{ message.role }} "
    "{% if message.content is string %}{{ message.content }}{% else %}{{ message.content[0].text }}{% endif %}"
    " <|im_end|> {% endfor %}{% if add_generation_prompt %}<|im_start|> assistant {% endif %}"
)
"""The shape of a conversation, one word a token."""


def tokenizer(most: int, begins: bool = False, ends: bool = False, chat: bool = False) -> Any:
    """One word, one token; `begins` and `ends` say which special tokens stand around a text."""
    words = {word: i for i, word in enumerate((*SPECIAL, *WORDS))}
    made = Tokenizer(WordLevel(words, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    around = (["<s>"] if begins else []) + ["$A"] + (["</s>"] if ends else [])
    made.post_processor = TemplateProcessing(
        single=" ".join(around), special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=most,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
    )
    if chat:
        fast.chat_template = CHAT
    return fast


def vocabulary() -> int:
    """How many tokens there are."""
    return len(SPECIAL) + len(WORDS)


def clip(projected: bool, width: int = WIDTH) -> Any:
    """A CLIP text encoder, of SD3's kind with `projected`."""
    config = CLIPTextConfig(
        hidden_size=width, intermediate_size=2 * width, num_attention_heads=2, num_hidden_layers=2,
        vocab_size=vocabulary(), max_position_embeddings=77, projection_dim=width,
        bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )  # fmt: skip
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def t5(width: int = 2 * WIDTH) -> Any:
    """The encoder of T5."""
    config = T5Config(
        d_model=width,
        d_kv=8,
        d_ff=2 * width,
        num_layers=1,
        num_heads=2,
        vocab_size=vocabulary(),
        is_gated_act=False,
    )
    return T5EncoderModel(config).eval()


def qwen3(causal: bool, layers: int = 2) -> Any:
    """A language model of the Qwen 3 kind."""
    config = Qwen3Config(
        hidden_size=WIDTH, intermediate_size=2 * WIDTH, num_hidden_layers=layers, num_attention_heads=2,
        num_key_value_heads=1, head_dim=8, vocab_size=vocabulary(),
    )  # fmt: skip
    return (Qwen3ForCausalLM if causal else Qwen3Model)(config).eval()


def seeded(seed: int) -> torch.Generator:
    """A generator for one call."""
    return torch.Generator().manual_seed(seed)


def stirred(module: Any, seed: int = 0) -> Any:
    """All weights drawn anew, so that nothing that begins at zero stays there."""
    generator = seeded(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            scale = 0.3 if parameter.ndim < 2 else (1.5 / parameter[0].numel() ** 0.5)
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale)
            if parameter.ndim < 2:
                parameter.add_(0.5)
    return module.eval()
