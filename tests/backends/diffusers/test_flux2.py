"""Flux.2 and Klein: pipelines that take no negative text, and here do."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.backends.diffusers.joint_cases import CASES, NEGATIVE, STEPS, image, steered, told
from tests.backends.diffusers.tiny_flux2 import READS, tiny_flux2, tiny_klein

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.flux2 import FLUX_2, FLUX_2_KLEIN
from eschew.errors import PromptError, RefusalError


@pytest.fixture(scope="module")
def klein() -> Any:
    return tiny_klein()


def test_substitution_is_kleins_own_guidance_with_embeddings_of_the_negative(klein: Any) -> None:
    """The one way in which the pipeline takes a negative: by text it always takes the empty one."""
    case = CASES["klein-base"]
    embeddings, _ = klein.encode_prompt(NEGATIVE, **READS)
    own = image(klein, case, guidance_scale=4.0, negative_prompt_embeds=embeddings)
    with attach(klein, NEGATIVE, method="cfg-substitution") as held:
        ours = image(held, case, guidance_scale=4.0)

    torch.testing.assert_close(ours, own, atol=1e-4, rtol=1e-5)


def test_kleins_null_is_the_empty_text(klein: Any) -> None:
    """Three branches at no strength are its own guidance."""
    case = CASES["klein-base"]
    own = image(klein, case, guidance_scale=4.0)
    with (
        pytest.warns(UserWarning, match="changed nothing"),
        attach(klein, NEGATIVE, method="three-branch", negative_scale=0.0, on_noop="warn") as held,
    ):
        ours = image(held, case, guidance_scale=4.0)

    torch.testing.assert_close(ours, own, atol=1e-4, rtol=1e-5)


def test_distilled_klein_has_no_guidance_left() -> None:
    """Whatever it is called with; NAG is what is chosen for it."""
    pipe, case = tiny_klein(True), CASES["klein"]

    assert FLUX_2_KLEIN.first_choice(pipe) == "nag"
    with (
        attach(pipe, NEGATIVE, method="cfg-substitution") as held,
        pytest.raises(RefusalError, match="needs guidance"),
    ):
        image(held, case, guidance_scale=4.0)
    with attach(pipe, NEGATIVE) as held:
        image(held, case, guidance_scale=4.0)
    assert told(held).passes == 2 * STEPS


def test_the_distilled_scale_of_dev_stays_the_users() -> None:
    """guidance_scale is an input of the weights, not a guidance that could be switched off."""
    pipe, case = tiny_flux2(), CASES["flux2"]
    with attach(pipe, NEGATIVE) as held:
        one, other = image(held, case, guidance_scale=2.5), image(held, case, guidance_scale=6.0)

    assert not torch.allclose(one, other, atol=1e-5)
    assert (told(held).method, told(held).passes) == ("nag", 2 * STEPS)


def test_the_system_message_counts_among_the_tokens() -> None:
    """And the message says so."""
    pipe, case = tiny_flux2(), CASES["flux2"]
    with pytest.raises(PromptError, match="17 tokens with its template, and this text encoder reads 16"):
        steered(pipe, "old " * 7 + "snow", case)


def test_reference_images_are_told_by_their_positions(klein: Any) -> None:
    """They stand at another time than the sample."""
    ids = torch.zeros(1, 6, 4)
    arguments = {"hidden_states": torch.zeros(1, 6, 16), "img_ids": ids}
    assert FLUX_2.own_tokens(arguments) is None

    ids[:, 4:, 0] = 10

    assert FLUX_2.own_tokens(arguments) == 4
