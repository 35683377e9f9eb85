"""The catalogue of models: every file holds, and the facts that people rely on are what the sources say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from eschew.catalog import model_facts
from eschew.catalog.capabilities import RUN_BY_HOST, capabilities
from eschew.catalog.method_facts import method, method_ids
from eschew.catalog.model_facts import (
    FOLDER,
    Condition,
    ModelFacts,
    NegativeFacts,
    decode_model,
    model,
    model_ids,
    models,
)
from eschew.errors import FileError, UnknownNameError

EVERY = models()
EVERY_PLACE = [(facts, host.name) for facts in EVERY for host in facts.hosts]

every_model = pytest.mark.parametrize("facts", EVERY, ids=[facts.id for facts in EVERY])
every_place = pytest.mark.parametrize(
    ("facts", "host"), EVERY_PLACE, ids=[f"{facts.id}@{host}" for facts, host in EVERY_PLACE]
)


def tables_with_facts(tables: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The tables of a file that must say where they are from: all but bare ranges and guidance knobs."""
    found = []
    for key, value in tables.items():
        here = f"{path}{key}"
        if key in ("guidance_scale", "num_inference_steps"):
            continue  # their source is the host's table around them
        if key == "hosts":
            for name, host in value.items():
                found += [(f"{here}.{name}", host), *tables_with_facts(host, f"{here}.{name}.")]
        elif isinstance(value, dict):
            found += [(here, value), *tables_with_facts(value, f"{here}.")]
        elif key == "companions":
            found += [(f"{here}.{index}", table) for index, table in enumerate(value)]
    return found


# ── every file ──


def test_the_catalogue_lists_the_files_of_its_folder():
    expected = tuple(sorted(path.stem if path.suffix == ".toml" else "" for path in FOLDER.iterdir()))

    assert model_ids() == expected
    assert tuple(facts.id for facts in EVERY) == expected


@every_model
def test_an_id_is_plain_and_names_no_other_model(facts: ModelFacts):
    assert re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", facts.id)

    others = {
        name.casefold() for other in EVERY if other.id != facts.id for name in (other.id, *other.aliases)
    }
    assert not others & {facts.id, *(alias.casefold() for alias in facts.aliases)}


@every_model
def test_every_table_says_where_it_is_from_and_when(facts: ModelFacts):
    tables = tomllib.loads((FOLDER / f"{facts.id}.toml").read_text("utf-8"))

    for path, table in tables_with_facts(tables):
        assert table.get("source"), path
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", table.get("date", "")), path
        assert table.get("confidence") in {"verified", "documented", "secondary", "unconfirmed"}, path


@every_place
def test_flags_are_consistent(facts: ModelFacts, host: str):
    negative = facts.host(host).negative or facts.negative

    assert not negative.effective or negative.accepted
    assert not negative.accepted or negative.field_exists
    assert negative.field_exists == bool(negative.wire_field)
    assert negative.field_exists == (negative.wire_shape != "none")
    assert negative.field_exists or negative.acts_on == "nothing"
    assert not negative.fold or "{negative}" in negative.fold


@every_place
def test_tasks_that_a_field_does_not_serve_are_tasks(facts: ModelFacts, host: str):
    negative = facts.host(host).negative or facts.negative

    assert set(negative.unless) <= set(facts.tasks)
    assert set(facts.host(host).tasks or ()) <= set(facts.tasks)


@every_place
def test_methods_exist_and_fit_the_model(facts: ModelFacts, host: str):
    named = facts.host(host).methods or facts.methods

    assert named
    assert len(set(named)) == len(named)
    assert set(named) <= set(method_ids())
    assert [name for name in named if not method(name).fits(facts.family, facts.id)] == []
    if facts.weights.distilled:
        assert [name for name in named if not method(name).suits_distilled] == []


@every_place
def test_a_service_is_only_asked_for_what_it_can_be_asked(facts: ModelFacts, host: str):
    at = facts.host(host)

    if at.kind in ("service", "panel"):
        assert set(capabilities(facts, host).methods) <= set(RUN_BY_HOST)


@every_place
def test_native_is_named_exactly_where_a_service_has_a_field_that_works(facts: ModelFacts, host: str):
    at = facts.host(host)
    negative = at.negative or facts.negative
    named = facts.methods if at.methods is None else at.methods

    if at.kind in ("service", "panel", "server"):
        assert ("native" in named) == negative.effective


@every_place
def test_ranges_hold_their_defaults(facts: ModelFacts, host: str):
    at = facts.host(host)

    for knob in (at.guidance_scale, at.num_inference_steps):
        if knob is not None and knob.default is not None:
            assert knob.min is None or knob.min <= knob.default
            assert knob.max is None or knob.default <= knob.max


@every_place
def test_a_default_that_is_off_is_said_to_be(facts: ModelFacts, host: str):
    """A host that leaves guidance off by default never reads the negative unless someone raises it; eschew's own host does
    where guidance is ignored, because there the negative acts in the attention.
    """
    at = facts.host(host)
    guidance, negative = at.guidance_scale, at.negative or facts.negative

    if at.kind == "embedded" and guidance is not None and guidance.convention == "ignored":
        assert facts.methods[0] in ("nag", "contrast")
    elif guidance is not None and guidance.default is not None and guidance.default <= guidance.on_threshold:
        wants_guidance = any(condition.knob == "guidance_scale" for condition in negative.requires)
        assert wants_guidance or not negative.effective


@every_place
def test_whatever_happens_to_a_negative_somebody_can_say_it(facts: ModelFacts, host: str):
    """No model, host and task leaves a negative without a way that works or a sentence on why there is none."""
    for task in facts.host(host).tasks or facts.tasks:
        seen = capabilities(facts, host, task)

        assert seen.field_effective == (seen.why_not == "")
        assert seen.methods
        assert seen.field_effective or "native" not in seen.methods


# ── the models that were asked for ──


@pytest.mark.parametrize(
    "model_id",
    [
        "nano-music",
        "sd-1.5",
        "sd-2.1",
        "sdxl",
        "sd-3.5-large",
        "sd-3.5-large-turbo",
        "flux.1-dev",
        "flux.1-schnell",
        "flux.2-klein",
        "z-image",
        "z-image-turbo",
        "qwen-image",
        "ace-step-v1",
        "ace-step-v1.5-base",
        "ace-step-v1.5-sft",
        "ace-step-v1.5-turbo",
        "ace-step-v1.5-xl-base",
        "ace-step-v1.5-xl-turbo",
        "stable-audio-open",
        "stable-audio-3",
        "stable-audio-2.5",
        "minimax-music-cover",
        "minimax-music-3.0",
        "minimax-music-3",
        "openai-gpt-image",
        "stability-core",
        "stability-ultra",
        "elevenlabs-music-v1",
        "elevenlabs-music-v2",
        "lyria-2",
        "lyria-3",
        "suno",
        "ideogram-v2",
        "ideogram-v3",
        "ideogram-v4",
        "kling-image",
        "nova-canvas",
        "recraft-v3",
        "imagen",
        "flux.2-pro",
        "musicgen",
        "leonardo-phoenix",
        "gemini-image",
        "lyria-realtime",
        "titan-image",
        "wan-image",
        "mage-flow-turbo",
    ],
)
def test_the_catalogue_knows(model_id: str):
    assert model(model_id).id == model_id


# ── conditions ──


def test_a_knob_must_be_above_and_not_at_the_number():
    on = Condition(knob="guidance_scale", above=1.0)

    assert on.holds({"guidance_scale": 1.5})
    assert not on.holds({"guidance_scale": 1.0})
    assert not on.holds({})


def test_a_mode_must_be_on():
    thinking = Condition(mode="thinking")

    assert thinking.holds({}, {"thinking"})
    assert not thinking.holds({"thinking": 1.0})


# ── asking ──


def test_one_id_reads_one_file(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    real = model_facts.read_facts
    monkeypatch.setattr(model_facts, "read_facts", lambda path: read.append(path.name) or real(path))
    model_facts._read.cache_clear()

    model("sdxl")

    assert read == ["sdxl.toml"]


def test_the_catalogue_is_light():
    """Knowing one model loads nothing that a cold start would feel."""
    heavy = "{'numpy', 'torch', 'onnxruntime', 'difflib', 'rich', 'typer'}"
    code = f"import sys; from eschew.catalog.model_facts import model; model('sdxl'); print({heavy} & set(sys.modules))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "set()"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("sdxll", "sdxl"),
        ("SDXL", "sdxl"),
        ("ace-step-1.5-turbo", "ace-step-v1.5-turbo"),
        ("flux-schnell", "flux.1-schnell"),
        ("stabilityai/stable-diffusion-xl-base-1.0", "sdxl"),
        ("music-cover", "minimax-music-cover"),
        ("nano_music", "nano-music"),
    ],
)
def test_an_unknown_model_gets_the_name_that_was_meant(asked: str, meant: str):
    with pytest.raises(UnknownNameError) as caught:
        model(asked)

    assert asked in caught.value.what
    assert meant in caught.value.hint


@pytest.mark.parametrize("asked", ["", "../errors", "..", "sdxl.toml", "\x00", "zzzzzzzz", "x" * 100_000])
def test_any_other_text_is_an_unknown_model_too(asked: str):
    with pytest.raises(UnknownNameError) as caught:
        model(asked)

    assert len(caught.value.what) < 120
    assert "eschew models" in caught.value.hint


# ── what a file may hold ──


def tables_of(model_id: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{model_id}.toml").read_text("utf-8"))


def test_a_misspelt_fact_is_an_error():
    tables = tables_of("sdxl")
    tables["negative"]["efective"] = True

    with pytest.raises(FileError) as caught:
        decode_model(tables, "sdxl.toml")

    assert caught.value.where == "sdxl.toml"
    assert "negative.efective" in caught.value.why


def test_a_misspelt_fact_of_a_host_is_an_error():
    tables = tables_of("sdxl")
    tables["hosts"]["diffusers"]["guidance_scale"]["defualt"] = 5.0

    with pytest.raises(FileError, match=r"hosts\.0\.guidance_scale\.defualt"):
        decode_model(tables, "sdxl.toml")


@pytest.mark.parametrize(
    ("key", "value"),
    [("modality", "video"), ("backend", "cloud"), ("title", 3), ("hosts", "diffusers"), ("tasks", None)],
)
def test_a_fact_of_the_wrong_kind_is_an_error(key: str, value: object):
    with pytest.raises(FileError, match="does not fit"):
        decode_model({**tables_of("sdxl"), key: value}, "sdxl.toml")


def test_a_missing_source_is_an_error():
    tables = tables_of("sdxl")
    del tables["negative"]["source"]

    with pytest.raises(FileError, match="source"):
        decode_model(tables, "sdxl.toml")


def test_facts_cannot_be_changed():
    facts = model("sdxl")

    with pytest.raises(FrozenInstanceError):
        facts.title = "mine"  # type: ignore[misc]
    assert hash(facts) == hash(model("sdxl"))


def test_what_comes_out_is_typed():
    assert isinstance(model("sdxl").negative, NegativeFacts)
