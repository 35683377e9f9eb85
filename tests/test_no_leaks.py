"""The project stands alone: no file names the machine it was written on, or the host of a package registry."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

# Each pattern is put together from pieces, so that this file does not contain what it looks for.
WORKPLACE = "/" + "work" + "/"
PATTERNS = {
    "a workplace path": re.compile(rf"(?<![\w.~-]){WORKPLACE}(?:main|shared|\.library)\b"),
    "a folder beside the repository": re.compile(r"\.\./" + r"shared\b"),
    "a tool library": re.compile(r"\." + r"library/"),
    "a local package mirror": re.compile("/opt/" + r"(?:pypi|wheels)"),
    "a scratch folder": re.compile("/tmp/" + "eschew"),
    "a home folder": re.compile(r"(?<![\w.])/(?:ro" + r"ot|ho" + r"me/\w+)/"),
    "a registry host": re.compile(
        r"\b(?:"
        + "|".join(
            host + r"\." + domain
            for host, domain in (
                ("pypi", "org"),
                ("pythonhosted", "org"),
                ("npmjs", "(?:org|com)"),
                (r"(?:deb|ftp|packages|security)\.debian", "org"),
                (r"download\.pytorch", "org"),
            )
        )
        + r")\b"
    ),
}


def leaks(text: str) -> Iterator[tuple[int, str]]:
    """Line number and kind of everything in `text` that belongs to one machine."""
    for number, line in enumerate(text.splitlines(), 1):
        for kind, pattern in PATTERNS.items():
            if pattern.search(line):
                yield number, kind


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Name and content of the text files that are committed, or would be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(set(filter(None, listing.stdout.split("\0")))):
        path = root / name
        if path.is_file() and (content := _text(path)) is not None:
            yield name, content


def _text(path: Path) -> str | None:
    """The file's text, or None for weights, sound and pictures: a zero byte early on, as git decides it."""
    with path.open("rb") as file:
        if b"\0" in file.read(8192):
            return None
    return path.read_text(encoding="utf-8", errors="replace")


def report(files: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}:{number} names {kind}" for name, text in files for number, kind in leaks(text)]


def test_no_file_names_a_machine(root: Path) -> None:
    files = list(texts(root))

    assert "pyproject.toml" in {name for name, _ in files}
    assert report(files) == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"cd {WORKPLACE}main && make", "a workplace path"),
        ("see .." + "/shared/design.md", "a folder beside the repository"),
        ("grep -r x ." + "library/env", "a tool library"),
        ("--find-links /opt" + "/wheels", "a local package mirror"),
        ("out = '/tmp" + "/eschew/clip.wav'", "a scratch folder"),
        ("/ro" + "ot/.cache/x", "a home folder"),
        ("https://pypi" + ".org/simple", "a registry host"),
        ("https://deb.debian" + ".org/debian", "a registry host"),
        ("https://registry.npmjs" + ".org", "a registry host"),
    ],
)
def test_a_leak_is_found(line: str, kind: str) -> None:
    assert report([("note.md", f"# Title\n{line}\n")]) == [f"note.md:2 names {kind}"]


@pytest.mark.parametrize(
    "line",
    [
        "https://arxiv.org/abs/2207.12598",
        "https://example.org/work/main",
        "home/run",
        "the root/branch",
        "~/work/main",
    ],
)
def test_ordinary_addresses_are_no_leak(line: str) -> None:
    assert list(leaks(line)) == []
