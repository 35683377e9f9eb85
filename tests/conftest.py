"""What every test stands on: no network for weights, no personal settings, a steady pace for property tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports transformers or diffusers: a test that wants weights from a hub fails at once.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

# Timing on a shared machine is no property of the code, hence no deadline. `thorough` is for a night;
# choose it with `pytest --hypothesis-profile=thorough`.
settings.register_profile("desk", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "thorough", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def no_personal_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A test sees eschew as on the first day: no variables of its own, no config file, an empty cache."""
    for name in list(os.environ):
        if name.startswith("ESCHEW_"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "first-day"
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
