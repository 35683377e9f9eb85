"""What is installed on this machine: versions, devices, memory, extras. Imports nothing heavy unless asked to."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

from eschew.backends.engine import EXTRA
from eschew.settings import usable_cores

PACKAGES = ("eschew", "numpy", "onnxruntime", "torch", "diffusers", "transformers")
EXTRAS = ("diffusers", "gateway", "studio", "mcp", "ray", "judge", "lab")
GIBIBYTE = 2**30


@dataclass(frozen=True)
class Installation:
    """`versions` are None where a package is missing, `memory` GiB (None where the system does not say).

    `devices` names what PyTorch sees beyond the processor; None where it was not asked.
    """

    versions: dict[str, str | None]
    python: str
    system: str
    cores: int
    memory: float | None
    memory_free: float | None
    devices: tuple[str, ...] | None
    backends: dict[str, bool]
    extras: dict[str, bool]


def installation(ask_torch: bool = False) -> Installation:
    """What is here. `ask_torch` imports PyTorch, where it is installed, to ask for its devices."""
    return Installation(
        versions={name: _version(name) for name in PACKAGES},
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        cores=usable_cores(),
        memory=_memory("SC_PHYS_PAGES"),
        memory_free=_memory("SC_AVPHYS_PAGES"),
        devices=_devices() if ask_torch and find_spec("torch") is not None else None,
        backends={
            "nano": find_spec("onnxruntime") is not None,
            "diffusers": all(find_spec(package) is not None for package in EXTRA),
        },
        extras={name: there for name in EXTRAS if (there := _extra(name)) is not None},
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _extra(name: str) -> bool | None:
    """Whether everything that an extra brings is installed; None for an extra that this version does not have."""
    needed = [line for line in requires("eschew") or () if _of_extra(line, name)]
    if not needed:
        return None
    return all(_version(_package(line)) is not None for line in needed)


def _of_extra(requirement: str, name: str) -> bool:
    marker = requirement.partition(";")[2].replace('"', "'")
    return f"extra == '{name}'" in marker


def _package(requirement: str) -> str:
    return requirement.split(";")[0].split("[")[0].strip().rstrip("0123456789.,<>=!~ ")


def _memory(pages: str) -> float | None:
    names = getattr(os, "sysconf_names", {})
    if pages not in names or "SC_PAGE_SIZE" not in names:
        return None
    return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE") / GIBIBYTE


def _devices() -> tuple[str, ...]:
    import torch

    found = [
        f"cuda:{i} {torch.cuda.get_device_name(i)}, "
        f"{torch.cuda.get_device_properties(i).total_memory / GIBIBYTE:.0f} GiB"
        for i in range(torch.cuda.device_count())
    ]
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)
