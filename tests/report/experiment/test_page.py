"""The page of an experiment: one file, no request, every number of the verdicts on it, and nothing executable from a prompt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eschew import api
from eschew.errors import FileError
from eschew.lab.experiments.experiment import Results
from eschew.lab.experiments.side_by_side import side_by_side
from eschew.lab.verdicts import Verdicts, verdicts
from eschew.report.experiment.page import experiment_page
from eschew.report.experiment.samples import Shown
from eschew.report.experiment.telling import nothing_to_remove


class Elements(HTMLParser):
    """Start tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, kind: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.all if tag == kind]

    def classed(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.all if name in (attributes.get("class") or "").split()]


def shown(results: Results, most: int = 2) -> Shown:
    return [
        (arm.name, results.experiment.reference_of(arm.name), side_by_side(results, arm.name, most))
        for arm in results.experiment.arms
        if arm.name != results.experiment.baseline
    ]


@pytest.fixture(scope="module")
def html(results: Results, concluded: Verdicts) -> str:
    return experiment_page(concluded, shown(results), Path(results.folder))


@pytest.fixture(scope="module")
def elements(html: str) -> Elements:
    return Elements(html)


def test_it_asks_nothing_of_any_server(html: str, elements: Elements) -> None:
    addresses = [
        v for _, each in elements.all for k, v in each.items() if k in ("src", "href", "srcset", "action")
    ]
    outside = [address for address in addresses if not re.match(r"data:|#", address or "")]

    assert outside == []
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "@import" not in html


def test_a_prompt_is_text_and_never_markup(html: str) -> None:
    assert "<b>close</b>" not in html
    assert "&lt;b&gt;close&lt;/b&gt; &amp; warm" in html


def test_every_verdict_is_there_with_its_numbers(elements: Elements, concluded: Verdicts) -> None:
    values = Counter(each.get("value") for each in elements.of("data"))

    for target in concluded.targets:
        assert values[repr(target.present_with)]
        assert values[repr(target.removed)]
        assert values["{!r} {!r}".format(*target.removed_ci95)]
        assert values[repr(target.p_adjusted)]
    for kept in concluded.kept:
        assert values[repr(kept.present_with)]
    for moved in concluded.moved:
        assert values[repr(moved.mean)]


def test_the_question_is_the_title_and_verdicts_come_first(html: str, concluded: Verdicts) -> None:
    assert f"<h1>{concluded.question}</h1>" in html
    assert (
        html.index("The verdict")
        < html.index("The arms")
        < html.index("Prompt by prompt")
        < html.index("What should stay")
    )


def test_each_forest_has_a_row_a_prompt_and_a_diamond(elements: Elements, concluded: Verdicts) -> None:
    told = [target for target in concluded.targets if target.removed is not None]

    assert len(elements.classed("forest")) == len(told)
    assert len(elements.of("polygon")) == sum(target.pooled is not None for target in told)
    assert len(elements.classed("prompt")) == len(told) * len(concluded.prompts)
    assert "none had it" in elements.text


def test_a_diamond_spans_the_pooled_interval(elements: Elements, concluded: Verdicts) -> None:
    pooled = concluded.targets[0].pooled
    assert pooled is not None
    low, high = pooled.interval
    diamond = next(each for each in elements.of("svg") if "viewbox" in each)

    assert diamond["x"] == f"{100 * low:.2f}%"
    assert diamond["width"] == f"{100 * (high - low):.2f}%"


def test_plots_tell_what_they_show_to_those_who_do_not_see_them(elements: Elements) -> None:
    drawn = [each for each in elements.of("svg") if each.get("role") == "img"]

    assert len(drawn) > 20
    assert all(each.get("aria-label") for each in drawn)
    assert all(each.get("alt") for each in elements.of("img"))


def test_names_are_given_once(elements: Elements) -> None:
    names = Counter(each["id"] for _, each in elements.all if "id" in each)

    assert max(names.values()) == 1


def test_each_arm_has_players_named_after_the_two_arms(elements: Elements, results: Results) -> None:
    assert len(elements.of("audio")) == 3 * 2 * 2
    assert len(elements.classed("pair")) == 3 * 2
    assert "“negative” beside “none”" in elements.text


def test_pictures_stand_beside_each_other(pictures: Results) -> None:
    html = experiment_page(verdicts(pictures), shown(pictures, 6), Path(pictures.folder))
    elements = Elements(html)

    assert len(elements.classed("gallery")) == 3 * 6
    assert len(elements.of("img")) == 3 * 6 * 3
    assert "pictures of “none”" in elements.text
    assert "look for yourself" in elements.text


def test_the_pairs_shown_are_the_first_seeds_prompts_in_turn(results: Results) -> None:
    found = side_by_side(results, "negative", 8)

    assert [[pair.seed for pair in each.pairs] for each in found] == [[0, 1], [0, 1], [0], [0], [0], [0]]
    assert found[0].plan_without.method == "none"
    assert found[0].negative_prompt == "vinyl crackle, tape hiss"


def test_without_files_there_is_a_page_without_samples(results: Results, concluded: Verdicts) -> None:
    bare = replace(results, outcomes=tuple(replace(o, file=None) for o in results.outcomes))

    html = experiment_page(concluded, shown(bare), Path(bare.folder))

    assert "<h3>Listen</h3>" not in html
    assert "Prompt by prompt" in html


def test_a_lost_file_is_named(results: Results, concluded: Verdicts, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"0-none-0\.wav"):
        experiment_page(concluded, shown(results), tmp_path)


def test_what_is_too_rare_is_said_once(results: Results) -> None:
    rare = replace(results, outcomes=tuple(replace(o, readings=()) for o in results.outcomes))
    elements = Elements(experiment_page(verdicts(rare), [], Path()))

    assert elements.text.count("there in less than 10") == 1


def test_what_is_too_rare_beside_one_arm_is_said_of_that_arm(concluded: Verdicts) -> None:
    target = replace(concluded.targets[0], against="negative", verdict="nothing to remove")
    told = nothing_to_remove(replace(concluded, targets=(*concluded.targets, target, target)))

    assert told.count("there in less than 10 % of “negative”") == 1
    assert "of “none”" not in told


def test_looking_while_it_ran_is_said(concluded: Verdicts) -> None:
    looked = replace(concluded, looks=(4, 8, 12), pairs_run=12)
    text = Elements(experiment_page(looked, [], Path())).text

    assert "stopped at 12 of 16 pairs a prompt" in text
    assert "looked at while it ran" in text


def test_page_and_numbers_are_written_to_a_folder(results: Results, tmp_path: Path) -> None:
    found = api.write_experiment_report(results, tmp_path / "new")

    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["report.html", "report.json"]
    assert found == verdicts(results)
