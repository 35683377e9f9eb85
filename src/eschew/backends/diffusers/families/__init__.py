"""The families of pipelines that eschew steers, one file each. The first that knows the pipeline's class takes it."""

from __future__ import annotations

from eschew.backends.diffusers.families.ace_step import ACE_STEP
from eschew.backends.diffusers.families.chroma import CHROMA
from eschew.backends.diffusers.families.flux import FLUX
from eschew.backends.diffusers.families.flux2 import FLUX_2, FLUX_2_KLEIN
from eschew.backends.diffusers.families.generic import GENERIC_TRANSFORMER, GENERIC_UNET
from eschew.backends.diffusers.families.minimax_music import MINIMAX_MUSIC
from eschew.backends.diffusers.families.pixart import PIXART
from eschew.backends.diffusers.families.qwen_image import QWEN_IMAGE
from eschew.backends.diffusers.families.sana import SANA, SANA_SPRINT
from eschew.backends.diffusers.families.sd3 import STABLE_DIFFUSION_3
from eschew.backends.diffusers.families.stable_audio import STABLE_AUDIO
from eschew.backends.diffusers.families.stable_audio_3 import STABLE_AUDIO_3
from eschew.backends.diffusers.families.unet import STABLE_DIFFUSION, STABLE_DIFFUSION_XL
from eschew.backends.diffusers.families.z_image import Z_IMAGE
from eschew.backends.diffusers.family import Family

FAMILIES: tuple[Family, ...] = (
    ACE_STEP,
    MINIMAX_MUSIC,
    STABLE_DIFFUSION,
    STABLE_DIFFUSION_XL,
    PIXART,
    SANA,
    SANA_SPRINT,
    STABLE_AUDIO,
    STABLE_AUDIO_3,
    STABLE_DIFFUSION_3,
    FLUX,
    CHROMA,
    FLUX_2,
    FLUX_2_KLEIN,
    Z_IMAGE,
    QWEN_IMAGE,
    GENERIC_UNET,
    GENERIC_TRANSFORMER,
)
