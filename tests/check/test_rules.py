"""The list of rules, their names and their pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eschew.check import RULES, Rule, explain, find_rule
from eschew.check.pages import GROUPS, pages
from eschew.errors import UnknownNameError

SECTIONS = ["What it does", "Why it matters", "Example", "Instead", "Fix safety", "Sources"]


def test_the_list_is_the_folder(root: Path) -> None:
    folder = root / "src" / "eschew" / "check" / "rules"
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py") if path.stem != "__init__"}

    assert {rule.name for rule in RULES} == files


def test_codes_are_unique_grouped_and_in_order() -> None:
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"ESC\d{3}", code) and code[3] in GROUPS for code in codes)


def test_codes_are_permanent() -> None:
    """A code stays with its rule for ever: a line may be added here, never changed."""
    assert {rule.code: rule.name for rule in RULES} == {
        "ESC101": "empty-prompt",
        "ESC102": "hidden-character",
        "ESC103": "text-beyond-token-limit",
        "ESC104": "text-beyond-character-limit",
        "ESC105": "prompt-below-minimum",
        "ESC201": "no-negative-field",
        "ESC202": "inert-negative",
        "ESC203": "task-without-negative",
        "ESC204": "mode-off-for-negative",
        "ESC205": "guidance-off",
        "ESC206": "method-misfit",
        "ESC207": "inert-guidance-scale",
        "ESC208": "knob-out-of-range",
        "ESC301": "crowded-negative",
        "ESC302": "negation-in-negative",
        "ESC303": "duplicate-clause",
        "ESC304": "near-duplicate-clause",
        "ESC305": "vanishing-weight",
        "ESC306": "saturating-weight",
        "ESC307": "uncarried-weight",
        "ESC401": "unreliable-class",
        "ESC402": "abstract-concept",
        "ESC403": "unknown-word",
        "ESC404": "unknown-concept",
        "ESC405": "contradiction-in-words",
        "ESC406": "contradiction-in-meaning",
        "ESC407": "fought-companion",
        "ESC408": "vague-prompt",
        "ESC409": "negation-in-prompt",
        "ESC501": "protected-name",
        "ESC502": "content-filter-wanted",
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_name_says_the_problem(rule: Rule) -> None:
    """It reads after "allow …", so it holds no remedy and no ban."""
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rule.name)
    assert not re.search(r"\b(?:use|avoid|remove|disallow|forbid|must|should|prefer|require)\b", rule.name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_page_is_complete(rule: Rule) -> None:
    text = explain(rule.code)
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]

    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS
    assert set(headings) <= {*SECTIONS, "Limits"}
    assert text.startswith(f"# {rule.name} ({rule.code})\n")
    assert rule.summary.endswith((".", '".'))


def test_a_rule_is_found_by_code_or_name_in_any_case() -> None:
    assert find_rule("esc302") is find_rule("Negation-in-Negative")
    with pytest.raises(UnknownNameError, match="no rule called 'negation-in-negatve'") as caught:
        explain("negation-in-negatve")
    assert "negation-in-negative" in caught.value.hint


def test_the_pages_on_disk_are_fresh(root: Path) -> None:
    """If this fails: python -m eschew.check.pages docs/rules."""
    folder = root / "docs" / "rules"
    on_disk = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}

    assert on_disk == pages()


def test_the_pages_link_to_each_other_and_every_rule_is_listed() -> None:
    index = pages()["README.md"]

    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", index)) == set(pages()) - {"README.md"}
