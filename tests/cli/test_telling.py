"""The commands that tell before anything is computed: check, plan, advise, concepts, convert, policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.test_commands import eschew


def test_check_points_at_the_words_and_fails_on_errors(tmp_path: Path) -> None:
    done = eschew("check", "Acoustic guitar with warm room reverb", "-n", "long reverb", cwd=tmp_path)

    assert done.returncode == 1
    assert "ESC406 contradiction-in-meaning" in done.stdout
    assert "^^^^^^^^^^^" in done.stdout


def test_check_json_is_a_list_of_findings_with_the_fixed_keys(tmp_path: Path) -> None:
    done = eschew(
        "check", "Lo-fi hip-hop with drums and electric piano", "-n", "no text", "--json", cwd=tmp_path
    )
    findings = json.loads(done.stdout)

    assert findings
    for finding in findings:
        assert set(finding) == {"code", "name", "severity", "span", "message", "evidence", "fix"}
        assert set(finding["span"]) == {"field", "start", "end"}


def test_a_clean_request_is_clean(tmp_path: Path) -> None:
    done = eschew(
        "check", "Jazz trio with brushed drums, upright bass and grand piano", "-n", "cowbell", cwd=tmp_path
    )

    assert done.returncode == 0


def test_fix_makes_the_safe_fix_and_shows_it(tmp_path: Path) -> None:
    done = eschew(
        "check", "Jazz trio with brushed drums and piano", "-n", "no cowbell", "--fix", cwd=tmp_path
    )

    assert "- negative_prompt: no cowbell" in done.stdout
    assert "+ negative_prompt: cowbell" in done.stdout


def test_explain_prints_the_page(tmp_path: Path) -> None:
    assert "# contradiction-in-meaning (ESC406)" in eschew("explain", "ESC406", cwd=tmp_path).stdout
    assert eschew("explain", "ESC999", cwd=tmp_path).returncode == 2


def test_plan_says_what_a_service_without_the_field_will_get(tmp_path: Path) -> None:
    done = eschew(
        "plan",
        "warm natural lead vocal",
        "-n",
        "autotune, long reverb",
        "--model",
        "minimax-music-cover",
        "--json",
        cwd=tmp_path,
    )
    plan = json.loads(done.stdout)

    assert plan["prompt"] == "warm natural lead vocal, no autotune, dry mix"
    assert plan["method"] == "rewrite"
    assert plan["digest"].startswith("p1:")


def test_two_plans_can_be_compared(tmp_path: Path) -> None:
    for name, scale in (("a.json", "2"), ("b.json", "3")):
        done = eschew("plan", "lo-fi drums", "-n", "hiss", "--guidance-scale", scale, "--json", cwd=tmp_path)
        (tmp_path / name).write_text(done.stdout, "utf-8")

    assert "guidance_scale: 2.0 → 3.0" in eschew("plan", "--diff", "a.json", "b.json", cwd=tmp_path).stdout


def test_a_policy_puts_its_floor_into_the_plan(tmp_path: Path) -> None:
    done = eschew(
        "plan", "acoustic guitar loop", "-n", "tape hiss", "--policy", "podcast-music", cwd=tmp_path
    )

    assert done.returncode == 0, done.stderr
    assert "policy:podcast-music" in done.stdout


def test_concepts_places_clauses(tmp_path: Path) -> None:
    rows = json.loads(
        eschew("concepts", "vinyl crackle, gloomy", "--modality", "music", "--json", cwd=tmp_path).stdout
    )

    assert [set(r) for r in rows] == [{"text", "concept", "class", "confidence"}] * 2
    assert rows[0]["class"] == "mix-character"
    assert rows[1]["class"] == "mood"


def test_convert_keeps_the_meaning(tmp_path: Path) -> None:
    done = eschew("convert", "--from", "a1111", "--to", "comfy", "((house:1.3))", cwd=tmp_path)

    assert done.stdout.strip() == "(house:1.43)"


def test_advise_names_the_next_move(tmp_path: Path) -> None:
    done = eschew("advise", "lo-fi", "--problem", "too much crackle", "--json", cwd=tmp_path)
    advice = json.loads(done.stdout)

    assert [m["name"] for m in advice["moves"]] == ["positive", "negative", "guidance", "strength"]
    assert advice["next"] in {"positive", "negative"}


def test_a_community_template_becomes_a_policy(tmp_path: Path) -> None:
    (tmp_path / "styles.csv").write_text(
        'name,prompt,negative_prompt\nclean,"","blurry, watermark"\n', "utf-8"
    )
    done = eschew("policy", "import", "styles.csv", cwd=tmp_path)
    (tmp_path / "mine.toml").write_text(done.stdout, "utf-8")

    assert "blurry" in done.stdout
    assert eschew("policy", "check", "mine.toml", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("check", ""),
        ("plan",),
        ("plan", "--diff", "none.json", "nor.json"),
        ("concepts", "x", "--modality", "smell"),
        ("convert", "--from", "a1111", "--to", "latin", "x"),
        ("policy", "check", "nowhere.toml"),
        ("plan", "x", "--policy", "nowhere"),
        ("explain", "nothing"),
    ],
)
def test_bad_input_gets_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = eschew(*words, cwd=tmp_path)

    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip() or done.stdout.strip()
