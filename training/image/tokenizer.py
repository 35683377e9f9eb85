"""The tokenizer of nano-image: CLIP's kind (lower-case byte-level BPE, words closed by </w>), trained on its own captions.

All bytes are in the vocabulary, so there is no unknown word: what captions never said is spelt in pieces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import CLIPTokenizer

from training.image.captions import caption
from training.image.world import invent

START, END = "<|startoftext|>", "<|endoftext|>"
SIZE, CAPTIONS, SEED = 1536, 10_000, 5
MAX_TOKENS = 40
"""Longer prompts are cut. The longest captions of training have a token or two more: one in thousands."""
WORDS = Regex(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")


def train(folder: Path) -> CLIPTokenizer:
    """Learn the merges from captions of invented scenes, and keep the tokenizer in `folder`/tokenizer."""
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(WORDS, behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    # A word may end in any byte, so every byte comes twice: as it is, and closing a word.
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = BpeTrainer(
        vocab_size=SIZE,
        special_tokens=[START, END, *letters, *(letter + "</w>" for letter in letters)],
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(_captions(), trainer)
    tokenizer.save(str(folder / "bpe.json"))
    model = _model(folder / "bpe.json")
    model.save_pretrained(folder / "tokenizer")
    return model


def _captions() -> Iterator[str]:
    rng = np.random.default_rng(SEED)
    for _ in range(CAPTIONS):
        yield caption(invent(rng), rng)


def _model(path: Path) -> CLIPTokenizer:
    kept = json.loads(path.read_text())["model"]
    merges = [tuple(pair) if isinstance(pair, list) else tuple(pair.split(" ")) for pair in kept["merges"]]
    return CLIPTokenizer(vocab=kept["vocab"], merges=merges, model_max_length=MAX_TOKENS)


def load(folder: Path) -> CLIPTokenizer:
    """The tokenizer in `folder`/tokenizer; trained now if it is not there."""
    if (folder / "tokenizer" / "tokenizer.json").exists():
        return CLIPTokenizer.from_pretrained(folder / "tokenizer")
    return train(folder)
