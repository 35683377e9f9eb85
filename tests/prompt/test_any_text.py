"""What holds for any text in any dialect: it parses, comes back unchanged, and keeps its meaning."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eschew.errors import PromptError, UnknownNameError
from eschew.prompt import (
    DIALECTS,
    Clause,
    clauses,
    convert,
    detect,
    hidden_characters,
    normal,
    parse,
    phrases,
    render,
    words,
)
from eschew.prompt.convert import meaning
from eschew.prompt.tree import tiles

# Text over every code point, lone surrogates included, and text that is mostly markup.
ANYTHING = st.text(st.characters(codec=None), max_size=60)
SIGNS = st.sampled_from(
    [*"()[]{}|:\\+-.,\"'= \n", ":1.3)", ":0.5]", ":3]", "(a:", "[b:", "[c|", ")1.2", "+ ", "BREAK", " AND ", "\\(",
     "{weight 1.5: ", "{switch at 0.5: ", "{turns: ", "{compose 0.8}", "{blend 0.3}", "{break}", ".blend(1,1)", '("',
     '","', ".swap(", "dog", "red", " ", "1", "ü", "\u200b", "\ud800"]
)  # fmt: skip
MARKUP = st.lists(SIGNS, max_size=24).map("".join)
TEXT = ANYTHING | MARKUP
DIALECT = st.sampled_from(DIALECTS)

# Time is measured elsewhere; a busy machine is no reason to fail here.
MANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(MANY, max_examples=200)
@given(TEXT, DIALECT)
def test_it_parses_and_comes_back_unchanged(text: str, dialect: str) -> None:
    prompt = parse(text, dialect)

    assert render(prompt) == text
    assert tiles(prompt.nodes, len(text))
    assert prompt == parse(text, dialect)


@settings(MANY, max_examples=200)
@given(TEXT, DIALECT)
def test_the_normal_form_is_idempotent_and_says_the_same(text: str, dialect: str) -> None:
    prompt = parse(text, dialect)
    once = normal(prompt)

    assert normal(once).source == once.source
    assert meaning(once.nodes) == meaning(prompt.nodes)


@settings(MANY, max_examples=200)
@given(TEXT, DIALECT)
def test_the_normal_form_has_the_same_clauses(text: str, dialect: str) -> None:
    prompt = parse(text, dialect)

    def said(found: tuple[Clause, ...]) -> list[tuple[str, float]]:
        return [(clause.text, clause.weight) for clause in found]

    assert said(clauses(normal(prompt))) == said(clauses(prompt))


@settings(MANY, max_examples=200)
@given(TEXT, DIALECT, DIALECT)
def test_a_conversion_keeps_the_meaning_or_names_a_loss(text: str, source: str, target: str) -> None:
    found = convert(text, source, target)

    same = meaning(parse(found.text, target).nodes) == meaning(parse(text, source).nodes)
    assert same or found.losses
    assert all(0 <= loss.span[0] <= loss.span[1] <= len(text) for loss in found.losses)


@settings(MANY, max_examples=200)
@given(TEXT, DIALECT)
def test_the_neutral_form_can_say_everything(text: str, source: str) -> None:
    there = convert(text, source, "neutral")

    assert there.losses == ()


@settings(MANY, max_examples=200)
@given(TEXT, st.sampled_from(["a1111", "comfy", "compel"]))
def test_there_and_back_through_neutral_nothing_is_lost(text: str, dialect: str) -> None:
    there = convert(text, dialect, "neutral")
    back = convert(there.text, "neutral", dialect)

    assert back.losses == ()
    assert meaning(parse(back.text, dialect).nodes) == meaning(parse(text, dialect).nodes)


@settings(MANY, max_examples=100)
@given(st.text("abc ,é-", min_size=1, max_size=20).filter(lambda text: text.strip()), DIALECT)
def test_weight_1_is_the_identity(text: str, dialect: str) -> None:
    spelled = {
        "plain": text,
        "a1111": f"({text}:1)",
        "comfy": f"({text}:1)",
        "compel": f'"{text.replace("-", "~")}"1',  # a hyphen at the end of a word is a sign there
        "neutral": f"{{weight 1: {text}}}",
    }
    bare = spelled["compel"][1:-2] if dialect == "compel" else text

    assert meaning(parse(spelled[dialect], dialect).nodes) == meaning(parse(bare, dialect).nodes)


@settings(MANY, max_examples=150)
@given(TEXT)
def test_spans_point_at_the_words_they_stand_for(text: str) -> None:
    for dialect in DIALECTS:
        prompt = parse(text, dialect)
        for said in (*phrases(prompt), *clauses(prompt)):
            start, end = said.span
            assert 0 <= start <= end <= len(text)
        for clause in clauses(prompt):
            assert text[clause.span[0] : clause.span[1]].strip()
    for clause in clauses(parse(text)):
        assert " ".join(text[clause.span[0] : clause.span[1]].split()) == clause.text


@settings(MANY, max_examples=150)
@given(TEXT)
def test_words_and_hidden_characters_never_fail(text: str) -> None:
    assert detect(text) in DIALECTS
    for word in words(text):
        assert word.text
        assert word.text == word.text.lower()
        assert text[word.span[0] : word.span[1]]
    for hidden in hidden_characters(text):
        assert text[hidden.span[0] : hidden.span[1]] == hidden.char
        assert hidden.name


@pytest.mark.parametrize("wrong", [None, b"blurry", 3, ["blurry"]])
def test_what_is_no_text_is_refused_in_one_sentence(wrong: object) -> None:
    for ask in (parse, clauses, words, hidden_characters, detect):
        with pytest.raises(PromptError, match="a prompt is text"):
            ask(wrong)  # type: ignore[operator]


def test_an_unknown_dialect_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="plain, a1111, comfy, compel, neutral"):
        parse("text", "midjourney")
