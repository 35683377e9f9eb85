"""Groups of options: one declaration, spread over the commands that want it."""

from __future__ import annotations

import inspect
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from eschew.cli.app import app
from eschew.cli.options import Guided, Run, Turned, Which, knobs_of, request_of, spread
from eschew.errors import KnobError

RUNNER = CliRunner()


def names(command: str) -> set[str]:
    """The parameters of a command, by name."""
    found = next(c.callback for c in app.registered_commands if c.callback and c.callback.__name__ == command)
    return set(inspect.signature(found).parameters)


@pytest.mark.parametrize(
    ("command", "groups"),
    [
        ("check", (Which, Guided)),
        ("advise", (Which, Guided)),
        ("plan", (Which, Guided, Turned)),
        ("generate", (Which, Guided, Turned, Run)),
        ("compare", (Which, Guided, Turned, Run)),
        ("doctor", (Run,)),
    ],
)
def test_a_command_has_every_option_of_its_groups_and_of_no_other(
    command: str, groups: tuple[type, ...]
) -> None:
    mine = {f.name for group in groups for f in fields(group)}
    others = {f.name for group in (Which, Guided, Turned, Run) for f in fields(group)} - mine
    allowed = {"model", "method", "num_inference_steps"} if command == "doctor" else set()

    assert mine <= names(command)
    assert not (others - allowed) & names(command)


def test_a_spread_command_gets_the_groups_filled() -> None:
    small, seen = typer.Typer(), []

    @small.command()
    @spread
    def go(word: Annotated[str, typer.Argument()], *, turned: Turned) -> None:
        """Remember what came."""
        seen.append((word, turned))

    done = RUNNER.invoke(small, ["a", "--window", "0.1", "0.6", "--knob", "phi=4", "--knob", "tau=2"])

    assert done.exit_code == 0, done.output
    assert seen == [("a", Turned(window=(0.1, 0.6), knob=["phi=4", "tau=2"]))]


def test_options_make_a_request() -> None:
    request = request_of(
        "a", "b", Which("sdxl"), Guided(5.0, "nag"), Turned(knob=["phi = 4"], window=(0.0, 0.5))
    )

    assert (request.model, request.method, request.guidance_scale) == ("sdxl", "nag", 5.0)
    assert (request.knobs, request.window) == ({"phi": 4.0}, (0.0, 0.5))


@pytest.mark.parametrize("text", ["phi", "=4", "phi=", "phi=lots", "phi=1,phi=2", ""])
def test_what_is_no_knob_gets_a_sentence(text: str) -> None:
    with pytest.raises(KnobError, match="NAME=VALUE"):
        knobs_of([text])
    with pytest.raises(KnobError, match="twice"):
        knobs_of(["phi=1", "phi=2"])


def test_clips_of_another_engine_are_not_taken_for_these(tmp_path: Path) -> None:
    from eschew import api
    from eschew.errors import UsageError

    request = api.Request("lo-fi", "hiss", num_inference_steps=1)
    api.compare(request, tmp_path / "out", 1)

    api.compare(request, tmp_path / "out", 1)
    with pytest.raises(UsageError, match="another engine"):
        api.compare(request, tmp_path / "out", 1, engine=api.Engine("diffusers", device="cpu"))
