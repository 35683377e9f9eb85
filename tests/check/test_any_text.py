"""Check is total: whatever text it is given, it answers, and what it answers is well formed."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.clock import seconds

from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model, model_ids
from eschew.check import apply_fixes, check, to_builtins
from eschew.check.values import TEXT_FIELDS
from eschew.request import Request

MODELS = ("nano-music", "sd-1.5", "minimax-music-cover", "flux.1-schnell", "elevenlabs-music-v1")

SCRAPS = (
    "no", "without", "vinyl crackle", "(blurry:1.5)", "((", "))", "[a|b]", ":0)", "BREAK", "AND", ",", ";", "\n", "\\(",
    "in the style of", "Jane Doe", "™", "nsfw", "too much", "drums", "drum-free", "\u200b", "\ud800", "\x00", "ｗｉｄｅ",
    "音楽、", "-", "++", "and", "the past", "never", "country", "dry mix",
)  # fmt: skip
"""What rules look for, so that random texts are not only strange but also to the point."""

texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(SCRAPS) | st.text(max_size=4), max_size=12).map(" ".join),
    st.lists(st.sampled_from(SCRAPS), max_size=12).map(", ".join),
)
requests = st.builds(
    Request,
    prompt=texts,
    negative_prompt=texts,
    model=st.sampled_from(MODELS),
    method=st.sampled_from([None, "none", "nag", "no such method", ""]),
    guidance_scale=st.none() | st.floats(),
)


@given(requests)
@example(Request("", "no", "sd-1.5"))
@example(Request("no", "without", "nano-music"))
@example(Request(",", "-", "sd-1.5"))
@example(Request("a" * 1000, "\u0300", "nano-music"))
def test_any_request_gets_well_formed_findings(request: Request) -> None:
    can = capabilities(model(request.model))
    findings = check(request, can)

    assert findings == check(request, can)
    for finding in findings:
        source = getattr(request, finding.span.field)
        length = len(source) if finding.span.field in TEXT_FIELDS else 0
        assert 0 <= finding.span.start <= finding.span.end <= length
        for edit in finding.fix.edits if finding.fix else ():
            room = len(getattr(request, edit.field)) if edit.field in TEXT_FIELDS else 0
            assert 0 <= edit.start <= edit.end <= room
    gravity = [("error", "warning", "remark").index(finding.severity) for finding in findings]
    assert gravity == sorted(gravity)


@given(requests, st.booleans())
def test_fixes_apply_to_any_request_and_come_to_rest(request: Request, unsafe: bool) -> None:
    can = capabilities(model(request.model))
    for _ in range(40):
        fixed = apply_fixes(request, check(request, can), unsafe)
        if repr(fixed) == repr(request):  # not ==: a guidance scale may be NaN
            return
        request = fixed
    pytest.fail(f"still changing: {request!r}")


def test_the_json_is_what_the_command_prints() -> None:
    request = Request("slow piano and cello in a small room", "no drums")
    (finding,) = (one for one in check(request, capabilities(model(request.model))) if one.code == "ESC302")

    assert json.loads(json.dumps(to_builtins(finding))) == {
        "code": "ESC302",
        "name": "negation-in-negative",
        "severity": "warning",
        "span": {"field": "negative_prompt", "start": 0, "end": 3},
        "message": "'no' negates what is negated already.",
        "evidence": "the negative field negates already (arXiv 2501.09425)",
        "fix": {
            "grade": "safe",
            "title": "write 'drums'",
            "edits": [{"field": "negative_prompt", "start": 0, "end": 3, "text": ""}],
        },
    }


def test_every_model_of_the_catalogue_is_checked_at_every_host_and_task() -> None:
    for name in model_ids():
        facts = model(name)
        for host in facts.hosts:
            for task in facts.tasks if host.tasks is None else host.tasks:
                request = Request("a slow song about the sea, piano and cello", "cowbell, (text:1.5)", name)
                can = capabilities(facts, host.name, task)
                findings = check(request, can)

                reaches = can.field_effective or can.negative_effective
                refused = {one.code for one in findings if one.severity == "error"} & {
                    "ESC201",
                    "ESC202",
                    "ESC203",
                }
                assert bool(refused) != reaches


@pytest.mark.parametrize(
    "piece", ["a, ", "(", "[a|", "no ", "Aa ", "a\u200b", "(a:1.2), ", "blurry thing of ", "x"]
)
def test_time_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    can = capabilities(model("sdxl"))

    def checking(characters: int) -> float:
        text = piece * (characters // len(piece))
        return seconds(lambda: check(Request(text, text, "sdxl"), can))

    checking(1_000)  # reads the lexicon
    # Ten times the text in at most thirty times the time; a quadratic rule would take a hundred.
    assert checking(30_000) < 30 * max(checking(3_000), 0.02)
