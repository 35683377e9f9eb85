"""Fetch the icon sets, as npm packages of pinned versions, and check every byte.

    python -m training.image.fetch --out training/image/work

Uses the `npm` of the machine, with whatever registry it is set up for. Licences, named in the model card: Noto Emoji
Apache-2.0, Fluent Emoji MIT, Twemoji CC-BY 4.0 (graphics by Twitter and contributors).
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from training.image.objects import SETS

SCOPE = "@iconify-json"
PINNED = {
    "noto": ("1.2.9", "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad"),
    "twemoji": ("1.2.5", "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7"),
    "fluent-emoji-flat": ("1.2.6", "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175"),
    "fluent-emoji-high-contrast": (
        "1.2.6",
        "0b92d48c90d2200bd499e3cdd09a127ca6a8c8ddefd34c35eb5a1e4994012ae0",
    ),
}
"""Set → version, SHA-256 of the package file (2026-11)."""


def fetch(name: str, folder: Path) -> Path:
    """The set's icons as `folder`/name.json; kept if it is there. SystemExit if the package is not the pinned one."""
    icons = folder / f"{name}.json"
    if icons.exists():
        return icons
    version, digest = PINNED[name]
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to fetch the icon sets (Debian: apt-get install npm)")
    wanted = f"{SCOPE}/{name}@{version}"
    subprocess.run([npm, "pack", "--silent", wanted], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    package = folder / f"{SCOPE[1:]}-{name}-{version}.tgz"
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != digest:
        raise SystemExit(f"{package.name} is not the package that was pinned: SHA-256 {found}, not {digest}")
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/icons.json")
        assert member is not None
        icons.write_bytes(member.read())
    package.unlink()
    return icons


def main() -> None:
    """Fetch all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/image/work"))
    folder = parser.parse_args().out / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    for name in SETS:
        print(fetch(name, folder))


if __name__ == "__main__":
    main()
