"""The mathematics of steering: pure functions over arrays, NumPy and PyTorch alike. No state, one method a file.

`cond`, `neg` and `uncond` are predictions of equal shape in one common space (noise, v or flow velocity), axis 0 the
batch. `guidance_scale` is w in uncond + w·(cond − uncond); 1.0 is off. Sums are taken in float32 at least and over one
sample at a time; what comes back has the dtype of what went in; no argument is changed. A method with memory takes it
and gives it back.
"""

from __future__ import annotations

from eschew.guidance.apg import adaptive_direction, adaptive_projected
from eschew.guidance.cfg import classifier_free
from eschew.guidance.cfg_zero import cfg_zero_star
from eschew.guidance.dng import UNIT_STEP, Kernel, Posterior, dynamic_negative, kernel, observed
from eschew.guidance.nag import nag, nag_scale_to_phi, phi_to_nag_scale
from eschew.guidance.nasa import nasa
from eschew.guidance.ong import orthogonal_negative
from eschew.guidance.perp_neg import perp_neg
from eschew.guidance.projection import cosine, dot, norm, orthogonal, parallel
from eschew.guidance.rescale import rescale
from eschew.guidance.scales import (
    excess_to_guidance_scale,
    guidance_scale_to_excess,
    negative_scale_to_relative,
    relative_to_negative_scale,
    substituted_negative_scale,
)
from eschew.guidance.skipping import agreement, converged, every, in_interval
from eschew.guidance.sld import SAFETY_LEVELS, SafetyLevel, safe_latent
from eschew.guidance.spaces import (
    eps_to_flow,
    eps_to_v,
    eps_to_x0,
    flow_to_eps,
    flow_to_x0,
    v_to_eps,
    v_to_x0,
    x0_to_eps,
    x0_to_flow,
    x0_to_v,
)
from eschew.guidance.three_branch import three_branch
from eschew.guidance.vsf import flip_bias, flip_values, value_sign_flip
from eschew.guidance.window import BAN, EARLY, PRESERVE, Window, in_window, steps_in_window

__all__ = [
    "BAN",
    "EARLY",
    "PRESERVE",
    "SAFETY_LEVELS",
    "UNIT_STEP",
    "Kernel",
    "Posterior",
    "SafetyLevel",
    "Window",
    "adaptive_direction",
    "adaptive_projected",
    "agreement",
    "cfg_zero_star",
    "classifier_free",
    "converged",
    "cosine",
    "dot",
    "dynamic_negative",
    "eps_to_flow",
    "eps_to_v",
    "eps_to_x0",
    "every",
    "excess_to_guidance_scale",
    "flip_bias",
    "flip_values",
    "flow_to_eps",
    "flow_to_x0",
    "guidance_scale_to_excess",
    "in_interval",
    "in_window",
    "kernel",
    "nag",
    "nag_scale_to_phi",
    "nasa",
    "negative_scale_to_relative",
    "norm",
    "observed",
    "orthogonal",
    "orthogonal_negative",
    "parallel",
    "perp_neg",
    "phi_to_nag_scale",
    "relative_to_negative_scale",
    "rescale",
    "safe_latent",
    "steps_in_window",
    "substituted_negative_scale",
    "three_branch",
    "v_to_eps",
    "v_to_x0",
    "value_sign_flip",
    "x0_to_eps",
    "x0_to_flow",
    "x0_to_v",
]
