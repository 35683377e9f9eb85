"""Policy files: read strictly, written back equal, and those that come with eschew are in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from eschew.errors import FileError, UnknownNameError, UsageError
from eschew.policy import check_file, decode, import_template, load, shipped, to_toml

HEAD = 'name = "house"\ntitle = "House"\nversion = "1"\nowner = "us"\n'
FLOOR = '\n[[floor]]\ntext = "watermark"\nreason = "because"\n'


def test_five_policies_are_shipped() -> None:
    assert shipped() == (
        "brand-safety",
        "medical-illustration",
        "podcast-music",
        "product-photo",
        "quality-floor",
    )


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_policy_has_no_errors_and_survives_writing(name: str) -> None:
    policy = load(name)

    assert policy.name == name
    assert decode(to_toml(policy), f"{name}.toml") == policy
    assert [remark for remark in check_file(name) if remark.severity == "error"] == []


def test_the_template_says_what_is_still_to_be_filled_in() -> None:
    remarks = check_file("brand-safety")

    assert [remark.message for remark in remarks if remark.severity == "warning"] == [
        "the words are still to be filled in"
    ]


def test_a_line_knows_its_number_also_after_a_long_string() -> None:
    text = HEAD + 'about = """\n[[floor]]\n"""\n' + FLOOR + FLOOR.replace("watermark", "blurry")
    policy = decode(text, "house.toml")

    assert policy.line("floor", 1).number == text.split("\n").index("[[floor]]", 10) + 1
    assert str(policy.line("floor", 1)).endswith(": floor 'blurry')")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (HEAD + "colour = 1\n", "house.toml", "'colour'"),
        (HEAD + FLOOR + "strength = 2\n", "house.toml, line 6", "'strength'"),
        (HEAD + 'origin = "x"\n', "house.toml", "'origin'"),
        (HEAD + FLOOR + FLOOR.replace('"watermark"', "3"), "house.toml, line 10", "not a policy"),
        (
            HEAD + FLOOR.replace("watermark", "(watermark:0)"),
            "house.toml, line 6",
            "cannot stand in a prompt",
        ),
        (HEAD + FLOOR.replace("watermark", "a, b"), "house.toml, line 6", "cannot stand in a prompt"),
        (HEAD + FLOOR.replace("watermark", "x AND y"), "house.toml, line 6", "cannot stand in a prompt"),
        (
            HEAD + FLOOR.replace("watermark", "w\u0430ter\u200bmark"),
            "house.toml, line 6",
            "cannot stand in a prompt",
        ),
        (HEAD + FLOOR.replace("because", " "), "house.toml, line 6", "needs a reason"),
        (HEAD + FLOOR + 'concept = "no-such"\n', "house.toml, line 6", "no concept 'no-such'"),
        (HEAD + '[[ban]]\nreason = "r"\n', "house.toml, line 5", "needs concepts or words"),
        (
            HEAD + '[budget]\nreason = "r"\nguidance_scale = [9.0, 3.0]\n',
            "house.toml, line 5",
            "must be a range",
        ),
        (HEAD.replace("house", "My House"), "house.toml", "no name for a policy"),
        ('name = "house"\n', "house.toml", "not a policy"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_place(text: str, where: str, what: str) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        decode(text, "house.toml")

    assert caught.value.where == where


def test_a_file_that_is_no_policy_is_one_remark(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text(HEAD + FLOOR + "strength = 2\n")

    [remark] = check_file(path)

    assert (remark.severity, remark.line.number) == ("error", 6)


def test_remarks_on_floors(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text(HEAD + FLOOR + FLOOR + 'models = ["no-such-*"]\n')

    found = " ".join(remark.message for remark in check_file(path))

    assert "stands in line 6 already" in found
    assert "no model is called 'no-such-*'" in found
    assert "concept = 'watermark'" in found


def test_errors_of_loading(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[[")

    with pytest.raises(UnknownNameError, match="no policy called 'quality-flor'"):
        load("quality-flor")
    with pytest.raises(FileError, match="cannot be read"):
        load(tmp_path / "none.toml")
    with pytest.raises(FileError, match="not TOML"):
        load(tmp_path / "bad.toml")


@pytest.mark.parametrize("kind", ["policy", "template"])
def test_what_is_no_file_of_text_gets_a_sentence(kind: str, tmp_path: Path) -> None:
    ending = ".toml" if kind == "policy" else ".csv"
    binary, folder, huge = (tmp_path / f"{name}{ending}" for name in ("binary", "folder", "huge"))
    binary.write_bytes(bytes(range(128, 256)))
    folder.mkdir()
    huge.write_bytes(b"#" * 5_000_000)
    read = load if kind == "policy" else import_template

    for path, says in (
        (binary, "not text in UTF-8"),
        (folder, "Is a directory"),
        (tmp_path / f"none{ending}", "No such file"),
        (huge, "4 MB is the most"),
    ):
        with pytest.raises(FileError, match=f"this .*{kind}") as caught:
            read(path)
        assert says in caught.value.why
        assert "Errno" not in caught.value.why


def test_a_device_without_end_is_read_no_further_than_a_policy_can_be() -> None:
    with pytest.raises(FileError, match="too large for a policy"):
        load("/dev/zero")
