"""The judges, on tiny random models of the real classes: what is asked, what is refused, and that the arithmetic is theirs."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import (
    ClapAudioConfig,
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    ClapProcessor,
    ClapTextConfig,
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPProcessor,
    CLIPTextConfig,
    CLIPTokenizer,
    CLIPVisionConfig,
    RobertaTokenizer,
)

from eschew.cli import main
from eschew.errors import FileError, PromptError, UsageError
from eschew.lab.detectors.judge import judge_clip, judge_picture
from eschew.lab.detectors.judge.clip import FRAMES
from eschew.lab.detectors.judge.wording import Frame, questions, readings, sentences

LETTERS = string.ascii_lowercase + string.digits + "-"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of two layers that spells."""
    folder = tmp_path_factory.mktemp("judge") / "tiny-clip"
    torch.manual_seed(0)
    words = {
        w: i
        for i, w in enumerate([*LETTERS, *(f"{c}</w>" for c in LETTERS), "<|startoftext|>", "<|endoftext|>"])
    }
    size = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = CLIPTextConfig(
        vocab_size=len(words), eos_token_id=len(words) - 1, bos_token_id=len(words) - 2, **size
    )
    vision = CLIPVisionConfig(image_size=32, patch_size=16, **size)
    CLIPModel(
        CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=8)
    ).save_pretrained(folder)
    tokenizer = CLIPTokenizer(vocab=words, merges=[], model_max_length=77)
    images = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    CLIPProcessor(images, tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def clap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLAP of two layers that spells."""
    folder = tmp_path_factory.mktemp("judge") / "tiny-clap"
    torch.manual_seed(0)
    words = {w: i for i, w in enumerate(["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *LETTERS])}
    text = ClapTextConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=130, projection_dim=8,
    )  # fmt: skip
    audio = ClapAudioConfig(
        num_mel_bins=64, spec_size=256, window_size=8, patch_embeds_hidden_size=8, hidden_size=64, depths=[1, 1, 1, 1],
        num_attention_heads=[2, 2, 2, 2], projection_dim=8, enable_fusion=False, num_hidden_layers=4,
    )  # fmt: skip
    ClapModel(
        ClapConfig(text_config=text.to_dict(), audio_config=audio.to_dict(), projection_dim=8)
    ).save_pretrained(folder)
    tokenizer = RobertaTokenizer(vocab=words, merges=[], model_max_length=128)
    ClapProcessor(ClapFeatureExtractor(feature_size=64, truncation="rand_trunc"), tokenizer).save_pretrained(
        folder
    )
    return folder


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (48, 40, 3), np.uint8)


def sound(rate: int = 24_000) -> np.ndarray:
    return np.sin(np.arange(rate) / 30).astype(np.float32)


def test_clip_gives_one_reading_a_concept_and_an_order_of_asking_changes_nothing(clip: Path) -> None:
    both = judge_picture(picture(), ["watermark", "a red balloon"], clip)
    turned = judge_picture(picture(), ["a red balloon", "watermark"], clip)

    assert [r.concept for r in both] == ["watermark", "a red balloon"]
    assert {r.detector for r in both} == {"clip/tiny-clip"}
    assert [r.score for r in both] == pytest.approx([r.score for r in reversed(turned)], abs=1e-4)
    assert all(0 < r.probability < 1 and r.present == (r.probability > 0.5) for r in both)


def test_clips_score_is_the_models_own_logit_less_that_of_the_neutral_sentence(clip: Path) -> None:
    (found,) = judge_picture(picture(1), ["a key"], clip)
    model, processor = CLIPModel.from_pretrained(clip), CLIPProcessor.from_pretrained(clip)
    apart = []
    for frame in FRAMES:
        given = processor(
            text=[frame.affirmative.format("a key"), frame.neutral],
            images=[picture(1)],
            return_tensors="pt",
            padding=True,
        )
        with torch.inference_mode():
            logits = model(**given).logits_per_image[0]
        apart.append(float(logits[0] - logits[1]))

    assert found.score == pytest.approx(np.mean(apart), abs=1e-3)


def test_clap_gives_one_reading_a_concept_at_any_rate(clap: Path) -> None:
    readings = judge_clip(sound(), 24_000, ["vinyl-crackle", "a bell"], clap)
    stereo = judge_clip(np.stack([sound(48_000)] * 2, axis=1), 48_000, ["a bell"], clap)

    assert [r.concept for r in readings] == ["vinyl-crackle", "a bell"]
    assert np.isfinite([r.score for r in (*readings, *stereo)]).all()


def test_an_id_of_the_catalogue_is_put_in_words() -> None:
    (asked,) = questions(["vinyl-crackle"])

    assert "vinyl crackle" in sentences([asked], [Frame("music with {}", "music")])[1]


def test_what_fits_like_the_neutral_sentence_is_even() -> None:
    (reading,) = readings(questions(["a key"]), FRAMES, np.full(6, 20, np.float32), "x")

    assert (reading.score, reading.probability, reading.present) == (0, 0.5, False)


@pytest.mark.parametrize(
    "negated", ["no watermark", "without text", "a cat without a tail", "not blurry", "free of noise"]
)
def test_a_negated_wording_is_refused(clip: Path, negated: str) -> None:
    with pytest.raises(PromptError, match="what is not there"):
        judge_picture(picture(), ["a cat", negated], clip)


def test_bad_questions_are_refused(clip: Path, clap: Path) -> None:
    with pytest.raises(UsageError, match="must be told"):
        judge_picture(picture(), [], clip)
    with pytest.raises(PromptError, match="nothing in this wording"):
        judge_picture(picture(), [" ,, "], clip)
    with pytest.raises(PromptError, match="one thing at a time"):
        judge_picture(picture(), ["very " * 60 + "long"], clip)
    with pytest.raises(UsageError, match="height × width × 3"):
        judge_picture(picture()[..., 0], ["a cat"], clip)
    with pytest.raises(UsageError, match="not numbers"):
        judge_clip(sound() * np.nan, 24_000, ["a bell"], clap)


def test_a_folder_that_is_no_such_model_is_named(clap: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no CLIP model"):
        judge_picture(picture(), ["a cat"], tmp_path)
    with pytest.raises(FileError, match="holds clap, not clip"):
        judge_picture(picture(), ["a cat"], clap)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "clip"}))
    with pytest.raises(FileError, match="cannot be loaded"):
        judge_picture(picture(), ["a cat"], tmp_path)


def test_a_judge_is_asked_about_files_from_the_command_line(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(picture()).save(tmp_path / "a.png")
    args = [
        "eschew",
        "detect",
        str(tmp_path / "a.png"),
        "--judge",
        "clip",
        "--judge-path",
        str(clip),
        "--json",
    ]
    monkeypatch.setattr("sys.argv", [*args, "--concept", "a key", "--concept", "watermark"])
    with pytest.raises(SystemExit) as done:
        main()

    (found,) = json.loads(capsys.readouterr().out)
    assert done.value.code in (0, None)
    assert [reading["concept"] for reading in found["readings"]] == ["a key", "watermark"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--judge", "clip"], "go together"),
        (["--judge", "oracle", "--judge-path", ".", "--concept", "a key"], "no judge 'oracle'"),
        (["--judge", "clip", "--judge-path", ".", "--concept", "no key"], "what is not there"),
    ],
)
def test_a_judge_that_cannot_be_asked_is_a_sentence(
    given: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Image.fromarray(picture()).save(tmp_path / "a.png")
    monkeypatch.setattr("sys.argv", ["eschew", "detect", str(tmp_path / "a.png"), *given])
    with pytest.raises(SystemExit) as done:
        main()

    assert done.value.code == 2
    assert said in capsys.readouterr().err
