"""Gather photographs from packages: DIR/dev for fitting, DIR/test for judging. Nothing of it is shipped.

    python -m training.detectors_image.photos --out DIR

dev     Debian's mate-backgrounds (nature), and the sample photographs of scikit-image and matplotlib
test    Debian's lomiri-wallpapers: photographs by Ubuntu Touch's community, each by somebody else

Needs `apt-get` and `dpkg-deb`; the two Python packages are in the extra `training`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

DEBIAN = {
    "dev": (("mate-backgrounds", "mate/nature/*.jpg"),),
    "test": (("lomiri-wallpapers-16.04", "*.jpg"), ("lomiri-wallpapers-20.04", "*.jpg")),
}
BACKGROUNDS = Path("usr/share/backgrounds")
NOT = ("Painting", "analogpattern", "Blinds", "Fossa", "Infinite-Sea", "umang", "Storm")
"""How names begin of those that were drawn, and of one that is blurred as it is."""
SAMPLES = ("astronaut", "chelsea", "coffee", "rocket")


def from_debian(package: str, pattern: str, out: Path) -> None:
    """Photographs of a Debian package, without installing it."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["apt-get", "download", package], cwd=scratch, check=True, capture_output=True)
        (file,) = Path(scratch).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", file, "x"], cwd=scratch, check=True)
        for path in sorted((Path(scratch) / "x" / BACKGROUNDS).glob(pattern)):
            if not path.name.startswith(NOT):
                shutil.copy(path, out / path.name)


def from_python(out: Path) -> None:
    """What scikit-image and matplotlib ship."""
    import skimage.data
    from matplotlib import cbook
    from PIL import Image

    for name in SAMPLES:
        Image.fromarray(getattr(skimage.data, name)()).save(out / f"{name}.png")
    path = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    Image.open(str(path)).convert("RGB").save(out / "grace_hopper.png")


def main() -> None:
    """Fill both folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    for part, packages in DEBIAN.items():
        (args.out / part).mkdir(parents=True, exist_ok=True)
        for package, pattern in packages:
            from_debian(package, pattern, args.out / part)
    from_python(args.out / "dev")
    for part in DEBIAN:
        print(f"{part}: {len(list((args.out / part).iterdir()))} photographs")


if __name__ == "__main__":
    main()
