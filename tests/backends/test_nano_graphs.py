"""The exported graphs against PyTorch: the same safetensors in diffusers' class, and the formulas of `eschew.guidance`.

The reference attentions here are written from the public formulas and share no line with the recipe that exported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eschew import guidance
from eschew.backends.nano.backend import WEIGHTS, NanoBackend
from eschew.backends.nano.look import UNREAD
from eschew.backends.nano.runtime import LEAD, Push

torch = pytest.importorskip("torch", reason="PyTorch is installed by `make test`")

from diffusers import AceStepTransformer1DModel  # noqa: E402
from diffusers.models.transformers.ace_step_transformer import AceStepAttnProcessor2_0  # noqa: E402
from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder  # noqa: E402

FOLDER = WEIGHTS / "nano-music"
RUNTIME = NanoBackend("nano-music", threads=1).runtime
LATENTS = np.random.default_rng(3).standard_normal((128, 64)).astype(np.float32)
TIME = 0.7
COND = RUNTIME.encode("lo-fi hip-hop, electric piano, drums")
NEGATIVE = RUNTIME.encode("vinyl crackle, tape hiss")


class Reference(AceStepAttnProcessor2_0):  # type: ignore[misc]
    """Cross-attention whose text-reading part is `act(query, plus, minus)`, each of `plus` and `minus` (key, value)."""

    def __init__(self, negative: Any, act: Any) -> None:
        super().__init__()
        self.negative, self.act = negative, act

    def __call__(
        self,
        attn: Any,
        hidden_states: Any,
        encoder_hidden_states: Any = None,
        attention_mask: Any = None,
        image_rotary_emb: Any = None,
    ) -> Any:
        def heads(layer: Any, states: Any) -> Any:
            return layer(states).unflatten(-1, (attn.heads, attn.head_dim))

        def read(states: Any) -> tuple[Any, Any]:
            key = attn.norm_k(heads(attn.to_k, states))
            return key.transpose(1, 2), heads(attn.to_v, states).transpose(1, 2)

        query = attn.norm_q(heads(attn.to_q, hidden_states)).transpose(1, 2)
        return attn.to_out[0](self.act(query, read(encoder_hidden_states), read(self.negative)))


def attention(query: Any, pair: tuple[Any, Any], bias: Any = 0.0) -> Any:
    logits = query @ pair[0].transpose(-1, -2) / query.shape[-1] ** 0.5 + bias
    return (torch.softmax(logits, -1) @ pair[1]).transpose(1, 2).flatten(2)


def reference(negative: Any = None, act: Any = None) -> Any:
    """The velocity through diffusers' class, from the shipped safetensors."""
    model = AceStepTransformer1DModel.from_pretrained(FOLDER / "transformer", torch_dtype=torch.float32)
    condition = AceStepConditionEncoder.from_pretrained(
        FOLDER / "condition_encoder", torch_dtype=torch.float32
    )
    silence = condition.silence_latent[:, :128]
    with torch.no_grad():
        if act is not None:
            embedded = model.condition_embedder(torch.from_numpy(negative))
            for block in model.layers:
                block.cross_attn.set_processor(Reference(embedded, act))
        return model(
            hidden_states=torch.from_numpy(LATENTS)[None],
            timestep=torch.tensor([TIME]),
            timestep_r=torch.tensor([TIME]),
            encoder_hidden_states=torch.from_numpy(COND),
            context_latents=torch.cat([silence, torch.ones_like(silence)], dim=-1),
            return_dict=False,
        )[0][0].numpy()


def assert_close(found: Any, expected: Any) -> None:
    """The largest difference is below a thousandth of the largest velocity."""
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()


def apart(push: Push) -> tuple[Any, float]:
    """The negative as one layer."""
    bias, shares = np.zeros((1, NEGATIVE.shape[1]), np.float32), np.ones(1, np.float32)
    return RUNTIME.velocity_apart(LATENTS, TIME, COND, NEGATIVE, bias, shares, push)


def test_the_plain_graph_and_the_null_are_those_of_the_pytorch_folder() -> None:
    condition = AceStepConditionEncoder.from_pretrained(
        FOLDER / "condition_encoder", torch_dtype=torch.float32
    )

    assert_close(RUNTIME.velocity(LATENTS, TIME, COND), reference())
    np.testing.assert_allclose(RUNTIME.null, condition.null_condition_emb.detach().numpy(), atol=1e-6)


@pytest.mark.parametrize(("phi", "tau", "alpha"), [(4.0, 2.5, 0.25), (8.0, 1.2, 1.0), (0.5, 10.0, 0.5)])
def test_nag(phi: float, tau: float, alpha: float) -> None:
    clipped: list[float] = []

    def act(query: Any, plus: Any, minus: Any) -> Any:
        z, share = guidance.nag(attention(query, plus), attention(query, minus), phi, tau, alpha)
        clipped.append(float(share))
        return z

    expected = reference(NEGATIVE, act)
    velocity, share = apart(Push(phi, 1.0, 0.0, tau, alpha))

    assert_close(velocity, expected)
    assert share == pytest.approx(float(np.mean(clipped)), abs=0.01)


def test_nasa() -> None:
    def act(query: Any, plus: Any, minus: Any) -> Any:
        return guidance.nasa(attention(query, plus), attention(query, minus), 0.7)

    assert_close(apart(Push(0.7, 0.0, 0.0))[0], reference(NEGATIVE, act))


def test_ong() -> None:
    def act(query: Any, plus: Any, minus: Any) -> Any:
        return guidance.orthogonal_negative(attention(query, plus), attention(query, minus), 1.5)

    assert_close(apart(Push(1.5, 0.0, 1.0))[0], reference(NEGATIVE, act))


def test_layers_of_a_negative_are_read_apart_and_weighed() -> None:
    """Two more layers, of two words and of one, at shares that no other number in here has."""
    texts = [NEGATIVE, RUNTIME.encode("vinyl crackle"), RUNTIME.encode("cowbell")]
    shares = np.array([1.0, 0.6, 0.25], np.float32)
    owners = np.repeat(range(3), [text.shape[1] for text in texts])
    bias = np.where(owners == np.arange(3)[:, None], 0.0, UNREAD).astype(np.float32)
    stops = np.cumsum([text.shape[1] for text in texts])

    def act(query: Any, plus: Any, minus: Any) -> Any:
        z_pos = attention(query, plus)
        starts = [0, *stops[:-1]]
        first, *others = [
            attention(query, (minus[0][:, :, a:b], minus[1][:, :, a:b]))
            for a, b in zip(starts, stops, strict=True)
        ]
        z_neg = first + sum(float(s) * (z - z_pos) for s, z in zip(shares[1:], others, strict=True))
        return guidance.nag(z_pos, z_neg, 4.0, 2.5, 0.5)[0]

    whole, push = np.concatenate(texts, axis=1), Push(4.0, 1.0, 0.0, 2.5, 0.5)
    found, _ = RUNTIME.velocity_apart(LATENTS, TIME, COND, whole, bias, shares, push)

    assert_close(found, reference(whole, act))


def test_vsf() -> None:
    words = np.ascontiguousarray(NEGATIVE[:, LEAD:])
    scale = np.linspace(1.0, 4.0, words.shape[1], dtype=np.float32)

    def act(query: Any, plus: Any, minus: Any) -> Any:
        a = torch.from_numpy(scale)
        z = guidance.value_sign_flip(query, *plus, *minus, a, 0.2)
        return z.transpose(1, 2).flatten(2)

    found = RUNTIME.velocity_joint(LATENTS, TIME, COND, words, np.full_like(scale, -0.2), scale)

    assert_close(found, reference(words, act))


def test_at_no_strength_the_attention_graph_is_the_plain_one() -> None:
    assert_close(apart(Push(0.0, 1.0, 0.0, 2.5, 0.25))[0], RUNTIME.velocity(LATENTS, TIME, COND))


def test_the_weights_are_stored_once() -> None:
    """The graphs are small beside the safetensors that they point into."""
    graphs = sum(file.stat().st_size for file in FOLDER.glob("*.onnx"))
    weights = sum(file.stat().st_size for file in FOLDER.rglob("*.safetensors"))

    assert graphs < 0.25 * weights
