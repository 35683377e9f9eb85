"""A page with a title, sections and definitions, for what has no clips or pictures of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eschew.report import words
from eschew.report.markup import Markup, tag, together
from eschew.report.page import document


def plain_page(title: str, sections: Sequence[Markup], definitions: Mapping[str, str]) -> str:
    """The HTML itself."""
    body = tag("section", *sections, attributes={"class": "comparison experiment"})
    terms = [part for term, text in definitions.items() for part in (tag("dt", term), tag("dd", text))]
    return document(
        "plain.html",
        ("page.css", "experiment.css"),
        {"title": escape(words.printable(title)), "sections": body, "definitions": together(terms)},
    )
