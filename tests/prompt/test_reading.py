"""Phrases, clauses, words, hidden characters, schedules in time, and the guess at a dialect."""

from __future__ import annotations

import unicodedata

import pytest

from eschew.prompt import DIALECTS, When, clauses, detect, hidden_characters, parse, phrases, words
from eschew.prompt.dialects import FRONT_ENDS
from eschew.prompt.tree import Moment


def said(text: str, dialect: str) -> list[tuple[str, float]]:
    return [(clause.text, clause.weight) for clause in clauses(parse(text, dialect))]


def test_weighted_negatives_survive_down_to_clauses() -> None:
    assert said("(blurry:1.5), text", "a1111") == [("blurry", 1.5), ("text", 1.0)]
    assert said("(blurry, text:1.5), logo", "comfy") == [("blurry", 1.5), ("text", 1.5), ("logo", 1.0)]
    assert said("(vinyl crackle)1.5, tape hiss", "compel") == [("vinyl crackle", 1.5), ("tape hiss", 1.0)]
    assert said("{weight 1.5: a, b}; c", "neutral") == [("a", 1.5), ("b", 1.5), ("c", 1.0)]


def test_a_bare_text_is_read_in_the_dialect_it_seems_to_be_in() -> None:
    assert [(clause.text, clause.weight) for clause in clauses("(blurry:1.5), text")] == [
        ("blurry", 1.5),
        ("text", 1),
    ]


def test_a_clause_has_the_weight_of_its_strongest_phrase_and_keeps_the_others() -> None:
    (clause,) = clauses(parse("a (red:1.3) and [green] house", "a1111"))

    assert clause.text == "a red and green house"
    assert clause.weight == 1.3
    assert [phrase.weight for phrase in clause.phrases] == [1.0, 1.3, 1.0, 0.909091, 1.0]


def test_clauses_end_at_commas_semicolons_and_line_ends_of_any_script() -> None:
    assert [text for text, _ in said("a, b; c\nd\r\ne，f、g；h،i؛j,, ,k", "plain")] == list("abcdefghijk")


def test_escapes_are_undone_in_clauses_and_spans_point_at_what_was_typed() -> None:
    text = r"  smile \(happy\) , (blurry:1.5)"
    first, second = clauses(parse(text, "a1111"))

    assert first.text == "smile (happy)"
    assert text[slice(*first.span)] == r"smile \(happy\)"
    assert text[slice(*second.span)] == "blurry"


def test_a_change_of_schedule_starts_a_clause() -> None:
    found = clauses(parse("a [red:blue:0.5] house BREAK sky AND sea", "a1111"))

    assert [clause.text for clause in found] == ["a", "red", "blue", "house", "sky", "sea"]
    assert found[1].when == When(until_share=0.5)
    assert found[2].when == When(after_share=0.5)
    assert [clause.chunk for clause in found] == [0, 0, 0, 0, 1, 0]
    assert [clause.part.index for clause in found] == [0, 0, 0, 0, 0, 1]


def test_phrases_with_spans() -> None:
    text = "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky)))."
    found = phrases(parse(text, "a1111"))

    assert [(phrase.text, phrase.weight) for phrase in found] == [
        ("a ", 1.0),
        ("house", 1.573),
        ("on", 1.0),
        (" a ", 1.1),
        ("hill", 0.55),
        (", sun, ", 1.1),
        ("sky", 1.4641),
        (".", 1.1),
    ]
    assert all(text[slice(*phrase.span)] == phrase.text for phrase in found)


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ("[a:b:0.5]", ["a", "a", "a", "a", "b", "b", "b", "b"]),
        ("[a:b:3]", ["a", "a", "a", "b", "b", "b", "b", "b"]),
        ("[b:0.25]", ["", "", "b", "b", "b", "b", "b", "b"]),
        ("[a::6]", ["a", "a", "a", "a", "a", "a", "", ""]),
        ("[a|b|]", ["a", "b", "", "a", "b", "", "a", "b"]),
        ("[[a|b]|c]", ["a", "c", "a", "c", "a", "c", "a", "c"]),
        ("[[a|b|c]|d]", ["a", "d", "c", "d", "b", "d", "a", "d"]),
        ("[a:[b:c:6]:2]", ["a", "a", "b", "b", "b", "b", "c", "c"]),
        ("[x:1.2]", [""] * 8),
    ],
)
def test_what_is_in_at_each_of_eight_steps(prompt: str, heard: list[str]) -> None:
    found = phrases(parse(prompt, "a1111"))

    steps = range(1, 9)
    assert [
        "".join(phrase.text for phrase in found if phrase.when.active(step, 8)) for step in steps
    ] == heard


def test_two_turns_are_one_turn_or_none() -> None:
    for first, one in [(k, n) for n in range(1, 7) for k in range(n)]:
        for second, two in [(k, n) for n in range(1, 7) for k in range(n)]:
            when = When().taking(first, one).taking(second, two)
            for step in range(1, 61):
                wanted = (step - 1) % one == first and (step - 1) % two == second
                assert when.active(step, 60) == wanted


def test_a_moment_is_a_share_or_a_step() -> None:
    assert Moment(0.5, is_share=True).step(25) == 12
    assert Moment(10, is_share=False).step(25) == 10
    assert Moment(40, is_share=False).step(25) == 25


def test_words_are_lower_case_compatible_forms_with_places() -> None:
    text = "Lo-Fi best_quality, ﬁne “don’t” 88 BPM ＬＯＧＯ café"
    found = words(text)

    assert [word.text for word in found] == [
        "lo-fi", "best", "quality", "fine", "don't", "88", "bpm", "logo", "café",
    ]  # fmt: skip
    assert text[slice(*found[3].span)] == "ﬁne"
    assert text[slice(*found[7].span)] == "ＬＯＧＯ"


def test_hidden_characters_do_not_part_words() -> None:
    for hidden in "\u200b\u200d\u2060\ufeff\u00ad\ufe0f\u3164\x07":
        text = f"wa{hidden}termark"
        (word,) = words(text)

        assert word.text == "watermark"
        assert word.span == (0, len(text))
        assert [found.span for found in hidden_characters(text)] == [(2, 3)]


def test_decomposed_letters_are_one_word() -> None:
    (word,) = words(unicodedata.normalize("NFD", "Décor"))

    assert word.text == "décor"


def test_hidden_characters_have_names() -> None:
    found = hidden_characters("a\u200bb\x00c\ud800d\te\n")

    assert [hidden.name for hidden in found] == [
        "ZERO WIDTH SPACE",
        "control character U+0000",
        "lone surrogate U+D800",
    ]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("blurry, text, watermark", "plain"),
        ("a smile (happy), ratio 16:9 - wide", "plain"),
        ("Disney+, LGBTQ+ flag, hi-res", "plain"),
        ('a sign that says "1980"', "plain"),
        ("", "plain"),
        ("(blurry:1.5), text", "a1111"),
        ("((blurry)), [[text]]", "a1111"),
        ("[dog:cat:0.5]", "a1111"),
        ("[dog|cat] in a field", "a1111"),
        ("a BREAK b", "a1111"),
        ("a <lora:thing:0.8>", "a1111"),
        ("embedding:easynegative, (x:1.2)", "comfy"),
        ("blurry++, text--", "compel"),
        ("(bad hands)1.3, text", "compel"),
        ('("a", "b").blend(0.5, 0.5)', "compel"),
        ("{weight 1.5: blurry}", "neutral"),
        ("{turns: a|b}", "neutral"),
    ],
)
def test_the_guess_at_a_dialect(text: str, dialect: str) -> None:
    assert detect(text) == dialect


def test_every_dialect_has_a_file_and_every_file_is_listed() -> None:
    from importlib.resources import files

    names = {entry.name.removesuffix(".py") for entry in files("eschew.prompt.dialects").iterdir()}

    assert names - {"__init__", "__pycache__", "dialect", "schedules"} == set(DIALECTS)
    assert tuple(dialect.name for dialect in FRONT_ENDS) == DIALECTS
