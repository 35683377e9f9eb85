"""Where no cluster is: said at once, before Ray would begin to ask for minutes."""

from __future__ import annotations

import pytest

from eschew.errors import UsageError
from eschew.lab.experiments.ray_runner import cluster
from eschew.request import ANY_ENGINE


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:1", "no Ray cluster answers"),
        ("ray://localhost:1", "no Ray cluster answers"),
        ("nowhere.invalid:6379", "no Ray cluster answers"),
        ("somewhere", "no address of a cluster"),
        ("host:port", "no address of a cluster"),
        (":6379", "no address of a cluster"),
        ("host:99999", "no address of a cluster"),
        ("", "no address of a cluster"),
    ],
)
def test_a_wrong_address_is_a_sentence(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said), cluster(address, "nano-music", ANY_ENGINE, 1):
        pass
