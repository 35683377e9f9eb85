"""The catalogue of guidance methods: what they need, cost and are turned by."""

from __future__ import annotations

import math
import re
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.catalog.method_facts import (
    ANY_FAMILY,
    FOLDER,
    Knob,
    MethodFacts,
    decode_method,
    method,
    method_ids,
    methods,
)
from eschew.catalog.model_facts import model_ids, models
from eschew.errors import FileError, KnobError, UnknownNameError

EVERY = methods()
FAMILIES = {facts.family for facts in models()}

every_method = pytest.mark.parametrize("facts", EVERY, ids=[facts.id for facts in EVERY])


def tables_of(method_id: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{method_id}.toml").read_text("utf-8"))


# ── every file ──


def test_the_catalogue_lists_the_files_of_its_folder():
    expected = tuple(sorted(path.stem if path.suffix == ".toml" else "" for path in FOLDER.iterdir()))

    assert method_ids() == expected
    assert tuple(facts.id for facts in EVERY) == expected


@pytest.mark.parametrize(
    "method_id",
    [
        "cfg-substitution",
        "three-branch",
        "perp-neg",
        "nag",
        "contrast",
        "vsf",
        "ong",
        "nasa",
        "dng",
        "apg",
        "cfg-zero",
        "sld",
        "rewrite",
        "native",
    ],
)
def test_the_catalogue_knows(method_id: str):
    assert method(method_id).id == method_id


@every_method
def test_every_table_says_where_it_is_from_and_when(facts: MethodFacts):
    for table in (facts, facts.cost, *facts.presets):
        assert table.source
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", table.date)


@every_method
def test_families_and_models_that_are_named_exist(facts: MethodFacts):
    assert set(facts.families) <= FAMILIES | {ANY_FAMILY}
    assert set(facts.never) <= FAMILIES | set(model_ids())
    for preset in facts.presets:
        assert set(preset.models) <= set(model_ids())


@every_method
def test_some_model_can_use_it(facts: MethodFacts):
    assert [one.id for one in models() if facts.id in one.methods]


@every_method
def test_defaults_lie_in_their_ranges_and_act(facts: MethodFacts):
    for knob in facts.knobs:
        assert knob.checked(knob.default) == knob.default
        assert knob.off != knob.default or knob.name == "end", f"{knob.name} is off by default"
        if knob.off is not None:
            assert knob.checked(knob.off) == knob.off


@every_method
def test_presets_turn_knobs_that_exist_within_their_ranges(facts: MethodFacts):
    for preset in facts.presets:
        for setting in preset.knobs:
            assert facts.knob(setting.name).checked(setting.value) == setting.value
        for model_id in preset.models:
            family = next(one.family for one in models() if one.id == model_id)
            assert facts.fits(family, model_id), f"{preset.name}: {model_id}"


@every_method
def test_costs_are_in_passes_of_the_prompt_alone(facts: MethodFacts):
    assert facts.cost.passes >= 1.0
    assert facts.cost.max_passes is None or facts.cost.max_passes >= facts.cost.passes
    if facts.kind == "velocity":
        assert facts.cost.passes == (3.0 if facts.uses_null else 2.0)


# ── facts that people rely on ──


def test_substitution_costs_two_passes_and_is_off_at_one():
    facts = method("cfg-substitution")

    assert facts.cost.passes == 2.0
    assert facts.knob("guidance_scale").off == 1.0
    assert not facts.suits_distilled


def test_three_branches_part_the_strengths():
    facts = method("three-branch")

    strengths = {knob.name for knob in facts.knobs if not knob.name.startswith("window")}
    assert strengths == {"guidance_scale", "negative_scale"}
    assert facts.knob("negative_scale").off == 0.0


def test_three_branch_defaults_are_substitution():
    """At w_n = w - 1 the two are the same, so that a change of method alone changes nothing."""
    facts = method("three-branch")

    assert facts.knob("negative_scale").default == facts.knob("guidance_scale").default - 1.0
    assert facts.knob("guidance_scale").default == method("cfg-substitution").knob("guidance_scale").default


def test_nag_counts_phi_as_the_paper_does():
    """Published code says nag_scale 5 for Flux; the paper's φ is one less."""
    preset = method("nag").preset_for("flux.1-schnell")

    assert preset is not None
    assert {setting.name: setting.value for setting in preset.knobs} == {
        "phi": 4.0,
        "tau": 2.5,
        "alpha": 0.25,
    }


def test_vsf_is_one_pass_and_never_on_flux_dev():
    facts = method("vsf")

    assert facts.cost.passes == 1.0
    assert facts.fits("flux", "flux.1-schnell")
    assert not facts.fits("flux", "flux.1-dev")


def test_rewriting_fits_anything():
    assert method("rewrite").fits("a family of tomorrow")


def test_sld_has_its_four_presets():
    strengths = {
        preset.name: {s.name: s.value for s in preset.knobs}["strength"] for preset in method("sld").presets
    }

    del strengths["nano-music"]  # measured here, not the paper's
    assert strengths == {"weak": 20, "medium": 1000, "strong": 2000, "max": 5000}


def test_a_model_without_a_preset_gets_none():
    assert method("nag").preset_for("ideogram") is None


# ── knobs ──


@given(value=st.floats(allow_nan=True, allow_infinity=True))
@settings(max_examples=100)
def test_a_knob_takes_its_range_and_nothing_else(value: float):
    knob = Knob(name="alpha", default=0.5, min=0.0, max=1.0, about="a fraction")

    if 0.0 <= value <= 1.0:
        assert knob.checked(value) == value
    else:
        with pytest.raises(KnobError, match="alpha must be a number from 0 to 1"):
            knob.checked(value)


def test_a_knob_of_whole_numbers_takes_no_fraction():
    knob = Knob(name="warmup", default=10, min=0, integer=True, about="steps")

    assert knob.checked(7) == 7
    for wrong in (7.5, -1, math.nan, math.inf):
        with pytest.raises(KnobError, match="whole number"):
            knob.checked(wrong)


# ── asking ──


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("perpneg", "perp-neg"), ("naag", "nag"), ("threebranch", "three-branch"), ("CFG-zero*", "cfg-zero")],
)
def test_an_unknown_method_gets_the_name_that_was_meant(asked: str, meant: str):
    with pytest.raises(UnknownNameError) as caught:
        method(asked)

    assert asked in caught.value.what
    assert meant in caught.value.hint


def test_an_unknown_knob_is_told_what_there_is():
    with pytest.raises(UnknownNameError, match="there is no knob of nag called 'scale'") as caught:
        method("nag").knob("scale")

    assert "phi" in caught.value.hint


# ── what a file may hold ──


def test_a_misspelt_fact_is_an_error():
    tables = tables_of("nag")
    tables["knobs"]["tau"]["maximum"] = 3.0

    with pytest.raises(FileError, match=r"knobs\.\d\.maximum"):
        decode_method(tables, "nag.toml")


def test_a_preset_without_knobs_is_an_error():
    tables = tables_of("nag")
    del tables["presets"]["flux"]["knobs"]

    with pytest.raises(FileError, match="knobs"):
        decode_method(tables, "nag.toml")
