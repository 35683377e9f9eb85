"""The table of methods: one unguided arm for all, rates as the comparison has them, readable by the catalogue."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from benchmarks.methods import among, evidence, measured, plans

from eschew.backends.fake import FakeBackend
from eschew.catalog.method_evidence import method_evidence
from eschew.errors import UnknownNameError, UsageError


def test_every_method_of_the_model_is_measured_against_the_arm_of_its_guidance(tmp_path: Path) -> None:
    made = plans("nano-music", 0, 2, {})
    results = measured(made, 4, FakeBackend(dusty=1.0), tmp_path)
    rows = [evidence(result) for result in results]
    (tmp_path / "m.json").write_bytes(msgspec.json.encode(rows))

    arms = {result.plan_without.digest for result in results}
    assert len(arms) == len({plan.guidance_scale for plan in made})
    assert len(list((tmp_path / "clips").iterdir())) == 4 * (len(arms) + len(made))
    assert method_evidence("three-branch", tmp_path / "m.json") == tuple(
        r for r in rows if r.method == "three-branch"
    )
    assert all(row.removed["vinyl-crackle"][0] == 1.0 for row in rows)


def test_settings_replace_what_a_plan_would_choose() -> None:
    wish = {"three-branch": {"negative_scale": 3.0, "window": [0.0, 0.5]}}
    (plan,) = [p for p in plans("nano-music", 0, 2, wish) if p.method == "three-branch"]

    assert (plan.negative_scale, plan.window) == (3.0, (0.0, 0.5))


def test_a_part_is_measured_and_the_rest_of_the_table_stays(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    before = [
        evidence(r) for r in measured(plans("nano-music", 0, 2, {}), 2, FakeBackend(dusty=1.0), tmp_path)
    ]
    file.write_bytes(msgspec.json.encode(before))
    (fresh,) = [
        evidence(r)
        for r in measured(plans("nano-music", 0, 2, {}, ["nag"]), 3, FakeBackend(dusty=1.0), tmp_path)
    ]

    merged = among([fresh], file)

    assert [row.method for row in merged] == [row.method for row in before]
    assert [row for row in merged if row.method == "nag"] == [fresh]
    assert fresh.pairs == 3
    assert all(row.pairs == 2 for row in merged if row.method != "nag")
    with pytest.raises(UsageError, match="no method 'magic'"):
        plans("nano-music", 0, 2, {}, ["magic"])


@pytest.mark.parametrize(
    "wish", [{"magic": {}}, {"three-branch": {"speed": 1}}, {"three-branch": {"knobs": {"phi": 1.0}}}]
)
def test_settings_that_make_no_sense_get_a_sentence(wish: dict[str, dict[str, object]]) -> None:
    with pytest.raises((UsageError, UnknownNameError)):
        plans("nano-music", 0, 2, wish)
