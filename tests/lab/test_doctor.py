"""The doctor says that a negative acts where it acts, and that it does not where it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from eschew import api
from eschew.backends.fake import FakeBackend
from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.probe import early
from eschew.backends.probe import probed
from eschew.backends.seam import Sample, Step
from eschew.errors import KnobError, RefusalError, UsageError
from eschew.lab.doctor import SEEDS, bare_of, examine
from eschew.lab.installation import installation
from eschew.plan import Plan
from eschew.request import Engine, Request

ASKED = Request("a chord on a synth pad", "vinyl crackle", num_inference_steps=4)
PLANS = [api.plan(replace(ASKED, method=method)) for method in ("cfg-substitution", "three-branch")]


def silent(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True)
class Unwilling(FakeBackend):
    """Refuses three-branch, as a pipeline may."""

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample:
        if plan.method == "three-branch":
            raise RefusalError("not here", where="method")
        return super().sample(plan, seed, item, on_step)


def test_a_negative_that_acts_is_shown_with_what_went_and_what_it_cost() -> None:
    trial = examine(PLANS, FakeBackend(dusty=1.0), silent)

    assert trial.acts
    assert [tried.changed for tried in trial.methods] == [len(SEEDS)] * 2
    assert trial.methods[0].heard == {"vinyl-crackle": (4, 0)}
    assert trial.methods[0].moved > 0
    assert trial.methods[0].passes == 1.0


def test_a_negative_that_is_ignored_does_not_act() -> None:
    trial = examine(PLANS, FakeBackend(deaf=True), silent)

    assert not trial.acts
    assert [tried.changed for tried in trial.methods] == [0, 0]
    assert trial.methods[0].moved == 0.0


def test_a_method_that_is_refused_says_why_and_the_others_go_on() -> None:
    seen: list[tuple[int, int]] = []
    trial = examine(PLANS, Unwilling(dusty=1.0), lambda done, total: seen.append((done, total)))

    assert trial.methods[1].refused == "method: not here"
    assert trial.acts
    assert all(done <= total for done, total in seen)


def test_one_unguided_arm_serves_all_methods() -> None:
    assert len({bare_of(plan).digest for plan in PLANS}) == 1
    assert bare_of(PLANS[0]).method == "none"


def test_the_probe_knows_a_negative_that_reads_as_the_prompt_and_one_that_reads_as_nothing() -> None:
    cond, uncond = np.array([1.0, 2.0]), np.array([0.5, -1.0])

    assert probed(0, cond, cond, uncond).cosine == pytest.approx(1.0)
    assert probed(0, cond, cond, uncond).reach == pytest.approx(1.0)
    assert probed(0, cond, uncond, uncond).reach == 0.0
    assert probed(0, cond, uncond, cond).reach == float("inf")


def test_the_probe_of_the_embedded_model_looks_at_two_steps() -> None:
    looks = early(
        NanoBackend().runtime, api.plan(replace(ASKED, negative_prompt="(vinyl crackle:1.5), hiss")), 0
    )

    assert [look.step for look in looks] == [0, 1]
    assert all(0.5 < look.cosine < 1.0 and 0.1 < look.reach < 10 for look in looks)


def test_what_is_installed_is_told_without_pytorch() -> None:
    told = installation()

    assert told.versions["numpy"] == np.__version__
    assert told.backends["nano"]
    assert told.devices is None
    assert told.cores >= 1
    assert set(told.extras) <= {"diffusers", "gateway", "studio", "mcp", "ray", "judge", "lab"}


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda: api.doctor(None, Engine(device="cpu")), UsageError, "which model"),
        (lambda: api.doctor("nano-music", methods=["rewrite"]), KnobError, "no method that acts"),
        (lambda: api.doctor("nano-music", methods=["sld", "magic"]), UsageError, "magic|cannot run"),
        (lambda: api.doctor("suno"), RefusalError, "cannot be run here"),
    ],
)
def test_bad_input_gets_a_sentence(ask: object, error: type[Exception], says: str) -> None:
    assert callable(ask)
    with pytest.raises((error, RefusalError), match=says):
        ask()
