"""Models that other libraries have wrapped already: compiled, hooked for offloading, quantised, in another precision."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from tests.backends.diffusers.tiny_unet import SIZE, stable_diffusion
from torch import nn

from eschew.backends.diffusers import attach

METHODS = ("cfg-substitution", "nag", "vsf")


def picture(run: Any) -> torch.Tensor:
    """Three steps at a fixed seed."""
    generator = torch.Generator().manual_seed(1)
    out = run(
        prompt="a cat", num_inference_steps=3, height=SIZE, width=SIZE, guidance_scale=5.0, generator=generator,
        output_type="latent",
    )  # fmt: skip
    return torch.as_tensor(out.images)


def steered(pipe: Any, method: str) -> torch.Tensor:
    """The picture with a negative."""
    with attach(pipe, "a dog", method=method) as run:
        return picture(run)


@pytest.mark.parametrize("method", METHODS)
def test_a_model_hooked_for_offloading_gives_the_same(method: str) -> None:
    from accelerate.hooks import ModelHook, add_hook_to_module

    class Counts(ModelHook):  # type: ignore[misc]
        """What an offloading hook does, but for the moving."""

        calls = 0

        def pre_forward(self, module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            return args, kwargs

    pipe, hook = stable_diffusion(), Counts()
    expected = steered(pipe, method)
    add_hook_to_module(pipe.unet, hook)
    hooked = pipe.unet.forward
    assert torch.equal(steered(pipe, method), expected)
    assert hook.calls > 0
    assert pipe.unet.forward is hooked


@pytest.mark.parametrize("method", METHODS)
def test_a_compiled_model_gives_the_same(method: str) -> None:
    # The eager backend of the compiler: what is tested is that tracing goes around the steering, not the code it makes.
    pipe = stable_diffusion()
    expected = steered(pipe, method)
    pipe.unet = torch.compile(pipe.unet, backend="eager")
    compiled = pipe.unet.forward
    assert torch.allclose(steered(pipe, method), expected, atol=1e-5)
    assert pipe.unet.forward == compiled


@pytest.mark.parametrize("method", METHODS)
def test_quantised_linear_layers_are_called_never_read(method: str) -> None:
    pipe = stable_diffusion()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its successor is a package of its own
        pipe.unet = torch.ao.quantization.quantize_dynamic(pipe.unet, {nn.Linear}, dtype=torch.qint8)
    assert torch.isfinite(steered(pipe, method)).all()


@pytest.mark.parametrize("method", METHODS)
def test_bfloat16_stays_bfloat16(method: str) -> None:
    pipe = stable_diffusion().to(torch.bfloat16)
    result = steered(pipe, method)
    assert result.dtype == torch.bfloat16
    assert torch.isfinite(result).all()
