"""Pages without clips: a search for the best plan, and a forecast set against what came."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from eschew.catalog.forecast_evidence import Bin, ForecastEvidence, Scores, Weights
from eschew.lab.experiments.experiment import Experiment, Results, Subject
from eschew.lab.tune.values import Candidate, Goal, Proof, Score, Side, Trial, Tuned
from eschew.plan import Plan
from eschew.report.forecast import forecast_page
from eschew.report.tuned import tuned_page, write_tuned_page

PLAN = Plan(
    model="nano-music",
    prompt="lo-fi <i>beat</i>",
    negative_prompt="vinyl crackle",
    method="nag",
    guidance_scale=3.0,
    negative_scale=4.0,
    window=(0.0, 0.8),
    num_inference_steps=24,
)
ASKED = Subject("lo-fi <i>beat</i>", "vinyl crackle", ("vinyl-crackle",), ("drums",))
GENTLE = Trial(Candidate("vinyl crackle", "nag", 3.0, 4.0, (0.0, 0.8)), Score(0.9, 0.05, 2.0, 8), True)
HARSH = Trial(Candidate("crackle", "three-branch", 5.0, 6.0, (0.0, 1.0)), Score(0.85, 0.4, 3.0, 8))


def side(name: str, removed: float | None, passes: float, plan: Plan = PLAN) -> Side:
    score = Score(removed or 0.0, 0.1, passes, 32)
    return Side(name, plan, removed, (0.7, 0.95), 30, 0.1, (0.05, 0.2), 60, score)


TUNED = Tuned(
    goal=Goal(ASKED, "nano-music"),
    trials=(GENTLE, HARSH),
    front=(GENTLE,),
    chosen=GENTLE,
    proof=Proof(
        32,
        100_000,
        side("default", 0.86, 3.0, replace(PLAN, method="cfg-substitution")),
        side("chosen", 0.9, 2.0),
        0.04,
        (-0.05, 0.14),
        0.5,
        2 / 3,
        True,
    ),
    results=Results(
        Experiment("tune proof", "?", "nano-music", (ASKED,), (), "none", 32),
        (),
        (),
        (),
        "music",
        "e",
        "",
        32,
    ),
    passes=5_000,
    budget=20_000,
    seed=0,
)
SCORES = Scores(0.12, 0.24, 0.91, (0.84, 0.96), 240, 30, 12, 0.45, (Bin(0.1, 0.05, (0.01, 0.2), 40),))
WEIGHTS = Weights(("a",), (0.0,), (1.0,), (1.0,), 0.0)
FORECAST = ForecastEvidence("nano-music", "e", WEIGHTS, WEIGHTS, SCORES, replace(SCORES, brier=0.08), 4)


def test_a_search_shows_its_front_its_choice_and_its_proof() -> None:
    html = tuned_page(TUNED)

    assert "2 plans tried in 5000 of 20000 passes" in html
    assert html.count("<circle ") == 2
    assert "nag, negative scale 4, guidance 3, window 0–0.8: “vinyl crackle” (chosen)" in html
    assert "removes as much as the default (+4 points, −5 to +14), at 50" in html
    assert PLAN.digest in html


def test_a_first_look_is_not_compared_with_a_second() -> None:
    """Eight pairs flatter whatever comes out best of many: what removed all of it there is shown, and no more."""
    lucky = Trial(HARSH.candidate, Score(1.0, 0.0, 1.0, 8))
    html = tuned_page(replace(TUNED, trials=(GENTLE, lucky)))

    assert 'class="point aside"' in html
    assert "Dashed, and left out of that: a first look, 8 pairs." in html
    assert '<td class="standing note">a first look, 8 pairs</td>' in html


def test_where_nothing_was_looked_at_twice_all_are_compared() -> None:
    html = tuned_page(replace(TUNED, trials=(replace(GENTLE, confirmed=False), HARSH)))

    assert "first look" not in html


def test_the_default_plan_may_come_out_best() -> None:
    same = replace(TUNED.proof, chosen=replace(TUNED.proof.default, name="chosen"))
    html = tuned_page(replace(TUNED, proof=same))

    assert "The default plan came out best" in html
    assert "it removes 86 % (70–95 %) of 30" in html.replace("\u00a0", " ")
    assert html.count('<th scope="row">default</th>') == 1
    assert '<th scope="row">chosen</th>' not in html


def test_a_proof_with_nothing_to_remove_says_so() -> None:
    empty = replace(TUNED, proof=replace(TUNED.proof, chosen=side("chosen", None, 2.0), harm_ratio=None))

    assert "none had it" in tuned_page(empty)


def test_a_prompt_is_text_and_nothing_is_asked_of_any_server() -> None:
    html = tuned_page(TUNED)

    assert "<i>beat" not in html
    assert "&lt;i&gt;beat" in html
    assert re.findall(r'(?:src|href)="([^"]*)"', html) == []


def test_a_forecast_is_shown_from_the_words_and_after_a_look() -> None:
    html = forecast_page(FORECAST)

    assert html.index("0.120") < html.index("0.080")
    assert html.count('class="chart reliability-plot"') == 2


def test_it_is_written_whole(tmp_path: Path) -> None:
    write_tuned_page(TUNED, tmp_path / "tune.html")

    assert (tmp_path / "tune.html").read_text(encoding="utf-8") == tuned_page(TUNED)
    assert [path.name for path in tmp_path.iterdir()] == ["tune.html"]
