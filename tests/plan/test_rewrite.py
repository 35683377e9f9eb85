"""Avoidances said inside the positive prompt, for hosts that have no field for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.errors import PromptError
from eschew.plan.rewrite import Rewrite, rewrite
from eschew.prompt import clauses

LOFI = (
    "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano, "
    "melancholy late-night focus mood"
)
SYNTHWAVE = "Mid-80s synthwave, retro analog arpeggio, gated reverb snare, big supersaw stab on the chorus"
BALLAD = (
    "Acoustic singer-songwriter ballad, single fingerpicked nylon-string guitar, intimate male tenor lead, "
    "dry mix on the lead"
)


def of(model_id: str, host: str = "") -> Capabilities:
    return capabilities(model(model_id), host)


COVER = of("minimax-music-cover")
MUSIC_3 = of("minimax-music-3.0")
NOVA = of("nova-canvas")
GPT_IMAGE = of("openai-gpt-image")


def how(result: Rewrite) -> dict[str, tuple[str, str]]:
    return {one.clause: (one.phrase, one.by) for one in result.said}


# ── the examples of the field ────────────────────────────────────────────────────────────────────────────────────


def test_contrastive_phrasing_as_the_field_writes_it() -> None:
    result = rewrite("warm natural lead vocal", "autotune, long reverb", COVER)

    assert result.text == "warm natural lead vocal, no autotune, dry mix"
    assert how(result) == {"autotune": ("no autotune", "contrast"), "long reverb": ("dry mix", "positive")}
    assert (result.length, result.limit) == (45, 300)
    assert result.summary == "2 of 2 avoidances are said in the prompt, which now has 45 characters of 300."


def test_crackle_is_named_because_clean_production_would_fight_the_dust_that_was_asked_for() -> None:
    result = rewrite(LOFI, "vinyl crackle, tape hiss, lo-fi noise", COVER)

    assert result.text == f"{LOFI}, no vinyl crackle, no tape hiss"
    assert how(result)["lo-fi noise"] == ("no vinyl crackle", "shared")


def test_three_words_for_a_vocoder_are_said_once() -> None:
    result = rewrite(SYNTHWAVE, "vocoder, talkbox, robotic vocals", COVER)

    assert result.text == f"{SYNTHWAVE}, no vocoder"
    assert [one.by for one in result.said] == ["contrast", "shared", "shared"]


def test_what_the_prompt_asks_for_already_is_not_said_twice() -> None:
    result = rewrite(BALLAD, "long reverb, hall reverb, lush reverb", COVER)

    assert result.text == f"{BALLAD}, no long reverb"


@pytest.mark.parametrize(
    "clause",
    [
        "an early-2010s pop production aesthetic",
        "early-2010s pop production aesthetic",
        "Avoid sounding like the early-2010s pop production aesthetic",
    ],
)
def test_a_whole_aesthetic_is_refused_with_a_proposal(clause: str) -> None:
    result = rewrite(SYNTHWAVE, f"no vocoder, {clause}", COVER)

    assert result.text == f"{SYNTHWAVE}, no vocoder"
    (left,) = result.left_out
    assert left.clause == clause
    assert "cannot be said shortly" in left.reason
    assert left.proposal == "raw, natural, minimally processed recording"


def test_a_prompt_that_fights_its_negative_is_told() -> None:
    result = rewrite("Acoustic guitar with warm room reverb", "long reverb", COVER)

    assert result.text == "Acoustic guitar with warm room reverb"
    assert "“warm room reverb”" in result.left_out[0].reason
    assert "split the difference" in result.left_out[0].reason


def test_genre_and_abstract_ideas_are_proposals_and_moods_are_positive_words() -> None:
    result = rewrite("guitar song", "country, the past, melancholy, screaming", COVER)

    assert {one.clause for one in result.left_out} == {"country", "the past"}
    assert all(one.proposal for one in result.left_out)
    assert how(result) == {
        "melancholy": ("uplifting major-key", "positive"),
        "screaming": ("calm, clean singing", "positive"),
    }


# ── hosts differ ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_vendors_own_pattern_is_used_where_there_is_one() -> None:
    result = rewrite(LOFI, "vinyl crackle, (tape hiss:1.2)", MUSIC_3)

    assert result.text.endswith("Avoid: vinyl crackle, tape hiss")
    assert how(result)["vinyl crackle"] == ("vinyl crackle", "fold")


def test_positive_words_stand_before_the_vendors_pattern() -> None:
    result = rewrite("a song", "long reverb, cowbell", MUSIC_3)

    assert result.text == "a song, dry mix. Avoid: cowbell"


def test_hosts_that_advise_against_negation_get_positive_words_only() -> None:
    prompt = "a portrait in a garden"

    result = rewrite(prompt, "blurry, watermark, cartoon, cars, dogs", NOVA)

    added = result.text.removeprefix(prompt)
    assert "sharp" in added
    assert not {"no", "not", "without"} & set(added.replace(",", " ").split())
    assert [one.clause for one in result.left_out] == ["cars", "dogs"]
    assert "no cars" in rewrite(prompt, "cars", GPT_IMAGE).text


def test_the_same_weights_have_another_limit_elsewhere() -> None:
    prompt = "p" * 295

    assert rewrite(prompt, "vocoder", COVER).said == ()
    assert rewrite(prompt, "vocoder", of("minimax-music-cover", "replicate")).length == 307


# ── room ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_worth_most_for_its_length_gets_the_room() -> None:
    result = rewrite("p" * 285, "autotune, long reverb, vocoder", COVER)

    assert result.text == "p" * 285 + ", dry mix"
    assert [one.clause for one in result.left_out] == ["autotune", "vocoder"]
    assert "takes 300" in result.left_out[0].reason


def test_a_weight_of_the_user_moves_a_clause_up() -> None:
    prompt = "p" * 285

    assert [one.clause for one in rewrite(prompt, "cowbell, banjo", COVER).said] == ["banjo"]
    assert [one.clause for one in rewrite(prompt, "(cowbell:1.6), banjo", COVER).said] == ["cowbell"]


def test_a_raised_weight_is_said_both_ways_where_there_is_room() -> None:
    (said,) = rewrite("a song", "(vocoder:1.5)", COVER).said

    assert (said.phrase, said.by) == ("no vocoder, natural unprocessed voices", "both")
    assert "1.5" in said.note


def test_nothing_fits_and_it_says_so() -> None:
    result = rewrite("p" * 300, "vocoder, autotune", COVER)

    assert result.text == "p" * 300
    assert len(result.left_out) == 2
    assert result.summary.startswith("None of the 2 avoidances could be said")


def test_a_prompt_that_is_too_long_alone_is_an_error_with_the_numbers() -> None:
    with pytest.raises(PromptError, match=r"301 characters.*takes 300"):
        rewrite("p" * 301, "vocoder", COVER)


def test_a_prompt_that_stays_too_short_is_an_error_with_the_numbers() -> None:
    with pytest.raises(PromptError, match=r"4 characters.*wants 10"):
        rewrite("jazz", "", COVER)

    assert rewrite("jazz", "vocoder", COVER).text == "jazz, no vocoder"


def test_an_empty_prompt_is_an_error() -> None:
    with pytest.raises(PromptError, match="empty"):
        rewrite("  ", "vocoder", COVER)


def test_characters_are_counted_as_characters_not_bytes() -> None:
    prompt = "夜" * 288

    assert rewrite(prompt, "vocoder", COVER).length == 300
    with pytest.raises(PromptError):
        rewrite("🎻" * 301, "vocoder", COVER)


# ── what cannot be meant ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_weight_of_zero_and_a_bare_no_are_left_out() -> None:
    result = rewrite("a calm song", "(hiss:0), no", COVER)

    assert result.said == ()
    assert [one.clause for one in result.left_out] == ["hiss", "no"]


def test_two_opposites_are_not_both_replaced() -> None:
    result = rewrite("an ordinary song", "happy, sadness", COVER)

    assert result.text == "an ordinary song"
    assert all("would contradict" in one.reason for one in result.left_out)


def test_what_the_prompt_asks_for_by_name_is_not_forbidden_in_it() -> None:
    result = rewrite("violin and cowbell duet", "cowbell", COVER)

    assert "cowbell" in result.left_out[0].reason


# ── what always holds ────────────────────────────────────────────────────────────────────────────────────────────

PIECES = st.sampled_from(
    [
        "vocoder",
        "long reverb",
        "(drums:1.5)",
        "[country]",
        "sadness",
        "happy",
        "no autotune",
        "(hiss:0)",
        "the past",
        "blurry",
        "watermark",
        "cars",
        "an early-2010s pop production aesthetic",
        "夜の街",
        "naïve é",
        "  ",
        "🎻",
        "too much bass",
        "a",
        "dry mix",
        "{negative}",
        "no",
        "BREAK",
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map(", ".join),
    st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=60),
)
HOSTS = st.sampled_from(
    [COVER, MUSIC_3, NOVA, GPT_IMAGE, of("suno-v4"), of("ace-step-v1.5-turbo", "upstream")]
)


@settings(max_examples=120)
@given(prompt=st.one_of(TEXTS, st.integers(1, 310).map("q".__mul__)), negative=TEXTS, can=HOSTS)
def test_whole_honest_and_within_limits_on_any_text(prompt: str, negative: str, can: Capabilities) -> None:
    try:
        result = rewrite(prompt, negative, can)
    except PromptError:
        least, most = can.limits.prompt_min_characters or 0, can.limits.prompt_max_characters
        assert not prompt.strip() or len(prompt.strip()) < least or (most and len(prompt.strip()) > most)
        return

    assert prompt.strip() in result.text
    assert result.length == len(result.text)
    assert result.limit is None or result.length <= result.limit
    assert result.length >= (can.limits.prompt_min_characters or 0)
    spans = sorted([one.span for one in result.said] + [one.span for one in result.left_out])
    assert spans == sorted(clause.span for clause in clauses(negative.strip()))
    assert all(one.phrase for one in result.said)
    told = [one for one in result.said if one.by != "prompt"]
    # With a vendor's pattern the two halves of "both" stand apart: "beatless. Avoid: drums".
    assert all(part in result.text for one in told for part in one.phrase.split(", "))
    assert all(one.reason for one in result.left_out)
    assert rewrite(prompt, negative, can) == result
