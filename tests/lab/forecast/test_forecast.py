"""The forecast: what it knows beforehand, how it learns, how it is judged, and that asking it is light."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from eschew import api
from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.forecast_evidence import ForecastEvidence
from eschew.catalog.model_facts import model
from eschew.catalog.placing import place_clause
from eschew.lab.forecast.cells import Cell
from eschew.lab.forecast.features import NAMES, features, named
from eschew.lab.forecast.fitting import auroc, brier, fitted, said
from eschew.lab.forecast.judging import held_out, scores
from eschew.lab.forecast.making import learned
from eschew.lab.forecast.scoring import probability
from eschew.prompt import clauses


@pytest.fixture(scope="module")
def can() -> Capabilities:
    return capabilities(model("nano-music"))


def known(prompt: str, negative: str, can: Capabilities, **wishes: object) -> dict[str, float]:
    plan = api.plan(api.Request(prompt, negative, **wishes))  # type: ignore[arg-type]
    clause = clauses(plan.negative_prompt)[0]
    return dict(named(features(plan, clause, place_clause(clause.text, "music"), can)))


def test_a_companion_of_the_style_is_known_as_one(can: Capabilities) -> None:
    found = known("lo-fi hip-hop with electric piano", "vinyl crackle", can)

    assert found["texture"] == 1.0
    assert found["companion"] == 1.0
    assert found["contradiction"] == 0.0


def test_what_the_prompt_asks_for_is_a_contradiction(can: Capabilities) -> None:
    assert known("jazz trio with piano", "piano", can)["contradiction"] == 1.0
    assert known("jazz trio with organ", "marimba", can)["contradiction"] == 0.0


def test_words_outside_the_vocabulary_are_counted(can: Capabilities) -> None:
    assert known("jazz trio", "vinyl crackle", can)["unknown words"] == 0.0
    assert known("jazz trio", "hurdy-gurdy crackle", can)["unknown words"] == pytest.approx(2 / 3)


def test_a_push_counts_where_the_window_lets_it_act(can: Capabilities) -> None:
    late = known("jazz trio", "drums", can, negative_scale=4.0, window=(0.5, 1.0))
    early = known("jazz trio", "drums", can, negative_scale=4.0, window=(0.0, 0.2))
    weak = known("jazz trio", "drums", can, negative_scale=0.5, window=(0.0, 0.2))

    assert (late["push early"], late["push midway"]) == (0.0, 0.0)
    assert late["push late"] > 0
    assert early["push early"] > weak["push early"] > 0


def test_attention_methods_push_no_velocity(can: Capabilities) -> None:
    found = known("jazz trio", "drums", can, method="nag")

    assert found["attention method"] == 1.0
    assert found["push midway"] == 0.0


def made_up(count: int, seed: int, noise: float = 0.5) -> list[Cell]:
    """Cells in which the second feature decides, concepts and prompts mixed."""
    rng, plan = np.random.default_rng(seed), api.plan(api.Request("jazz trio", "drums"))
    out = []
    for index in range(count):
        numbers = rng.standard_normal(len(NAMES))
        gone = int(rng.random() < 1 / (1 + np.exp(-numbers[1] * 3 / noise)))
        out.append(Cell(f"c{index % 17}", f"p{index % 23}", plan, tuple(map(float, numbers)), 6, 6 * gone))
    return out


def numbers_of(cells: list[Cell]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = np.array([c.numbers for c in cells])
    return x, np.array([float(c.effective) for c in cells]), np.array([int(c.concept[1:]) for c in cells])


def test_what_decides_is_learnt_and_calibrated() -> None:
    x, came, groups = numbers_of(made_up(600, 1))
    weights = fitted(NAMES, x, came, came, groups)
    fresh, later, _ = numbers_of(made_up(600, 2))
    forecasts = said(weights, fresh)

    assert max(range(len(NAMES)), key=lambda i: abs(weights.weights[i])) == 1
    assert auroc(forecasts, later) > 0.9
    assert abs(float(forecasts.mean() - later.mean())) < 0.06


def test_the_light_scoring_and_the_array_one_agree() -> None:
    x, came, groups = numbers_of(made_up(200, 3))
    weights = fitted(NAMES, x, came, came, groups)

    assert [probability(weights, row) for row in x[:20]] == pytest.approx(list(said(weights, x[:20])))


def test_cells_are_judged_by_weights_that_saw_neither_their_concept_nor_their_prompt() -> None:
    """Concepts with a fate of their own: whoever had seen them could tell, and nobody else can."""
    cells = [
        Cell(c.concept, c.prompt, c.plan, c.numbers, 6, 6 * (int(c.concept[1:]) % 2)) for c in made_up(400, 4)
    ]
    x, _, _ = numbers_of(cells)
    told = np.hstack([x, np.eye(17)[[int(c.concept[1:]) for c in cells]]])
    names = (*NAMES, *(f"is c{i}" for i in range(17)))

    assert abs(scores(held_out(names, told, cells), cells).auroc - 0.5) < 0.2


def test_nothing_to_learn_is_no_better_than_the_overall_rate() -> None:
    rng = np.random.default_rng(5)
    cells = [
        Cell(c.concept, c.prompt, c.plan, c.numbers, 6, 6 * int(rng.random() < 0.7)) for c in made_up(400, 6)
    ]
    x, _, _ = numbers_of(cells)
    found = scores(held_out(NAMES, x, cells), cells)

    assert abs(found.auroc - 0.5) < 0.12
    assert found.brier < found.brier_of_base_rate + 0.03


@pytest.mark.parametrize(
    ("forecasts", "came", "area", "error"),
    [
        ([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], 1.0, 0.025),
        ([0.1, 0.9], [1, 0], 0.0, 0.81),
        ([0.5, 0.5], [1, 0], 0.5, 0.25),
        ([0.7, 0.7], [1, 1], 0.5, 0.09),
    ],
)
def test_scores_by_hand(forecasts: list[float], came: list[int], area: float, error: float) -> None:
    said_, came_ = np.array(forecasts), np.array(came, np.float64)

    assert auroc(said_, came_) == area
    assert brier(said_, came_) == pytest.approx(error)


def test_a_probe_is_learnt_beside_the_words() -> None:
    found = learned("nano-music", "engine", made_up(150, 7), lambda _plan: ((0.5, 1.0), (0.4, 1.2)))

    assert isinstance(found, ForecastEvidence)
    assert len(found.probed.names) == len(found.weights.names) + 4
    assert found.scores.cells == 150
    assert sum(b.n for b in found.scores.reliability) == 150


def test_asking_loads_nothing_heavy() -> None:
    code = (
        "from eschew import api; api.forecast(api.Request('lo-fi hip-hop', 'vinyl crackle')); import sys; "
        "print([n for n in ('numpy', 'onnxruntime', 'scipy', 'optuna', 'sqlalchemy') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
