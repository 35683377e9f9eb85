"""A source in a request: which task it means, what the plan says of it, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eschew import api
from eschew.errors import EschewError, FileError, KnobError, RefusalError
from eschew.plan import Plan, draft_of, from_json, replay, to_json
from eschew.request import Request

RIFF = b"RIFF\x24\0\0\0WAVEfmt "
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def clip(tmp_path: Path) -> str:
    path = tmp_path / "a.wav"
    path.write_bytes(RIFF + b"sound")
    return str(path)


def because(plan: Plan, field: str) -> str:
    return next(change.because for change in plan.history if change.field == field)


def test_a_source_chooses_the_task_and_a_strength_and_the_history_says_what_it_means(clip: str) -> None:
    plan = api.plan(Request("lo-fi", source=clip))

    assert (plan.task, plan.strength) == ("audio2audio", 0.5)
    assert "a higher strength keeps more of the source" in because(plan, "strength")
    assert "a higher strength keeps more of the source" in because(plan, "source_digest")


def test_on_ace_step_a_source_is_a_cover_and_on_images_a_higher_strength_draws_anew(
    clip: str, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(PNG)
    drawn = api.plan(Request("a cat", model="sd-1.5", source=str(picture)))

    assert api.plan(Request("jazz", model="ace-step-v1.5-base", source=clip)).task == "cover"
    assert (drawn.task, drawn.strength) == ("image2image", 0.8)
    assert "keeps less of the source" in because(drawn, "source_digest")


def test_the_digest_is_that_of_the_content_and_not_of_the_name(clip: str, tmp_path: Path) -> None:
    first = api.plan(Request("lo-fi", source=clip))
    copy = tmp_path / "copy.wav"
    copy.write_bytes(Path(clip).read_bytes())
    other = tmp_path / "other.wav"
    other.write_bytes(RIFF + b"other sound")

    assert api.plan(Request("lo-fi", source=str(copy))).digest == first.digest
    assert api.plan(Request("lo-fi", source=str(other))).digest != first.digest
    assert api.plan(Request("lo-fi", source=clip, strength=0.6)).digest != first.digest


def test_a_plan_without_a_source_has_the_digest_it_had_before_there_were_sources() -> None:
    plan = Plan(
        "nano-music", "lo-fi", "vinyl crackle", "cfg-substitution", 2.5, 1.5, (0.0, 0.5), 8, {"phi": 4.0}, ("gamelan",)
    )  # fmt: skip

    assert plan.digest == "p1:ede240cb9a10c9c674aeb37af4357592"
    assert replace(plan, task="audio2audio").digest != plan.digest


def test_a_plan_with_a_source_goes_through_json_and_its_history_replays(clip: str) -> None:
    request = Request("lo-fi", "hiss", source=clip, strength=0.25)
    plan = api.plan(request)

    assert from_json(to_json(plan)) == plan
    assert replay(draft_of(request), plan.history) == plan


@pytest.mark.parametrize(
    ("content", "wishes", "error", "says"),
    [
        (RIFF, {"strength": 1.5}, KnobError, "from 0 to 1"),
        (RIFF, {"strength": float("nan")}, KnobError, "nan"),
        (RIFF, {"task": "text2music"}, KnobError, "starts from words alone"),
        (RIFF, {"model": "recraft-v4"}, RefusalError, "no way here to give"),
        (RIFF, {"model": "ace-step-v1.5-base", "task": "repaint"}, RefusalError, "takes no source"),
        (RIFF, {"model": "sd-1.5"}, FileError, "this is a clip"),
        (PNG, {}, FileError, "this is a picture"),
        (b"", {}, FileError, "empty"),
        (None, {}, FileError, "no such file"),
    ],
)
def test_a_source_that_is_no_use_gets_a_sentence(
    tmp_path: Path, content: bytes | None, wishes: dict[str, object], error: type[EschewError], says: str
) -> None:
    path = tmp_path / "source"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(error, match=says):
        api.plan(replace(Request("x", source=str(path)), **wishes))  # type: ignore[arg-type]


def test_a_folder_is_no_source_and_a_strength_needs_one(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no file"):
        api.plan(Request("x", source=str(tmp_path)))
    with pytest.raises(KnobError, match="no source for a strength"):
        api.plan(Request("x", strength=0.5))
