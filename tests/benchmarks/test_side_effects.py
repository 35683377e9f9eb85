"""Plain substitution at equal removal: found between two strengths, and compared figure by figure."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.side_effects import Clips, Effect, Row, at_removal, beside, effect, plain

WEAK = Effect("1", 0.5, 0.0, 1.0, 4.0, 0.4, 2.0, -1.0)
STRONG = Effect("2", 0.9, 0.1, 2.0, 8.0, 0.8, 2.0, 1.0)


def test_equal_removal_lies_between_two_strengths() -> None:
    same = at_removal(0.6, [WEAK, STRONG])

    assert (same.lost, same.fainter, same.moved, same.music) == pytest.approx((0.025, 1.25, 5.0, 0.5))
    assert same.removed == 0.6


def test_outside_the_strengths_measured_the_nearest_one_stands() -> None:
    assert at_removal(0.2, [WEAK, STRONG]) == WEAK
    assert at_removal(1.0, [WEAK, STRONG]) == STRONG


def test_a_ratio_stands_where_there_is_one() -> None:
    assert beside(2.0, 4.0) == "2.000 (0.50 × 4.000)"
    assert beside(-0.1, 4.0) == "-0.100 (beside 4.000)"


def test_what_was_there_is_counted_and_nothing_else(tmp_path: Path) -> None:
    """Seed 0 has crackle and drums, seed 1 drums alone; with the negative the crackle goes, and the drums of seed 1."""
    quiet = dict.fromkeys(
        ("vinyl-crackle", "tape-hiss", "electric-piano", "lo-fi-hip-hop", "violin", "drums"), -20.0
    )
    clips, steered = Clips(tmp_path), plain(2.0)
    heard = {
        (clips.bare.digest, 0): {"vinyl-crackle": 20.0, "drums": 20.0},
        (clips.bare.digest, 1): {"drums": 20.0},
        (steered.digest, 0): {"drums": 18.0},
        (steered.digest, 1): {"tape-hiss": 20.0},
    }
    clips.known = {key: Row(*key, quiet | found, 3.0, 0.5, 2.0) for key, found in heard.items()}

    found = effect(clips, "2", steered, None, range(2))

    assert (found.removed, found.lost) == (1.0, 0.5)
    assert found.fainter == pytest.approx((2.0 + 40.0) / 2)
    assert (found.moved, found.passes) == (3.0, 2.0)
