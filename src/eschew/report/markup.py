"""HTML from nested calls. Text is escaped by being text: only `Markup`, which `tag` alone makes, goes out as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

Attributes = Mapping[str, str | bool]


class Markup(str):
    """HTML that is finished and safe to place."""

    __slots__ = ()


def tag(name: str, *children: str, attributes: Attributes | None = None) -> Markup:
    """`<name …>children</name>`. A true attribute stands alone, a false one is left out."""
    parts = [name]
    for key, value in (attributes or {}).items():
        if value is True:
            parts.append(key)
        elif value is not False:
            parts.append(f'{key}="{escape(value, quote=True)}"')
    return Markup(f"<{' '.join(parts)}>{together(children)}</{name}>")


def void(name: str, attributes: Attributes) -> Markup:
    """An element that has no end tag: `<img …>`, `<input …>`."""
    return Markup(tag(name, attributes=attributes).removesuffix(f"</{name}>"))


def together(children: Iterable[str]) -> Markup:
    """Children side by side, each escaped unless it is `Markup`."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def data(value: float, shown: str) -> Markup:
    """A number as people read it, with the exact one beside it for machines and for tests."""
    return tag("data", shown, attributes={"value": repr(float(value))})
