"""Comparisons → one HTML file that needs nothing else: style, script, sound and pictures are inside.

The page forbids itself every request by its own content policy. Script and style are allowed by their hash alone,
so even markup that slipped through the escaping could not run.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import NamedTemporaryFile

from eschew import __version__
from eschew.errors import FileError, UsageError
from eschew.lab.values import Comparison
from eschew.report.markup import Markup, tag, together
from eschew.report.pairs import pairs_section
from eschew.report.sections import effects_section, facts_section, opening, overview, plot_section

MATERIAL = {
    "music": "Clips are embedded as OGG Vorbis, mono at 24 kHz. Detectors listened to the original files. Both "
    "spectrograms of a pair share one colour scale.",
    "image": "Small pictures are embedded pixel by pixel, large ones made smaller as JPEG. Detectors looked at the "
    "original files. All maps of difference share one colour scale.",
}
TRUST = {"music": "listen for yourself", "image": "look for yourself"}


def write_page(comparisons: Sequence[Comparison], folder: Path, out: Path, title: str) -> None:
    """Write one self-contained HTML file to `out`. Clips are looked up in `folder`, by the names in the pairs.

    Written under a temporary name and renamed, so `out` is whole or not there. FileError if a clip cannot be read
    or `out` cannot be written; UsageError if there is nothing to show.
    """
    if not comparisons:
        raise UsageError("a report needs at least one comparison")
    write_whole(out, page(comparisons, folder, title))


def page(comparisons: Sequence[Comparison], folder: Path, title: str) -> str:
    """The HTML itself."""
    shown = sorted({comparison.modality for comparison in comparisons}, reverse=True)
    sections = [
        _comparison(comparison, folder, number, len(comparisons))
        for number, comparison in enumerate(comparisons, 1)
    ]
    return document(
        "page.html",
        ("page.css",),
        {
            "title": escape(title),
            "overview": overview(comparisons) if len(comparisons) > 1 else "",
            "sections": together(sections),
            "trust": escape(" and ".join(TRUST[m] for m in shown)),
            "material": escape(" ".join(MATERIAL[m] for m in shown)),
        },
    )


def document(template: str, styles: Sequence[str], parts: Mapping[str, str]) -> str:
    """A template of this package with its `parts`, which are HTML already, and with style, script and policy."""
    style, script = "".join(map(_template, styles)), _template("page.js")
    return Template(_template(template)).substitute(
        parts,
        policy=f"default-src 'none'; img-src data:; media-src data:; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        version=escape(__version__),
    )


def _comparison(comparison: Comparison, folder: Path, number: int, of: int) -> Markup:
    # Loaded here: sound and picture libraries are heavy, and only a page needs them.
    if comparison.modality == "image":
        from eschew.report.pictures import pictures_section

        pairs = pictures_section(comparison, folder, number)
    else:
        from eschew.report.clips import clips_of

        pairs = pairs_section(comparison, [clips_of(pair, folder) for pair in comparison.pairs], number)
    return tag(
        "section",
        opening(comparison, number, of),
        plot_section(comparison),
        pairs,
        effects_section(comparison),
        facts_section(comparison),
        attributes={"class": "comparison", "id": f"c{number}", "aria-labelledby": f"c{number}-title"},
    )


def write_whole(out: Path, text: str) -> None:
    """Write `text` beside `out` and rename it: a reader never sees half a file."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w",
            encoding="utf-8",
            errors="xmlcharrefreplace",
            dir=out.parent,
            prefix=f".{out.name}-",
            delete=False,
        ) as file:
            try:
                file.write(text)
                file.flush()
                # A temporary file is private; a report is for showing.
                Path(file.name).chmod(0o666 & ~_umask())
                Path(file.name).replace(out)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as problem:
        raise FileError("the report cannot be written", where=str(out), why=str(problem)) from problem


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _template(name: str) -> str:
    return files("eschew.report").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """As a content policy names an inline block: the hash of the text between its tags."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode('ascii')}"
