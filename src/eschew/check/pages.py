"""The pages of the rules, made from their docstrings: `python -m eschew.check.pages docs/rules` writes them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from eschew.check.rules import RULES

__all__ = ["pages", "write_pages"]

GROUPS = {
    "1": "The text itself",
    "2": "The model and its knobs",
    "3": "The form of the negative",
    "4": "What it means",
    "5": "What a negative is not for",
}
MADE = "<!-- Made from the rules' docstrings by `python -m eschew.check.pages docs/rules`. Change the rule, not this page. -->"


def index() -> str:
    """The list of all rules."""
    lines = [
        "# Rules",
        "",
        "Codes are permanent; names say the problem. `eschew explain CODE` prints a page.",
    ]
    for digit, title in GROUPS.items():
        lines += [
            "",
            f"## {digit}xx: {title}",
            "",
            "| code | name | severity | what it finds |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.summary} |"
            for rule in RULES
            if rule.code[3] == digit
        ]
    return "\n".join(lines) + "\n"


def pages() -> Mapping[str, str]:
    """File name → content of every page."""
    made = {f"{rule.name}.md": rule.markdown for rule in RULES}
    return {name: f"{MADE}\n\n{text}" for name, text in {"README.md": index(), **made}.items()}


def write_pages(folder: Path) -> tuple[str, ...]:
    """Write every page into `folder`, and remove pages of rules that are gone; the names written."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(pages())


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules"))
