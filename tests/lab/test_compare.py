"""A comparison counts what it hears, on clips whose truth is known (the fake backend)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eschew.backends import Sample
from eschew.backends.fake import FakeBackend
from eschew.backends.seam import Step
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.errors import InterruptedRunError
from eschew.lab.compare import compare
from eschew.lab.concepts import watch
from eschew.lab.pairs import run
from eschew.lab.values import Comparison
from eschew.plan import Plan, decide
from eschew.request import Request

PLAN = decide(Request("a chord on a synth pad", "vinyl crackle"), capabilities(model("nano-music")))


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Callable[[FakeBackend], Comparison]:
    def run_it(backend: FakeBackend) -> Comparison:
        return compare(PLAN, range(20), backend, tmp_path_factory.mktemp("c"), 2, silent)

    return run_it


def test_a_negative_that_works_is_called_so(heard: Callable[[FakeBackend], Comparison]) -> None:
    result = heard(FakeBackend())
    (crackle,) = [t for t in result.targets if t.concept == "vinyl-crackle"]

    assert crackle.present_without >= 0.4
    assert crackle.removed == 1.0
    assert crackle.p_value < 0.01
    assert crackle.verdict == "removed"


def test_a_negative_that_is_ignored_is_called_so_byte_for_byte(
    heard: Callable[[FakeBackend], Comparison],
) -> None:
    result = heard(FakeBackend(deaf=True))

    assert result.identical_outputs == 20
    assert result.targets[0].verdict == "no effect shown"
    assert any("equal byte for byte" in r for r in result.remarks)


def test_where_nothing_is_there_nothing_is_concluded(heard: Callable[[FakeBackend], Comparison]) -> None:
    result = heard(FakeBackend(dusty=0.0))

    assert result.targets[0].verdict == "nothing to remove"
    assert result.targets[0].removed is None


class Stopper(FakeBackend):
    """Presses Ctrl-C on the fifth clip."""

    made = 0

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample:
        type(self).made += 1
        if type(self).made == 5:
            raise KeyboardInterrupt
        return super().sample(plan, seed, item, on_step)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(InterruptedRunError, match="of 8 clips"):
        run([PLAN], range(8), Stopper(), tmp_path, 1, silent)
    kept = set(tmp_path.glob("rows/*.json"))
    before = {p: p.stat().st_mtime_ns for p in kept}
    (rows,), _ = run([PLAN], range(8), FakeBackend(), tmp_path, 1, silent)

    assert len(kept) >= 4
    assert len(rows) == 8
    assert {p: p.stat().st_mtime_ns for p in kept} == before


def test_a_half_written_row_is_made_again(tmp_path: Path) -> None:
    run([PLAN], range(1), FakeBackend(), tmp_path, 1, silent)
    (row,) = tmp_path.glob("rows/*.json")
    row.write_bytes(row.read_bytes()[:40])
    (rows,), _ = run([PLAN], range(1), FakeBackend(), tmp_path, 1, silent)

    assert rows[0].seed == 0


def test_what_is_watched_comes_from_the_words() -> None:
    found = watch(
        "Lo-fi hip-hop with jazz violin, dusty boom-bap drums at 88 BPM, jazzy electric piano",
        "tape hiss, bad vibes",
    )

    assert found.targets == ("tape-hiss",)
    assert {"drums", "electric-piano"} <= set(found.asked)
    assert "piano" not in found.asked
    assert "vinyl-crackle" in found.companions
    assert found.unheard == ("bad vibes",)
