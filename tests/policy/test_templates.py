"""Community templates: three formats in, our TOML out, and nothing is lost without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eschew.errors import FileError, UnknownNameError
from eschew.policy import decode, import_template, to_toml, use_set

CSV = """name,prompt,negative_prompt,author
--- portraits ---,,,
Studio,"{prompt}, studio light","(blurry:1.4), extra fingers, <lora:clean:0.8>",me
Street,,"people, cars, people",
,x,y,
Studio,,"z",
"""


def test_a1111_styles(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_text("\ufeff" + CSV, "utf-8")

    imported = import_template(path)

    assert [(s.name, s.avoid, s.prompt) for s in imported.policy.sets] == [
        ("Studio", ("blurry", "extra fingers"), "{prompt}, studio light"),
        ("Street", ("people", "cars"), ""),
    ]
    assert [str(entry) for entry in imported.left_out if entry.line != 3] == [
        "line 2: --- portraits ---: it is a heading: both prompts are empty",
        "line 4: people: it stands there twice",
        "line 5: x: it has no name",
        "line 6: Studio: another style has this name already",
    ]
    assert {entry.what for entry in imported.left_out if entry.line == 3} == {
        "author = 'me'",
        "<lora:clean:0.8>",
        "the weight 1.4 of 'blurry'",
    }


def test_invokeai_as_csv_and_as_json(tmp_path: Path) -> None:
    (tmp_path / "presets.csv").write_text("name,positive_prompt,negative_prompt\nInk,{prompt} ink,photo\n")
    (tmp_path / "presets.json").write_text(
        json.dumps(
            [
                {
                    "name": "Ink",
                    "preset_data": {"positive_prompt": "{prompt} ink", "negative_prompt": "photo"},
                    "type": "user",
                },
                {"name": "Oil", "prompt": "{prompt} oil", "negative_prompt": "photo, text"},
            ]
        )
    )

    [ink] = import_template(tmp_path / "presets.csv").policy.sets
    from_json = import_template(tmp_path / "presets.json")

    assert from_json.policy.sets[0] == ink
    assert from_json.policy.sets[1].avoid == ("photo", "text")
    assert [entry.what for entry in from_json.left_out] == ["type = \"user\" of 'Ink'"]


def test_fooocus_styles(tmp_path: Path) -> None:
    path = tmp_path / "sdxl_styles_mine.json"
    path.write_text(
        json.dumps(
            [
                {
                    "name": "mine-clean",
                    "prompt": "{prompt}, clean",
                    "negative_prompt": "(blur, grain:1.2), text",
                },
                {"name": "mine-bare", "prompt": "bare {prompt}"},
            ]
        )
    )

    imported = import_template(path)

    assert imported.policy.name == "sdxl-styles-mine"
    assert [s.avoid for s in imported.policy.sets] == [("blur", "grain", "text"), ()]
    assert [entry.what for entry in imported.left_out] == [
        "the weight 1.2 of 'blur'",
        "the weight 1.2 of 'grain'",
    ]


def test_what_was_imported_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "My Styles.csv"
    path.write_text('name,prompt,negative_prompt\n"Quote ""x""","a\nb\t\\",é\x7f文\n', "utf-8")

    policy = import_template(path).policy

    assert policy.name == "my-styles"
    assert decode(to_toml(policy), "again.toml") == policy


def test_a_set_becomes_floors_only_when_chosen(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_text(CSV)
    policy = import_template(path).policy

    assert policy.floor == ()
    assert [floor.text for floor in use_set(policy, "Studio").floor] == ["blurry", "extra fingers"]
    with pytest.raises(UnknownNameError, match="no set called 'Studo'"):
        use_set(policy, "Studo")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "a,b\n1,2\n"),
        ("x.csv", ""),
        ("x.json", "{"),
        ("x.json", "[1]"),
        ("x.json", "3"),
        ("x.yaml", ""),
    ],
)
def test_other_files_are_refused(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(FileError):
        import_template(tmp_path / name)
