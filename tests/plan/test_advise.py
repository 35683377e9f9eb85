"""What to try next when a result is wrong: the ladder of the field, each rung a ready request."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.errors import PromptError
from eschew.plan.advise import Move, advise, next_move
from eschew.plan.advise_problem import read_problem
from eschew.request import Request

LOFI = (
    "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
    "melancholy late-night focus mood"
)
SYNTHWAVE = "Mid-80s synthwave, retro analog arpeggio, gated reverb snare, big supersaw stab on the chorus"
BALLAD = (
    "Acoustic singer-songwriter ballad, single fingerpicked nylon-string guitar, intimate male tenor lead, "
    "dry mix on the lead"
)
CRACKLE = "vinyl crackle, tape hiss, lo-fi noise"


def of(model_id: str, host: str = "", task: str = "") -> Capabilities:
    return capabilities(model(model_id), host, task)


PANEL = of("ace-step-v1.5-base", "z-tools")
COVER = of("minimax-music-cover")


def ladder(
    problem: str, prompt: str, negative: str = "", can: Capabilities = PANEL, **knobs: float
) -> dict[str, Move]:
    request = Request(prompt, negative, can.model, host=can.host, guidance_scale=knobs.get("guidance_scale"))
    return {move.name: move for move in advise(request, can, problem)}


def test_four_rungs_in_the_order_of_the_field() -> None:
    assert list(ladder("too much crackle", LOFI)) == ["positive", "negative", "guidance", "strength"]


@pytest.mark.parametrize(
    ("problem", "kind", "concept"),
    [
        ("too much crackle", "unwanted", "vinyl-crackle"),
        ("it has drums but I asked for none", "unwanted", "drums"),
        ("there are drums although I asked for no drums", "unwanted", "drums"),
        ("sounds too sad", "unwanted", "sadness"),
        ("there is a vocoder in the chorus", "unwanted", "vocoder"),
        ("drums are missing", "missing", "drums"),
        ("there are no drums", "missing", "drums"),
        ("wanders off from my source", "drift", None),
        ("it does not sound like the original", "drift", None),
        ("too close to the source", "stuck", None),
        ("it ignores both the positive and the negative", "ignored", None),
        ("xyzzy", "unclear", None),
    ],
)
def test_a_complaint_is_read(problem: str, kind: str, concept: str | None) -> None:
    read = read_problem(problem, "music")

    assert (read.kind, read.concept and read.concept.id) == (kind, concept)


# ── one rung after the other ─────────────────────────────────────────────────────────────────────────────────────


def test_first_a_vague_prompt_is_made_specific() -> None:
    moves = ladder("too much crackle", "lo-fi hip-hop")

    move = next_move(tuple(moves.values()))
    assert move is moves["positive"]
    assert move.request.prompt.startswith("lo-fi hip-hop, clean noise-free production")
    assert move.request.negative_prompt == ""


@pytest.mark.parametrize(
    ("prompt", "problem", "negative"),
    [
        (LOFI, "too much crackle", "vinyl crackle, tape hiss, vinyl noise"),
        (SYNTHWAVE, "there is a vocoder in the chorus", "vocoder, talkbox, robotic vocals"),
        (BALLAD, "too much reverb", "long reverb, hall reverb, lush reverb"),
    ],
)
def test_then_a_specific_prompt_gets_a_short_negative(prompt: str, problem: str, negative: str) -> None:
    moves = ladder(problem, prompt)

    move = next_move(tuple(moves.values()))
    assert move is moves["negative"]
    assert move.request.negative_prompt == negative
    assert "Z.Tools" in move.expected


def test_then_guidance_goes_to_12_and_to_15_and_no_further() -> None:
    first = ladder("too much crackle", LOFI, CRACKLE)
    second = ladder("too much crackle", LOFI, CRACKLE, guidance_scale=12.0)
    last = ladder("too much crackle", LOFI, CRACKLE, guidance_scale=15.0)

    move = next_move(tuple(first.values()))
    assert move is first["guidance"]
    assert move.request.guidance_scale == 12.0
    assert second["guidance"].request.guidance_scale == 15.0
    assert last["guidance"].done
    assert next_move(tuple(last.values())) is None


def test_then_strength_where_there_is_a_source_clip() -> None:
    can = of("ace-step-v1.5-base", "z-tools", "cover")
    request = Request(
        LOFI, CRACKLE, can.model, guidance_scale=15.0, strength=0.5, task="cover", host="z-tools"
    )

    move = next_move(advise(request, can, "too much crackle"))

    assert move is not None
    assert (move.name, move.request.strength) == ("strength", 0.75)


# ── the kinds of complaint ───────────────────────────────────────────────────────────────────────────────────────


def test_a_result_that_wanders_gets_strength_before_words() -> None:
    moves = ladder("wanders off from my source", LOFI)

    move = next_move(tuple(moves.values()))
    assert move is moves["strength"]
    assert (move.request.task, move.request.strength) == ("cover", 0.75)
    assert "higher strength keeps more" in move.why


def test_on_image_models_strength_runs_the_other_way() -> None:
    can = of("flux.1-kontext-dev")
    request = Request("a house", model=can.model, strength=0.6)

    move = next_move(advise(request, can, "it wanders off from my source"))

    assert move is not None
    assert move.request.strength == 0.3


@pytest.mark.parametrize("problem", ["sounds too sad", "too country", "screaming vocals"])
def test_genre_mood_and_vocal_style_are_rewritten_not_negated(problem: str) -> None:
    moves = ladder(problem, "guitar song")

    assert not moves["negative"].applies
    assert "not reliable" in moves["negative"].because
    assert next_move(tuple(moves.values())) is moves["positive"]


def test_what_the_prompt_itself_asks_for_is_taken_out_of_it() -> None:
    sad = ladder("sounds too sad", LOFI)["positive"].request.prompt
    wet = ladder("too much reverb", "Acoustic guitar with warm room reverb")

    assert "melancholy" not in sad
    assert "late-night focus mood" in sad
    assert wet["positive"].request.prompt.startswith("Acoustic guitar, dry")
    assert not wet["negative"].applies


def test_a_missing_thing_is_asked_for_and_never_negated() -> None:
    moves = ladder("drums are missing", "lo-fi")

    assert "drums" in moves["positive"].request.prompt
    assert not moves["negative"].applies


def test_texts_that_are_ignored_want_guidance() -> None:
    moves = ladder("it ignores both the positive and the negative", LOFI, CRACKLE)

    assert next_move(tuple(moves.values())) is moves["guidance"]


def test_a_complaint_nobody_understands_gets_no_guess() -> None:
    assert next_move(tuple(ladder("xyzzy", "lo-fi").values())) is None


def test_an_empty_complaint_is_an_error() -> None:
    with pytest.raises(PromptError, match="no problem is named"):
        ladder(" ", LOFI)


# ── what the model can do ────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_field_the_avoidance_is_folded_into_the_prompt() -> None:
    move = ladder("too much crackle", LOFI, can=COVER)["negative"]

    assert move.applies
    assert move.request.prompt == f"{LOFI}, no vinyl crackle"
    assert move.request.negative_prompt == ""
    assert "no field" in move.why


def test_a_distilled_model_has_no_guidance_to_raise() -> None:
    move = ladder("too much crackle", LOFI, can=of("ace-step-v1.5-turbo", "diffusers"))["guidance"]

    assert not move.applies
    assert "distillation" in move.because


def test_guidance_stays_within_the_hosts_range_and_warns_beyond_its_advice() -> None:
    can = of("ace-step-v1.5-base", "upstream")

    move = ladder("too much crackle", LOFI, CRACKLE, can=can, guidance_scale=13.0)["guidance"]

    assert move.request.guidance_scale == 15.0
    assert "advise 5 to 9" in move.expected


def test_elsewhere_guidance_rises_by_as_much_of_its_own_default() -> None:
    assert ladder("it is blurry", "a house", can=of("sdxl"))["guidance"].request.guidance_scale == 6.0


def test_nano_is_only_told_words_it_knows() -> None:
    moves = ladder("too much crackle", "lo-fi hip-hop", can=of("nano-music"))

    assert moves["negative"].request.negative_prompt.startswith("vinyl crackle")
    assert "transparent" not in moves["positive"].request.prompt


def test_a_long_negative_is_cut_to_five_with_the_problem_first_and_says_what_goes() -> None:
    negative = "autotune, cowbell, banjo, country, sadness, vocoder, tape hiss"

    move = ladder("too much crackle", LOFI, negative)["negative"]

    kept = move.request.negative_prompt.split(", ")
    assert kept[0] == "vinyl crackle"
    assert len(kept) == 5
    assert "country" in move.why
    assert "sadness" in move.why


ANY = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=50)
HOSTS = st.sampled_from(
    [PANEL, COVER, of("nano-music"), of("sdxl"), of("nova-canvas"), of("minimax-music-3.0")]
)


@settings(max_examples=60)
@given(problem=ANY.filter(str.strip), prompt=ANY.filter(str.strip), negative=ANY, can=HOSTS)
def test_always_four_moves_with_reasons_and_requests_that_differ_where_there_is_something_to_do(
    problem: str, prompt: str, negative: str, can: Capabilities
) -> None:
    request = Request(prompt, negative, can.model, host=can.host)

    moves = advise(request, can, problem)

    assert [move.name for move in moves] == ["positive", "negative", "guidance", "strength"]
    assert all(move.title and move.why and move.expected and move.because for move in moves)
    step = next_move(moves)
    assert step is None or step.request != request
    assert advise(request, can, problem) == moves
