"""Closed vocabularies: what a model has never seen."""

from __future__ import annotations

from eschew.catalog.vocabulary import unknown_words, vocabulary, vocabulary_words


def test_the_embedded_model_has_one_and_others_have_not() -> None:
    known = vocabulary("nano-music")

    assert known is not None
    assert {"crackle", "piano"} <= known
    assert vocabulary("clip-vit-l-14") is None
    assert vocabulary("") is None


def test_words_are_lower_case_and_know_their_place() -> None:
    assert vocabulary_words("Lo-fi ＰＩＡＮＯ") == (("lo", 0, 2), ("fi", 3, 5), ("piano", 6, 11))


def test_an_unknown_word_is_named_once_at_its_first_place() -> None:
    known = frozenset({"piano", "and"})

    assert unknown_words("kazoo and piano and kazoo", known) == (("kazoo", 0, 5),)
