"""What was measured, as the catalogue keeps it: whole, of the embedded model, and told on its page and by the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from eschew import api
from eschew.catalog.claim_evidence import Answer, claim_verdicts, in_words, measured
from eschew.catalog.evidence_page import files
from eschew.catalog.forecast_evidence import forecast_evidence
from eschew.catalog.tuned_evidence import tuned_evidence
from eschew.errors import FileError


def test_the_page_and_its_plot_are_fresh(root: Path) -> None:
    made = files()

    assert set(made) == {"evidence.md", "reliability-nano-music.svg"}
    for name, content in made.items():
        assert (root / "docs" / name).read_text("utf-8") == content


def test_all_ten_claims_were_run_on_enough_pairs_and_prompts() -> None:
    verdicts = claim_verdicts()

    assert [v.letter for v in verdicts if v.model == "nano-music"] == list("abcdefghij")
    assert all(v.pairs >= 64 and v.prompts >= 6 for v in verdicts)


def test_a_verdict_follows_from_its_answers() -> None:
    for verdict in claim_verdicts():
        decisive = {a.standing for a in verdict.answers if a.decisive}
        if "does not hold here" in decisive:
            assert verdict.standing == "does not hold here"
        else:
            assert verdict.standing == ("holds" if decisive == {"holds"} else "undecided")
        for answer in verdict.answers:
            assert answer.interval[0] <= answer.effect <= answer.interval[1]


def test_the_claims_of_the_lab_are_those_that_were_run() -> None:
    """Questions and rules are written down before a run: what is kept is what is asked today."""
    from eschew.lab.evidence.claims import CLAIMS
    from eschew.lab.evidence.deciding import rule

    kept = {v.letter: v for v in claim_verdicts()}
    for claim in CLAIMS:
        verdict = kept[claim.letter]
        assert [(a.id, a.rule, a.decisive) for a in verdict.answers] == [
            (q.id, rule(q), q.decisive) for q in claim.questions
        ]
        assert verdict.experiments == tuple(e.name for e in claim.experiments)
        assert verdict.pairs == sum(len(e.subjects) * e.pairs for e in claim.experiments)


def test_a_rule_says_what_was_measured_on_the_model_and_on_no_other() -> None:
    request = api.Request("acoustic guitar song with soft drums and bass", "country", "nano-music")
    here = [f for f in api.check(request) if f.name == "unreliable-class"]
    elsewhere = [
        f for f in api.check(api.Request(request.prompt, "country", "sdxl")) if "measured" in f.evidence
    ]

    assert "measured on nano-music" in here[0].evidence
    assert elsewhere == []


def test_an_answer_in_words_has_its_interval_and_its_pairs() -> None:
    answer = measured("b", "genre", "nano-music")

    assert isinstance(answer, Answer)
    assert f"{answer.pairs} pairs" in in_words(answer, "nano-music")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    path.write_text('[{"letter": 1}]', encoding="utf-8")

    with pytest.raises(FileError, match="no verdicts"):
        claim_verdicts(path)


def test_the_forecast_was_scored_on_what_it_had_not_seen() -> None:
    found = forecast_evidence("nano-music")

    assert found is not None
    assert found.scores.cells == sum(b.n for b in found.scores.reliability)
    assert found.scores.brier < found.scores.brier_of_base_rate
    assert forecast_evidence("sdxl") is None


def test_a_forecast_is_made_for_each_clause_of_a_negative() -> None:
    request = api.Request(
        "Lo-fi hip-hop, jazzy electric piano, drums", "vinyl crackle, the past, tape hiss", "nano-music"
    )
    crackle, past, hiss = api.forecast(request)

    assert crackle.probability is not None
    assert 0 < crackle.probability < 1
    assert hiss.concept == "tape-hiss"
    assert past.clause == "the past"
    assert past.probability is None
    assert past.why_not
    assert api.forecast(api.Request(request.prompt, "", "nano-music")) == ()
    assert api.forecast(api.Request(request.prompt, "vinyl crackle", "ace-step-v1.5-base")) == ()


def test_a_push_that_comes_too_late_is_forecast_to_do_less() -> None:
    prompt = "Lo-fi hip-hop, jazzy electric piano, drums"
    usual, late = (
        api.forecast(api.Request(prompt, "vinyl crackle", "nano-music", window=window))[0].probability
        for window in (None, (0.9, 1.0))
    )

    assert usual is not None
    assert late is not None
    assert usual > late


def test_the_search_on_the_first_example_beat_the_default_plan() -> None:
    """As good at removing, at 70 % or less of the harm or of the passes."""
    found = next(one for one in tuned_evidence() if one.prompt == api.DEMO_PAIRS[0][0])

    assert found.proof.as_good
    assert found.proof.harm_ratio is not None
    assert min(found.proof.harm_ratio, found.proof.passes_ratio) <= 0.7
    assert found.passes <= found.budget
