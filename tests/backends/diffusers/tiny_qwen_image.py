"""Qwen-Image with random weights: the real classes, two blocks."""

from __future__ import annotations

from typing import Any

from diffusers import FlowMatchEulerDiscreteScheduler, QwenImagePipeline, QwenImageTransformer2DModel
from tests.backends.diffusers.tiny_words import WIDTH, stirred, tokenizer, vocabulary
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration


def tiny_qwen_image() -> Any:
    """A pipeline that gives latents."""
    transformer = QwenImageTransformer2DModel(
        patch_size=1, in_channels=16, out_channels=16, num_layers=2, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=WIDTH, axes_dims_rope=(4, 4, 8),
    )  # fmt: skip
    rotary = {"type": "mrope", "rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}
    config = Qwen2_5_VLConfig(
        text_config={
            "hidden_size": WIDTH, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "num_key_value_heads": 1, "rope_parameters": rotary, "vocab_size": vocabulary(),
        },
        vision_config={
            "depth": 1, "hidden_size": 8, "intermediate_size": 16, "num_heads": 1, "out_hidden_size": WIDTH,
            "fullatt_block_indexes": [0],
        },
        image_token_id=4, video_token_id=5, vision_start_token_id=3, vision_end_token_id=3,
    )  # fmt: skip
    pipe = QwenImagePipeline(
        transformer=stirred(transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=None,
        text_encoder=stirred(Qwen2_5_VLForConditionalGeneration(config), 1),
        tokenizer=tokenizer(1024),
    )
    # The real template has 34 tokens before the text.
    pipe.prompt_template_encode = (
        "<|im_start|> system describe <|im_end|> {} <|im_end|> <|im_start|> assistant"
    )
    pipe.prompt_template_encode_start_idx = 4
    pipe.set_progress_bar_config(disable=True)
    return pipe
