"""The HTML report: one file that needs nothing else, says what the comparison says, and runs no foreign script."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from eschew.errors import FileError, UsageError
from eschew.lab.values import Comparison
from eschew.report import words, write_page
from eschew.report.page import page
from eschew.report.sound import resampled

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)> & "quotes" \'too\''
VOID = {"meta", "img", "input"}


class Elements(HTMLParser):
    """All elements of a page in order, and whether every tag was closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.misplaced: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((name, {key: value or "" for key, value in attributes}))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        if self.open.pop() != name:
            self.misplaced.append(name)

    def attributes(self, key: str) -> list[str]:
        return [attributes[key] for _, attributes in self.found if key in attributes]


@pytest.fixture(scope="module")
def html(comparison: Comparison, folder: Path) -> str:
    return page([comparison], folder, "Lo-fi without the crackle")


@pytest.fixture(scope="module")
def one_pair(comparison: Comparison) -> Comparison:
    return replace(comparison, pairs=comparison.pairs[:1])


def test_every_tag_is_closed_in_its_place(html: str) -> None:
    elements = Elements(html)

    assert elements.open == []
    assert elements.misplaced == []


def test_nothing_is_fetched(html: str) -> None:
    elements = Elements(html)
    sources = elements.attributes("src") + elements.attributes("srcset") + elements.attributes("poster")

    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert all(link.startswith("#") for link in elements.attributes("href"))
    assert {name for name, _ in elements.found}.isdisjoint(
        {"link", "iframe", "object", "embed", "base", "form"}
    )
    without_data = re.sub(r"data:[^\"]*", "", html)
    assert not re.search(
        r"https?://|//[a-z]|url\(|@import|fetch\(|XMLHttpRequest|\.wav|\.ogg\b", without_data
    )


def test_the_policy_allows_this_script_and_style_and_nothing_else(html: str) -> None:
    (policy,) = [a["content"] for _, a in Elements(html).found if a.get("http-equiv")]
    blocks = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", html, re.DOTALL)

    assert len(blocks) == 2
    for block in blocks:
        assert f"'sha256-{b64encode(sha256(block.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert Elements(html).attributes("style") == []


def test_text_stays_text(one_pair: Comparison, folder: Path) -> None:
    evil = replace(
        one_pair,
        model=EVIL,
        prompt=EVIL,
        negative_prompt=EVIL,
        plan_with=replace(
            one_pair.plan_with,
            negative_prompt=EVIL,
            history=tuple(replace(c, by=EVIL, because=EVIL, after=EVIL) for c in one_pair.plan_with.history),
        ),
        targets=tuple(replace(t, concept=EVIL, detector=EVIL, verdict=EVIL) for t in one_pair.targets),
        kept=tuple(replace(k, concept=EVIL) for k in one_pair.kept),
        moved=tuple(replace(m, measure=EVIL, unit=EVIL, meaning=EVIL) for m in one_pair.moved),
        remarks=(EVIL,),
    )

    html = page([evil, evil], folder, EVIL)
    elements = Elements(html)

    assert elements.open == []
    assert html.count("<script") == 1
    assert "onerror" not in {key for _, attributes in elements.found for key in attributes}
    assert sum(name == "img" for name, _ in elements.found) == 4
    assert unescape(html).count(EVIL) > 20


def test_every_number_is_the_comparisons_own(html: str, comparison: Comparison) -> None:
    shown = re.findall(r'<data (?:class="note" )?value="([^"]+)">([^<]+)</data>', html)
    rates = {v for t in comparison.targets for v in (t.present_without, t.present_with, t.removed)}
    rates |= {v for k in comparison.kept for v in (k.present_without, k.present_with, k.kept)}
    known = {(repr(float(v)), words.percent(v)) for v in rates if v is not None}
    ranges = [t.removed_ci95 for t in comparison.targets] + [k.kept_ci95 for k in comparison.kept]
    known |= {(f"{low!r} {high!r}", words.percent_range((low, high))) for low, high in ranges}
    for moved in comparison.moved:
        known.add((repr(moved.mean), words.moved_mean(moved)))
        known.add((f"{moved.ci95[0]!r} {moved.ci95[1]!r}", words.moved_range(moved)))
    known |= {("2.0", "2"), ("3.0", "3"), ("38.42", "38.4 s"), ("0.0", "0")}

    assert set(shown) == known
    for target in comparison.targets:
        assert words.unbroken(words.headline(target, 8)) in html


def test_the_plot_stands_where_the_numbers_say(html: str) -> None:
    rows = re.findall(r'<svg role="img" aria-label="Tape hiss: [^"]*">(.*?)</svg>', html)

    dumbbell, forest = (
        re.findall(r'<(?:line class="(?:change|interval)"|circle)[^>]*>', row) for row in rows
    )
    places = [re.findall(r' (?:x1|x2|cx)="([^"]*)%"', shape) for shape in (*dumbbell, *forest)]
    assert places == [["62.50", "12.50"], ["62.50"], ["12.50"], ["37.55", "96.38"], ["80.00"]]


def test_chips_tell_present_and_absent_in_words(html: str) -> None:
    chips = re.findall(r'<li class="chip (\w+)"[^>]*>(.*?)</li>', html)
    told = [(tone, re.sub(r"<[^>]*>", " ", inner).split()) for tone, inner in chips]

    assert len(told) == 8 * 5
    assert told[0] == ("good", ["vinyl", "crackle", "present", "→", "absent"])
    assert told[3 * 5 + 1] == ("bad", ["tape", "hiss", "present", "→", "present"])
    assert told[2 * 5 + 4] == ("bad", ["upright", "bass", "present", "→", "absent"])


def test_six_pairs_lie_open_and_the_rest_wait(html: str) -> None:
    before, inside = html.split("<details>")

    assert before.count('class="pair"') == 6
    assert inside.split("</details>")[0].count('class="pair"') == 2
    assert "<summary>2 more pairs</summary>" in html


def test_the_clips_inside_are_the_clips_of_the_folder(
    html: str, comparison: Comparison, folder: Path
) -> None:
    sounds = re.findall(r'src="data:audio/ogg;base64,([^"]*)"', html)
    audio, rate = soundfile.read(BytesIO(b64decode(sounds[1])))
    original, _ = soundfile.read(folder / comparison.pairs[0].file_with)

    assert len(sounds) == 16
    assert rate == 24_000
    assert audio.shape == original.shape
    assert np.corrcoef(audio, original)[0, 1] > 0.98
    assert max(map(len, sounds)) < 60_000


def test_the_spectrograms_are_small_palette_pictures(html: str) -> None:
    pictures = re.findall(r'src="data:image/png;base64,([^"]*)"', html)
    without, with_ = (Image.open(BytesIO(b64decode(text))) for text in pictures[:2])

    assert without.mode == "P"
    assert without.size == (400, 128)
    # Seed 0 has hiss and crackle without the negative: the upper half, high pitches, is lighter.
    upper = [np.asarray(image)[:64].mean() for image in (without, with_)]
    assert upper[0] > 2 * upper[1]


def test_several_comparisons_get_an_overview_that_leads_to_each(one_pair: Comparison, folder: Path) -> None:
    html = page([one_pair, one_pair], folder, "Two")
    elements = Elements(html)
    ids = elements.attributes("id")

    assert sorted(set(elements.attributes("href"))) == ["#c1", "#c2"]
    assert {"c1", "c2"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_plan_is_told_with_its_history(html: str, comparison: Comparison) -> None:
    text = unescape(re.sub(r"<[^>]*>", " ", html))

    assert comparison.plan_with.digest in text
    assert comparison.plan_without.digest in text
    for change in comparison.plan_with.history:
        assert change.because in text
    for target in comparison.targets:
        assert target.detector in text
    for remark in comparison.remarks:
        assert remark in text


def test_write_page_leaves_one_file(one_pair: Comparison, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "report.html"

    write_page([one_pair], folder, out, "Report")

    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(out.parent.iterdir()) == [out]


def test_a_missing_clip_is_named_and_nothing_is_written(one_pair: Comparison, tmp_path: Path) -> None:
    out = tmp_path / "report.html"

    with pytest.raises(FileError, match=r"seed-0-without\.wav"):
        write_page([one_pair], tmp_path, out, "Report")
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_is_a_sentence(one_pair: Comparison, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileError, match="cannot be written"):
        write_page([one_pair], folder, tmp_path / "file" / "report.html", "Report")


def test_a_folder_in_the_way_leaves_nothing_behind(
    one_pair: Comparison, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.html").mkdir()

    with pytest.raises(FileError, match="cannot be written"):
        write_page([one_pair], folder, tmp_path / "report.html", "Report")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one comparison"):
        write_page([], tmp_path, tmp_path / "report.html", "Report")


def test_half_a_character_does_not_stop_the_report(
    one_pair: Comparison, folder: Path, tmp_path: Path
) -> None:
    write_page([replace(one_pair, prompt="lo-fi \ud800")], folder, tmp_path / "report.html", "Report")

    assert "lo-fi ·" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_resampling_keeps_pitch_and_level() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(44_100) / 44_100).astype(np.float32)

    found = resampled(tone, 44_100)

    expected = np.sin(2 * np.pi * 1000 * np.arange(24_000) / 24_000)
    assert np.allclose(found, expected, atol=1e-4)
