"""`eschew compare`: what it says while it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from eschew.cli.app import app


@pytest.mark.parametrize(("model", "made"), [("nano-music", "clips"), ("nano-image", "pictures")])
def test_progress_is_counted_in_what_the_model_makes(
    model: str, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    @contextmanager
    def bar(what: str, first: str = "") -> Iterator[Callable[[int, int], None]]:
        counted.append(what)
        yield lambda _done, _total: None

    monkeypatch.setattr("eschew.cli.compare.bar", bar)
    # No pairs at all: it is refused before anything is made.
    CliRunner().invoke(app, ["compare", "a house", "-n", "text", "--pairs", "0", "--model", model])

    assert counted == [made]
