"""Policies and models that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from eschew.catalog.capabilities import Capabilities, capabilities
from eschew.catalog.model_facts import model
from eschew.policy import Ban, Composite, Floor, Policy, compose, load

ACME = Policy(
    name="acme-brand",
    title="ACME",
    version="1",
    owner="ACME's brand team",
    level="organisation",
    modalities=("image",),
    floor=(
        Floor(text="logo", concept="logo", reason="other people's marks"),
        Floor(text="watermark", concept="watermark", reason="unlicensed"),
        Floor(text="blood", concept="blood-gore", reason="violence"),
    ),
    ban=(
        Ban(words=("globex", "hooli phone"), field="both", mention="any", reason="competitors"),
        Ban(
            concepts=("weapons", "drugs-tobacco", "sexual-style"),
            words=("nude", "nudity", "naked", "topless", "porn", "erotic", "nsfw"),
            reason="subjects we are not seen with",
        ),
    ),
)
"""What a team makes of the brand-safety template."""


@cache
def composite_of(names: str) -> Composite:
    """`quality-floor+acme-brand` as one."""
    return compose([ACME if name == ACME.name else load(name) for name in names.split("+")])


@cache
def can_of(name: str) -> Capabilities:
    return capabilities(model(name))


@pytest.fixture(scope="session")
def together() -> Callable[[str], Composite]:
    return composite_of


@pytest.fixture(scope="session")
def can() -> Callable[[str], Capabilities]:
    return can_of


@pytest.fixture(scope="session")
def acme() -> Policy:
    return ACME
