"""The tokenizer of nano-music: lower-case words of its captions, and [UNK] for the rest of English.

It also reads the prompt template of ACE-Step 1.5 (`# Instruction … # Caption … # Metas …`), so that diffusers'
`AceStepPipeline` can drive the model unchanged: the headings and the empty fields are taken out before words are counted.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from training.music import captions, instruments, styles

PAD, UNK, START = "[PAD]", "[UNK]", "[CLS]"
MAX_TOKENS = 96
GLUE = (
    "a",
    "and",
    "at",
    "bpm",
    "in",
    "of",
    "on",
    "the",
    "with",
    "to",
    "no",
    "mix",
    "loop",
    "track",
    "sound",
    "noise",
)


def words() -> list[str]:
    """Every word that a caption can hold, in alphabetical order."""
    phrases = itertools.chain(
        *(i.words for i in instruments.INSTRUMENTS),
        *(s.words + s.moods for s in styles.STYLES),
        *captions.CHARACTER_WORDS.values(),
        captions.LOFI_NOISE,
        *captions.STYLE_DRUMS.values(),
        captions.BEFORE,
        captions.AFTER,
        captions.LEAD_DRY,
        captions.OPENERS,
        captions.JOINS,
        GLUE,
        (str(n) for n in range(55, 161)),
    )
    found = {w for p in phrases for w in re.findall(r"[a-z0-9]+", p.lower().replace("{s}", ""))}
    return sorted(found)


def build() -> PreTrainedTokenizerFast:
    """The tokenizer, as transformers keeps it; padding on the right, at most MAX_TOKENS tokens."""
    vocabulary = {w: i for i, w in enumerate([PAD, UNK, START, *words()])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNK))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"# Instruction\n[^\n]*\n\n# Caption\n"), " "),
            normalizers.Replace(Regex(r"\n\n# Metas\n"), " "),
            normalizers.Replace(Regex(r"- (bpm|timesignature|keyscale|duration): N/A\n"), " "),
            normalizers.Replace(Regex(r"- (timesignature|keyscale|duration): [^\n]*\n"), " "),
            normalizers.Replace(Regex(r"# Languages\n[^\n]*\n\n# Lyric\n"), " "),
            normalizers.Replace(Regex(r"<\|endoftext\|>\n?"), " "),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\[unk\]"), " [UNK] "),
            normalizers.Replace(Regex(r"[^\p{L}\p{N}\[\]A-Z]+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A", special_tokens=[(START, vocabulary[START])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        unk_token=UNK,
        cls_token=START,
        padding_side="right",
        model_max_length=MAX_TOKENS,
    )


def save(folder: Path) -> None:
    """Write `tokenizer.json` and its configuration to `folder`."""
    build().save_pretrained(folder)
