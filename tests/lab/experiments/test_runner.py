"""Running an experiment: all of it, once, in pairs, and on from where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from eschew.backends import Sample
from eschew.backends.fake import FakeBackend
from eschew.backends.seam import Step
from eschew.errors import InterruptedRunError, UsageError
from eschew.lab.contents import Clip
from eschew.lab.experiments import filling, jobs
from eschew.lab.experiments.assembling import load
from eschew.lab.experiments.crew import threads
from eschew.lab.experiments.experiment import Arm, Experiment, Results, Subject
from eschew.lab.experiments.rates import discordant
from eschew.lab.experiments.runner import looks_of, run
from eschew.lab.experiments.stopping import enough
from eschew.lab.store.opening import Store, open_store
from eschew.lab.store.place import place_of
from eschew.lab.values import Reading
from eschew.plan import Plan

ASKED = Experiment(
    name="dust",
    question="Does naming it take it off?",
    model="nano-music",
    subjects=(Subject("a chord on a synth pad", "vinyl crackle"), Subject("lo-fi chord", "vinyl crackle")),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("negative"),
        Arm("placebo", placebo=True),
        Arm("late", window=(0.5, 1.0), against="negative"),
    ),
    baseline="none",
    pairs=4,
)


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture(autouse=True)
def sharp_ears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dust is what rises fast: no trained listener is needed to hear it in the fake backend's chords."""

    def readings(self: Clip) -> tuple[Reading, ...]:
        steepest = float(abs(self.audio[1:] - self.audio[:-1]).max())
        return (
            Reading("vinyl-crackle", "steep-1/vinyl-crackle", steepest, min(1.0, steepest), steepest > 0.2),
        )

    monkeypatch.setattr(Clip, "readings", readings)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(place_of(tmp_path / "lab.db"))
    yield opened
    opened.close()


@dataclass(frozen=True)
class Counted(FakeBackend):
    """Notes what it was asked for, and can be told to press Ctrl-C."""

    made: list[tuple[str, int]] = field(default_factory=list)
    stop_after: int = 1_000_000

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample:
        if len(self.made) == self.stop_after:
            raise KeyboardInterrupt
        self.made.append((plan.digest, seed))
        return super().sample(plan, seed, item, on_step)


def ran(
    experiment: Experiment, store: Store, backend: FakeBackend | None = None, workers: int = 2
) -> Results:
    with threads(backend or FakeBackend(), "fake/1", workers) as crew:
        return run(experiment, store, crew, silent, enough)


def test_every_subject_runs_in_every_arm_with_every_seed(store: Store) -> None:
    results = ran(ASKED, store)
    cells = [(o.subject, o.arm, o.seed) for o in results.outcomes]

    assert cells == [(s, arm.name, seed) for s in range(2) for arm in ASKED.arms for seed in range(4)]
    assert results.pairs_run == 4
    assert {o.steps for o in results.outcomes} == {24}


def test_pairs_share_their_noise(store: Store) -> None:
    results = ran(ASKED, store, FakeBackend(deaf=True))

    for without, with_arm in results.pairs(0, "negative"):
        assert (without.seed, without.sha256) == (with_arm.seed, with_arm.sha256)


def test_distances_are_to_the_reference_of_the_arm(store: Store) -> None:
    results = ran(ASKED, store)

    assert all(o.moved == () for o in results.outcomes if o.arm == "none")
    # The fake backend has no idea of windows, so "late" and "negative" sound alike.
    assert {o.moved[0] for o in results.of(0, "late")} == {0.0}
    assert any(o.moved[0] > 0.1 for o in results.of(0, "negative"))


def test_what_is_stored_is_what_was_returned(store: Store) -> None:
    results = ran(ASKED, store)

    assert load(store, "dust") == results
    assert all((Path(results.folder) / (o.file or "")).is_file() for o in results.outcomes)


def test_nothing_is_made_twice(store: Store) -> None:
    first, second = Counted(), Counted()
    results = ran(ASKED, store, first)

    assert len(first.made) == len(set(first.made)) == 32
    assert ran(ASKED, store, second) == results
    assert second.made == []


def test_another_experiment_shares_what_fits(store: Store) -> None:
    ran(ASKED, store)
    backend = Counted()
    longer = replace(ASKED, name="longer", pairs=6, arms=ASKED.arms[:2])
    ran(longer, store, backend)

    assert {seed for _, seed in backend.made} == {4, 5}


def test_arms_that_come_to_the_same_plan_share_their_samples(store: Store) -> None:
    backend = Counted()
    twice = replace(ASKED, arms=(*ASKED.arms[:2], Arm("again")), subjects=ASKED.subjects[:1])
    results = ran(twice, store, backend)

    assert len(backend.made) == 8
    assert [o.sha256 for o in results.of(0, "again")] == [o.sha256 for o in results.of(0, "negative")]


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(store: Store) -> None:
    stopped, resumed = Counted(stop_after=9), Counted()
    with pytest.raises(InterruptedRunError, match="of 32 samples"):
        ran(ASKED, store, stopped, workers=1)
    results = ran(ASKED, store, resumed)

    assert len(stopped.made) == 9
    assert set(stopped.made).isdisjoint(resumed.made)
    assert len(results.outcomes) == 32


def test_one_that_is_not_finished_can_be_looked_at(store: Store) -> None:
    with pytest.raises(InterruptedRunError):
        ran(ASKED, store, Counted(stop_after=20), workers=1)
    results = load(store, "dust")

    assert results.pairs_run == 2
    assert results.remarks[0] == "It is not finished: 2 of 4 pairs are there."
    # Distances come last, so there are none yet.
    assert {o.moved for o in results.outcomes} == {()}


def test_one_that_has_hardly_begun_says_so(store: Store) -> None:
    with pytest.raises(InterruptedRunError):
        ran(ASKED, store, Counted(stop_after=2), workers=1)
    with pytest.raises(UsageError, match="no whole pair yet"):
        load(store, "dust")


def test_a_lost_file_is_made_again(store: Store) -> None:
    results = ran(ASKED, store)
    lost = Path(results.folder) / (results.outcomes[0].file or "")
    content = lost.read_bytes()
    lost.unlink()
    backend = Counted()

    assert ran(ASKED, store, backend) == results
    assert backend.made == [(results.outcomes[0].digest, 0)]
    assert lost.read_bytes() == content


def test_new_detectors_read_the_kept_files_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(ASKED, store)
    monkeypatch.setattr(
        Clip, "readings", lambda _self: (Reading("vinyl-crackle", "deaf-2", 0.0, 0.0, False),)
    )
    monkeypatch.setattr(filling, "detectors_identity", lambda modality: f"{modality}/new")
    backend = Counted()
    results = ran(ASKED, store, backend)

    assert backend.made == []
    assert {o.readings[0].detector for o in results.outcomes} == {"deaf-2"}


def test_the_looks_are_at_each_quarter() -> None:
    assert looks_of(replace(ASKED, pairs=30, sequential=True)) == (8, 15, 23, 30)
    assert looks_of(replace(ASKED, pairs=30)) == (30,)


SEQUENTIAL = replace(
    ASKED, name="early", subjects=ASKED.subjects[:1], arms=ASKED.arms[:2], pairs=40, sequential=True
)


def test_a_clear_answer_stops_early(store: Store) -> None:
    backend = Counted()
    results = ran(SEQUENTIAL, store, backend)

    assert results.pairs_run < 40
    assert results.looks == tuple(range(10, results.pairs_run + 1, 10))
    assert len(backend.made) == 2 * results.pairs_run
    assert load(store, "early") == results


def test_it_stops_as_soon_as_nothing_can_come_of_it(store: Store) -> None:
    results = ran(replace(SEQUENTIAL, pairs=24), store, FakeBackend(deaf=True))
    (question,) = discordant(results)

    # Even if the six pairs that are left all went one way, the test would not call them: it needs eight.
    assert (question.gone, question.came) == (0, 0)
    assert results.pairs_run == 18


def test_a_question_counts_the_pairs_in_which_something_changed(store: Store) -> None:
    results = ran(ASKED, store, FakeBackend(dusty=1.0))

    assert [(d.arm, d.gone, d.came, d.had, d.pairs) for d in discordant(results)] == [
        ("negative", 8, 0, 8, 8),
        ("placebo", 0, 0, 8, 8),
        ("late", 0, 0, 0, 8),
    ]


def test_a_sample_is_judged_as_its_file_holds_it() -> None:
    from eschew.lab.experiments.arms import plans

    plan = plans(ASKED)[0][0]
    made = jobs.Making(plan, 0).run(FakeBackend)
    again = jobs.Rereading(made.content, "music").run(FakeBackend)

    assert again == made.readings
    assert made.content[:4] == b"fLaC"


def test_linear_algebra_keeps_to_one_core_while_a_crew_works() -> None:
    """On two cores it sums in another order, and a sample would differ in its last bits from one crew to the next."""

    def cores() -> set[int]:
        return {found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"}

    with threadpool_limits(2, user_api="blas"):
        with threads(FakeBackend(), "fake/1", 1):
            assert cores() == {1}
        assert cores() == {2}
