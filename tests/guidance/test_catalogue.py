"""The catalogue's knobs are the functions' arguments, with the same defaults."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from eschew import guidance as g
from eschew.catalog.method_facts import method

RENAMED = {
    ("apg", "momentum"): "beta",
    ("sld", "strength"): "scale",
    ("sld", "momentum"): "momentum_beta",
    ("ong", "strength"): "scale",
    ("three-branch", "negative_scale"): "negative_scales",
    ("perp-neg", "negative_scale"): "negative_scales",
}
BY_THE_LOOP = {"window_start", "window_stop", "end"}
"""Knobs that say when, which is the loop's business, not how."""

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "three-branch": g.three_branch,
    "perp-neg": g.perp_neg,
    "apg": g.adaptive_projected,
    "cfg-zero": g.cfg_zero_star,
    "sld": g.safe_latent,
    "dng": g.dynamic_negative,
    "nag": g.nag,
    "contrast": g.nag,
    "nasa": g.nasa,
    "ong": g.orthogonal_negative,
    "vsf": g.value_sign_flip,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_knob_is_an_argument(name: str) -> None:
    arguments = inspect.signature(FUNCTIONS[name]).parameters

    for knob in method(name).knobs:
        if knob.name not in BY_THE_LOOP:
            argument = arguments[RENAMED.get((name, knob.name), knob.name)]
            assert argument.default in (inspect.Parameter.empty, knob.default), knob.name


@pytest.mark.parametrize("name", ["three-branch", "perp-neg"])
def test_methods_that_take_several_negatives_say_so(name: str) -> None:
    assert method(name).several_negatives


def test_the_names_are_all_there() -> None:
    assert sorted(g.__all__) == sorted(name for name in dir(g) if name in g.__all__)


def test_the_mathematics_never_loads_pytorch() -> None:
    """Neither on import nor when NumPy arrays go through."""
    program = (
        "import sys, numpy as np; from eschew import guidance as g;"
        "a = np.ones((2, 3)); g.perp_neg(a, [a], 0 * a, 3.0, [1.0]); g.flip_bias(1, 1, 1, 0.1, a);"
        "sys.exit('torch' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
