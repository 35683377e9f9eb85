"""Icons as cut-outs: each thing in each style, drawn once, straight (not premultiplied) RGBA, CANVAS pixels square.

illustration  Noto as it is: soft shading
flat          Fluent flat as it is: few plain colours
cartoon       Twemoji, colours strengthened, with a thick ink outline put round it
glossy        Noto with a bright highlight, a dark lower edge and a rim of light, as on a button of 2007
sketch        pencil lines only: the edges of Fluent flat, of Twemoji and of Fluent high contrast, wavering and grey
"""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.image.objects import SETS, THINGS

CANVAS = 96
STYLES = ("illustration", "flat", "cartoon", "glossy", "sketch")
Pixels = NDArray[np.float32]


def svg(icons: dict[str, Any], name: str) -> str:
    """The icon's SVG text; follows the set's aliases."""
    name = icons.get("aliases", {}).get(name, {}).get("parent", name)
    icon = icons["icons"][name]
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box}>{icon["body"]}</svg>'


def _unit(image: Image.Image) -> Pixels:
    """Bytes 0…255 → 0…1."""
    return (np.asarray(image, np.float32) / 255).astype(np.float32)


def draw(text: str, size: int = CANVAS) -> Pixels:
    """SVG → (size, size, 4) in 0…1, filling the canvas but for a margin of six pixels."""
    png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=2 * size, skip_system_fonts=True))
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    image = image.crop(image.getbbox() or (0, 0, *image.size))
    scale = (size - 12) / max(image.size)
    image = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS
    )
    out = Image.new("RGBA", (size, size))
    out.paste(image, ((size - image.width) // 2, (size - image.height) // 2))
    return _unit(out)


def blurred(plane: Pixels, radius: float) -> Pixels:
    """Gaussian blur of one plane in 0…1."""
    image = Image.fromarray((plane.clip(0, 1) * 255).astype(np.uint8))
    return _unit(image.filter(ImageFilter.GaussianBlur(radius)))


def grown(plane: Pixels, pixels: int) -> Pixels:
    """The plane's bright parts, wider by `pixels` on every side."""
    image = Image.fromarray((plane * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(2 * pixels + 1))
    return _unit(image.filter(ImageFilter.GaussianBlur(0.8)))


def edges(icon: Pixels) -> Pixels:
    """How much an icon changes from pixel to pixel, colours over white and opacity together, in 0…1."""
    flat = icon[..., :3] * icon[..., 3:] + 1 - icon[..., 3:]
    planes = np.concatenate([flat, icon[..., 3:]], axis=-1)
    down, across = np.gradient(planes, axis=(0, 1))
    strength: Pixels = np.sqrt(down**2 + across**2).max(axis=-1)
    return strength.clip(0, 1)


def cartoon(icon: Pixels) -> Pixels:
    """A thick ink outline round the shape, thin ink along strong edges inside, and stronger colours."""
    grey = icon[..., :3].mean(axis=-1, keepdims=True)
    colour = (grey + 1.25 * (icon[..., :3] - grey)).clip(0, 1)
    inner = ((edges(icon) - 0.12) * 3).clip(0, 1)[..., None] * 0.8
    colour = colour * (1 - inner) + 0.06 * inner
    shape = icon[..., 3]
    outer = grown(shape, 3)
    alpha = np.maximum(outer, shape)
    ink = 1 - shape[..., None]
    rgb = colour * (1 - ink) + 0.05 * ink
    return np.concatenate([rgb, alpha[..., None]], axis=-1).astype(np.float32)


def glossy(icon: Pixels) -> Pixels:
    """A highlight over the upper left, light at the rim, shade below."""
    shape = icon[..., 3]
    rows, columns = np.nonzero(shape > 0.5)
    top, left = rows.min(), columns.min()
    height, width = rows.max() - top + 1, columns.max() - left + 1
    y, x = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32)
    v, u = (y - top) / height, (x - left) / width
    shade = 1.1 - 0.55 * v[..., None].clip(0, 1) ** 1.5
    rgb = icon[..., :3] * shade
    inside = blurred(shape, 4.0)
    rim = (shape * (1 - inside) * 1.1)[..., None].clip(0, 1)
    rgb = rgb + (1 - rgb) * rim * 0.55
    lens = (((u - 0.40) / 0.34) ** 2 + ((v - 0.27) / 0.17) ** 2) < 1
    spot = (((u - 0.74) / 0.06) ** 2 + ((v - 0.16) / 0.05) ** 2) < 1
    light = blurred(lens * (0.86 - 0.9 * v).clip(0, 1) + spot * 0.95, 1.0) * (shape > 0.5)
    rgb = rgb + (1 - rgb) * (1.25 * light)[..., None].clip(0, 1)
    return np.concatenate([rgb.clip(0, 1), shape[..., None]], axis=-1).astype(np.float32)


def wavering(plane: Pixels, rng: np.random.Generator, reach: float) -> Pixels:
    """The plane, its pixels moved by a smooth random field of at most about `reach` pixels, as by a hand."""
    fields = [blurred(rng.random((CANVAS, CANVAS)).astype(np.float32), 5.0) - 0.5 for _ in range(2)]
    down, across = (field / (np.abs(field).max() + 1e-6) * reach for field in fields)
    y, x = np.mgrid[0:CANVAS, 0:CANVAS]
    moved: Pixels = plane[
        (y + down).round().astype(int).clip(0, CANVAS - 1),
        (x + across).round().astype(int).clip(0, CANVAS - 1),
    ]
    return moved


def sketch(icon: Pixels, rng: np.random.Generator) -> Pixels:
    """Pencil: two wavering passes over the edges, a little hatching where the icon is dark, no fill."""
    line = ((edges(icon) - 0.05) * 5).clip(0, 1)
    strokes = np.maximum(wavering(line, rng, 1.6), 0.75 * wavering(line, rng, 2.4))
    strokes = grown(strokes, 1)
    dark = (1 - icon[..., :3].mean(axis=-1)) * (icon[..., 3] > 0.5)
    y, x = np.mgrid[0:CANVAS, 0:CANVAS]
    hatch = (((x + y) % 9) < 2) * blurred((dark > 0.55).astype(np.float32), 1.5) * 0.55
    alpha = np.maximum(strokes * rng.uniform(0.85, 1.0), hatch).clip(0, 1)
    grey = np.full((CANVAS, CANVAS, 3), rng.uniform(0.12, 0.3), np.float32)
    return np.concatenate([grey, alpha[..., None]], axis=-1).astype(np.float32)


def make(folder: Path) -> Path:
    """Draw every thing in every style into `folder`/cutouts.npz: style → (things, variants, 96, 96, 4) uint8."""
    path = folder / "cutouts.npz"
    sets = {name: json.loads((folder / "icons" / f"{name}.json").read_text()) for name in SETS}
    sheets: dict[str, list[list[Pixels]]] = {style: [] for style in STYLES}
    for number, thing in enumerate(THINGS):
        noto, twemoji, flat, contrast = (draw(svg(sets[name], thing.icon)) for name in SETS)
        rng = np.random.default_rng([11, number])
        sheets["illustration"].append([noto])
        sheets["flat"].append([flat])
        sheets["cartoon"].append([cartoon(twemoji)])
        sheets["glossy"].append([glossy(noto)])
        sheets["sketch"].append([sketch(model, rng) for model in (flat, twemoji, contrast)])
    arrays = {s: (np.array(rows) * 255).round().astype(np.uint8) for s, rows in sheets.items()}
    np.savez(path, **arrays)
    return path


@cache
def cutouts(folder: Path) -> dict[str, NDArray[np.uint8]]:
    """What `make` drew."""
    with np.load(folder / "cutouts.npz") as kept:
        return {style: kept[style] for style in STYLES}
