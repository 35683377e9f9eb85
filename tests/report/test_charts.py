"""Plots with two axes: the Pareto front of a search, the reliability of a forecast."""

from __future__ import annotations

import re

from eschew.catalog.forecast_evidence import Bin, Scores
from eschew.catalog.reliability_plot import drawn
from eschew.report.front import Point, front_plot
from eschew.report.reliability import reliability_plot

POINTS = (
    Point("gentle", 0.5, 0.02, 2.0, True),
    Point("default", 0.9, 0.3, 3.0, False),
    Point("chosen one", 0.95, 0.1, 2.5, True, chosen=True),
)
SCORES = Scores(
    brier=0.12,
    brier_of_base_rate=0.24,
    auroc=0.91,
    auroc_interval=(0.84, 0.96),
    cells=240,
    concepts=30,
    prompts=12,
    effective=0.45,
    reliability=(Bin(0.1, 0.05, (0.01, 0.2), 40), Bin(0.8, 0.9, (0.7, 0.97), 40)),
)


def circles(html: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'(\w+)="([^"]*)"', found)) for found in re.findall(r"<circle ([^>]*)>", html)]


def test_a_point_lies_where_its_numbers_say() -> None:
    """Harm reaches to 30 %, so the axis does; removal goes upwards."""
    second, first, third = circles(front_plot(POINTS))

    assert (second["cx"], second["cy"]) == ("75.00%", "10.00%")
    assert (first["cx"], first["cy"]) == ("5.00%", "50.00%")
    assert (third["cx"], third["cy"]) == ("25.00%", "5.00%")


def test_more_passes_are_a_larger_circle_and_the_front_is_filled() -> None:
    second, first, third = circles(front_plot(POINTS))

    assert float(first["r"]) < float(third["r"]) < float(second["r"])
    assert [("front" in each["class"].split()) for each in (first, second, third)] == [True, False, True]
    assert "chosen" in third["class"]


def test_what_was_chosen_lies_over_the_front_and_the_front_over_the_rest() -> None:
    shown = re.findall(r'class="number-mark">(\d)<', front_plot(POINTS))

    assert shown == ["2", "1", "3"]


def test_of_many_points_only_the_front_is_not_folded_away() -> None:
    many = [*POINTS, *(Point(f"way {i}", 0.1, 0.5, 3.0, False) for i in range(12))]
    shown, _, folded = front_plot(many).partition("<details>")

    assert "gentle" in shown
    assert "way 3" not in shown.partition("<table")[2]
    assert "<summary>13 more ways</summary>" in folded
    assert shown.count("<tr>") + folded.count("<tr>") == 2 + len(many)


def test_the_front_is_told_and_tabled() -> None:
    html = front_plot(POINTS)

    assert (
        'aria-label="Removed against harm. gentle: removed 50 %, harm 2 %, 2 passes a step; chosen one'
        in html
    )
    assert html.count("<tr>") == 1 + len(POINTS)
    assert "chosen one (chosen)" in html


def test_points_that_all_cost_the_same_are_equal_circles() -> None:
    html = front_plot([Point("a", 0.1, 0.0, 2.0, True), Point("b", 0.2, 0.0, 2.0, True)])

    assert len({each["r"] for each in circles(html)}) == 1


def test_a_forecast_is_set_against_what_came() -> None:
    """The square is 320 wide and begins at 48."""
    html = reliability_plot(SCORES)
    first, second = circles(html)

    assert (first["cx"], first["cy"]) == ("80.0", "352.0")
    assert (second["cx"], second["cy"]) == ("304.0", "80.0")
    assert 'd="M304.0 144.0V57.6"' in html
    assert "70–97 %" in html
    assert "0.120" in html
    assert "0.91" in html
    assert "0.84–0.96" in html


def test_it_is_the_drawing_of_the_documents() -> None:
    svg = drawn(SCORES.reliability, "What was said against what came, in 2 bins")

    assert svg in reliability_plot(SCORES)
