"""Sources through pipelines of diffusers: the embedded model, a cover of ACE-Step, image-to-image of Stable Diffusion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image
from tests.backends.diffusers.tiny_ace_step import RATE, tiny_ace_step
from tests.backends.diffusers.tiny_unet import SIZE, stable_diffusion

from eschew import api
from eschew.backends import Picture, Sample
from eschew.backends.diffusers import attach
from eschew.backends.diffusers.backend import DiffusersBackend
from eschew.backends.diffusers.loading import Loaded
from eschew.backends.engine import open_backend
from eschew.catalog.model_facts import model
from eschew.errors import KnobError
from eschew.plan import Plan, without_negative
from eschew.request import Engine, Request

PEN = np.random.default_rng(2)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Twelve seconds of stereo noise at 24 kHz."""
    path = tmp_path_factory.mktemp("sources") / "clip.wav"
    soundfile.write(path, PEN.uniform(-0.5, 0.5, (24_000 * 12, 2)), 24_000)
    return str(path)


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sources") / "drawing.png"
    Image.fromarray(PEN.integers(0, 256, (SIZE + 20, SIZE, 3), np.uint8)).save(path)
    return str(path)


@pytest.fixture(scope="module")
def pictures() -> DiffusersBackend:
    return of(stable_diffusion(), "sd-1.5")


def of(pipe: Any, model_id: str, rate: int = 0) -> DiffusersBackend:
    family = attach(pipe, "music").family
    return DiffusersBackend(Loaded(model(model_id), pipe, family, "cpu", "float32", {}, sample_rate=rate))


def seen(backend: DiffusersBackend, plan: Plan) -> Any:
    made = backend.sample(plan, 1)
    return made.pixels if isinstance(made, Picture) else made.audio


def because(made: Sample | Picture, field: str) -> str:
    return next(knob.because for knob in made.receipt.knobs if knob.field == field)


def test_the_embedded_model_starts_from_a_source_as_its_graphs_do(clip: str) -> None:
    plan = api.plan(Request("lo-fi", "hiss", source=clip, strength=0.5, num_inference_steps=6))
    graphs = open_backend(model("nano-music"), Engine(), 1)
    torch = open_backend(model("nano-music"), Engine("diffusers", device="cpu"), 1)
    one, other = graphs.sample(plan, 0), torch.sample(plan, 0)
    assert isinstance(one, Sample)
    assert isinstance(other, Sample)

    # latents agree to 1e-4, and the codec's phase search makes more of that
    assert np.abs(one.audio - other.audio).max() < 0.01
    assert (one.receipt.steps, one.receipt.passes) == (other.receipt.steps, other.receipt.passes)
    assert because(one, "source") == because(other, "source")


def test_a_source_for_ace_step_is_a_cover_with_a_strength_that_keeps_it(clip: str) -> None:
    heard: list[dict[str, Any]] = []
    pipe = tiny_ace_step(vae=True)
    inner = pipe.prepare_src_latents

    def listening(**given: Any) -> Any:
        heard.append(given)
        return inner(**given)

    pipe.prepare_src_latents = listening
    plan = api.plan(
        Request("a slow jazz song", "vinyl crackle", "ace-step-v1.5-base", source=clip, strength=0.5, num_inference_steps=2)
    )  # fmt: skip
    made = of(pipe, "ace-step-v1.5-base", RATE).sample(plan, 0)

    assert heard[0]["task_type"] == "cover"
    assert heard[0]["src_audio"].shape == (2, 12 * RATE)
    assert f"resampled from 24,000 to {RATE:,} Hz" in because(made, "source")
    assert "keeps more of the source" in because(made, "strength")
    # of a half cover every step reads a second condition
    assert made.receipt.passes == 2 * (3 + 3)


def test_a_source_for_stable_diffusion_runs_the_last_part_of_the_steps(
    pictures: DiffusersBackend, drawing: str
) -> None:
    steps: list[tuple[int, int]] = []
    plan = api.plan(
        Request("a red cat", "a dog", "sd-1.5", source=drawing, strength=0.5, num_inference_steps=4)
    )
    made = pictures.sample(plan, 1, on_step=lambda done, total: steps.append((done, total)))

    assert made.receipt.steps == 2
    assert steps == [(1, 2), (2, 2)]
    assert "cut out" in because(made, "source")
    assert "keeps less of the source" in because(made, "strength")
    assert not np.array_equal(seen(pictures, plan), seen(pictures, without_negative(plan)))


def test_higher_strength_draws_more_anew(pictures: DiffusersBackend, drawing: str) -> None:
    little, much = (
        seen(pictures, api.plan(Request("a cat", model="sd-1.5", source=drawing, strength=s, num_inference_steps=10)))
        for s in (0.1, 1.0)
    )  # fmt: skip
    fresh = seen(pictures, api.plan(Request("a cat", model="sd-1.5", num_inference_steps=10)))

    assert np.abs(little.astype(int) - much).mean() > 0
    assert fresh.shape == much.shape


def test_a_strength_at_which_no_step_runs_is_refused(drawing: str) -> None:
    with pytest.raises(KnobError, match="none of 5 steps"):
        api.plan(Request("a cat", model="sd-1.5", source=drawing, strength=0.1, num_inference_steps=5))
