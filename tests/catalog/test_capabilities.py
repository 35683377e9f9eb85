"""What a model can do about a negative, host by host: the facts that people rely on, as the sources have them."""

from __future__ import annotations

import pytest

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import Guidance, model, models
from eschew.errors import UnknownNameError

EVERY = models()


def test_embedded_models_are_those_that_ship():
    from eschew.backends.nano.folder import installed

    embedded = [facts.id for facts in EVERY if facts.backend == "nano"]

    assert embedded == ["nano-image", "nano-image-turbo", "nano-music", "nano-music-turbo"]
    assert all(map(installed, embedded))


def test_nano_music():
    seen = capabilities(model("nano-music"))

    assert (seen.modality, seen.backend, seen.null) == ("music", "nano", "learned")
    assert seen.accepts_negative
    assert seen.field_effective
    assert seen.why_not == ""
    assert set(seen.methods) >= {"cfg-substitution", "three-branch"}
    assert seen.guidance is not None
    assert (seen.guidance.on_threshold, seen.guidance.raises_to) == (1.0, 1.5)


def test_lofi_brings_crackle_to_nano_music():
    brings = {companion.style: companion.brings for companion in model("nano-music").companions}

    assert "vinyl crackle" in brings["lo-fi"]
    assert "vocoder" in brings["synthwave"]


def test_the_same_ace_step_weights_have_other_defaults_at_other_hosts():
    facts = model("ace-step-v1.5-base")
    upstream, panel = facts.host("upstream").guidance_scale, facts.host("z-tools").guidance_scale

    assert upstream is not None
    assert panel is not None
    assert (upstream.default, upstream.raises_to) == (7.0, None)
    assert (panel.default, panel.raises_to, panel.lean_harder) == (10.0, 1.5, (12.0, 15.0))


def test_ace_step_reads_a_negative_in_its_planner_only_and_not_for_covers():
    facts = model("ace-step-v1.5-base")
    song, cover = capabilities(facts, "upstream", "text2music"), capabilities(facts, "upstream", "cover")

    assert song.field_effective
    assert song.acts_on == "planner"
    assert {str(condition) for condition in song.requires} == {"thinking mode", "lm_cfg_scale above 1"}
    assert cover.accepts_negative
    assert not cover.field_effective
    assert cover.methods == ("rewrite",)
    assert "cover" in cover.why_not


def test_ace_step_in_diffusers_has_no_field_and_eschew_has_a_way():
    seen = capabilities(model("ace-step-v1.5-base"), "diffusers")

    assert not seen.field_exists
    assert seen.negative_effective
    assert seen.null == "learned"
    assert seen.methods[0] == "three-branch"


def test_ace_step_turbo_has_no_guidance_to_hold():
    seen = capabilities(model("ace-step-v1.5-turbo"))

    assert seen.distilled
    assert seen.null == "none"
    assert seen.guidance is not None
    assert seen.guidance.convention == "ignored"
    assert seen.methods[0] == "nag"


def test_a_cover_prompt_has_300_characters_at_the_vendor_and_2000_at_a_reseller():
    facts = model("minimax-music-cover")
    vendor, reseller = capabilities(facts, "minimax"), capabilities(facts, "replicate")

    assert (vendor.limits.prompt_min_characters, vendor.limits.prompt_max_characters) == (10, 300)
    assert reseller.limits.prompt_max_characters == 2000
    assert not vendor.field_exists
    assert vendor.rewrites_only
    assert vendor.fold == ""


def test_minimax_songs_fold_as_the_vendor_does():
    assert capabilities(model("minimax-music-3.0")).fold == "Avoid: {negative}"


@pytest.mark.parametrize(
    "model_id", ["flux.1-dev", "flux.1-schnell", "z-image-turbo", "sd-3.5-large-turbo", "sdxl-turbo"]
)
def test_distilled_image_models_take_a_negative_and_ignore_it(model_id: str):
    seen = capabilities(model(model_id))

    assert seen.accepts_negative
    assert not seen.field_effective
    assert "distillation" in seen.why_not
    assert seen.methods[0] == "nag"
    assert seen.negative_effective


def test_vsf_is_not_offered_on_flux_dev():
    assert "vsf" not in model("flux.1-dev").methods
    assert "vsf" in model("flux.1-schnell").methods


def test_elevenlabs_takes_a_negative_in_plan_mode_only():
    for version, field in (("v1", "negative_global_styles"), ("v2", "negative_styles")):
        negative = model(f"elevenlabs-music-{version}").negative

        assert negative.wire_shape == "plan"
        assert field in negative.wire_field
        assert [str(condition) for condition in negative.requires] == ["plan mode"]


@pytest.mark.parametrize(
    ("model_id", "exists", "accepted", "effective"),
    [
        ("openai-gpt-image", False, False, False),
        ("ideogram-v2", True, True, True),
        ("ideogram-v2a", True, False, False),
        ("ideogram-v3", True, True, True),
        ("ideogram-v4", False, False, False),
        ("imagen", True, True, False),
        ("lyria-2", True, True, True),
        ("lyria-3", False, False, False),
        ("stable-audio-2.5", False, False, False),
        ("flux.2-klein", False, False, False),
        ("nova-canvas", True, True, True),
        ("sdxl", True, True, True),
    ],
)
def test_flags(model_id: str, exists: bool, accepted: bool, effective: bool):
    negative = model(model_id).negative

    assert (negative.field_exists, negative.accepted, negative.effective) == (exists, accepted, effective)


def test_the_turbo_model_of_the_stability_api_refuses_what_the_others_take():
    assert capabilities(model("sd-3.5-large"), "stability").field_effective
    assert not capabilities(model("sd-3.5-large-turbo"), "stability").accepts_negative


def test_lengths():
    kling, openai = capabilities(model("kling-image")).limits, capabilities(model("openai-gpt-image")).limits

    assert (kling.prompt_max_characters, kling.negative_max_characters) == (500, 200)
    assert openai.prompt_max_characters == 32000
    assert capabilities(model("sd-1.5")).limits.prompt_max_tokens == 75


def test_a_host_adds_its_limits_to_the_models():
    limits = capabilities(model("sd-1.5"), "a1111").limits

    assert limits.prompt_max_tokens == 75
    assert limits.overflow == "chunked"


def test_z_image_counts_guidance_from_zero():
    guidance = capabilities(model("z-image")).guidance

    assert guidance is not None
    assert guidance.convention == "offset"
    assert guidance.on_threshold == 0.0
    assert guidance.to_standard(5.0) == 6.0
    assert guidance.to_host(6.0) == 5.0


def test_other_models_count_guidance_from_one():
    assert Guidance(default=7.0).to_standard(7.0) == 7.0
    assert Guidance(default=7.0).to_host(7.0) == 7.0


def test_an_unknown_host_or_task_is_told_what_there_is():
    with pytest.raises(
        UnknownNameError, match=r"there is no host of ace-step-v1\.5-base called 'runwar'"
    ) as caught:
        capabilities(model("ace-step-v1.5-base"), "runwar")
    assert "runware" in caught.value.hint

    with pytest.raises(UnknownNameError, match="task of nano-music") as caught:
        capabilities(model("nano-music"), task="cover")
    assert "text2music" in caught.value.hint


def test_what_comes_out_is_typed():
    assert isinstance(capabilities(model("sdxl")), Capabilities)
