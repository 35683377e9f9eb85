"""Claims run for real, in miniature: one prompt, one seed, on the embedded model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eschew.backends import Backend
from eschew.backends.nano.backend import NanoBackend
from eschew.catalog.claim_evidence import claim_verdicts
from eschew.catalog.model_facts import model
from eschew.errors import KnobError, UnknownNameError
from eschew.lab.evidence.claims import CLAIMS
from eschew.lab.evidence.making import made
from eschew.lab.evidence.running import ran, shortened
from eschew.lab.evidence.values import Claim
from eschew.lab.evidence.writing import merged, write_json
from eschew.lab.experiments.crew import Threads, threads
from eschew.lab.experiments.identity import engine_identity
from eschew.lab.store import open_store, place_of


@pytest.fixture(scope="module")
def backend() -> Backend:
    return NanoBackend("nano-music")


@pytest.fixture
def crew(backend: Backend) -> Iterator[Threads]:
    with threads(backend, engine_identity(model("nano-music"), backend), 1) as hands:
        yield hands


def small(letter: str) -> Claim:
    """One prompt of a claim, four steps."""
    claim = next(c for c in CLAIMS if c.letter == letter)
    return replace(
        claim,
        experiments=tuple(
            replace(
                e,
                subjects=e.subjects[:1],
                arms=tuple(replace(arm, num_inference_steps=4) for arm in e.arms),
            )
            for e in claim.experiments
        ),
    )


def test_a_claim_is_run_concluded_and_kept(tmp_path: Path, backend: Backend, crew: Threads) -> None:
    store = open_store(place_of(tmp_path / "lab.db"))
    seen: list[tuple[int, int]] = []
    verdicts, forecast = made(
        (small("a"),), False, store, backend, crew, 1, lambda done, total: seen.append((done, total))
    )

    assert forecast is None
    assert verdicts[0].standing == "undecided"
    assert verdicts[0].seen[2].value == 1.0  # equal bit for bit at guidance 1
    assert seen[-1] == (5, 5)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    path = tmp_path / "claims.json"
    write_json(path, merged((), verdicts))
    assert [v.letter for v in claim_verdicts(path)] == ["a"]


def test_a_claim_about_sources_makes_its_sources_first(
    tmp_path: Path, backend: Backend, crew: Threads
) -> None:
    store = open_store(place_of(tmp_path / "lab.db"))
    claim = small("g")
    verdicts, _ = made((replace(claim, sources=claim.sources[:1]),), False, store, backend, crew, 1, print)

    assert [p.name for p in (store.files / "sources").iterdir()] == ["techno.flac"]
    assert verdicts[0].pairs == 1


def test_what_two_experiments_share_is_counted_once(tmp_path: Path, crew: Threads) -> None:
    store = open_store(place_of(tmp_path / "lab.db"))
    experiments = [shortened(e, 1) for letter in "di" for e in small(letter).experiments]
    seen: list[tuple[int, int]] = []
    ran(experiments, store, crew, lambda done, total: seen.append((done, total)))

    # none and negative are the same in both; the long list and the "no …" are not.
    assert seen[-1] == (4, 4)


def test_new_verdicts_take_the_places_of_old_ones() -> None:
    old = claim_verdicts()
    new = (replace(old[2], standing="undecided"),)

    assert [v.letter for v in merged(old, new)] == [v.letter for v in old]
    assert merged(old, new)[2].standing == "undecided"


def test_letters_and_pairs_that_cannot_be_are_refused() -> None:
    from eschew import api

    with pytest.raises(UnknownNameError, match="no claim 'z'"):
        api.evidence(["z"])
    with pytest.raises(KnobError, match="pairs"):
        api.evidence(["a"], pairs=0)
