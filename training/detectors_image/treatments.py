"""Other people's effects on pictures, at ordinary strengths: FFmpeg, ImageMagick and OpenCV, taking turns."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from eschew.errors import EschewError
from training.detectors_image.bases import FONT_FOLDER, FONTS, WORDS

QUIET = ("-hide_banner", "-loglevel", "error", "-y")
Pixels = NDArray[np.uint8]
Settings = dict[str, float | str]


@dataclass(frozen=True, eq=False)
class Dry:
    """A picture before any effect, and a folder for the programs that treat it."""

    pixels: Pixels
    folder: Path

    @property
    def side(self) -> int:
        return min(self.pixels.shape[:2])


Apply = Callable[[Dry, Generator], tuple[Pixels, Settings]]


def _run(*command: float | str | Path) -> None:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise EschewError(f"{command[0]} failed with exit code {done.returncode}", why=last)


def _between(rng: Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 3)


def _bytes(pixels: NDArray[Any]) -> Pixels:
    return np.ascontiguousarray(pixels, np.uint8)


def _read(path: Path) -> Pixels:
    return np.asarray(Image.open(path).convert("RGB"))


def _ffmpeg(dry: Dry, graph: str) -> Pixels:
    """One filter graph over the picture, in RGB."""
    source, out = dry.folder / "in.png", dry.folder / "out.png"
    Image.fromarray(dry.pixels).save(source)
    _run("ffmpeg", *QUIET, "-i", source, "-vf", graph, "-frames:v", 1, "-pix_fmt", "rgb24", out)
    return _read(out)


def _magick(dry: Dry, *options: float | str) -> Pixels:
    """ImageMagick 6: the picture, then the options, in their order."""
    source, out = dry.folder / "in.png", dry.folder / "out.png"
    Image.fromarray(dry.pixels).save(source)
    _run("convert", source, *options, "-depth", 8, f"PNG24:{out}")
    return _read(out)


def ffmpeg(graph: str, ranges: dict[str, tuple[float, float]]) -> Apply:
    """A filter graph with {names} for what is drawn; `{side}` is the shorter side."""

    def apply(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
        drawn = {name: _between(rng, low, high) for name, (low, high) in ranges.items()}
        scaled = {n: v * dry.side if n.startswith("part") else v for n, v in drawn.items()}
        whole = {
            n: max(2, round(v)) if n.startswith(("part_whole", "whole")) else v for n, v in scaled.items()
        }
        seed = int(rng.integers(1, 2**31))
        return _ffmpeg(dry, graph.format(side=dry.side, seed=seed, **whole)), {**drawn}

    return apply


def magick(options: str, ranges: dict[str, tuple[float, float]]) -> Apply:
    """Options with {names} for what is drawn; those that begin with `part` are parts of the shorter side."""

    def apply(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
        drawn = {name: _between(rng, low, high) for name, (low, high) in ranges.items()}
        scaled = {n: round(v * dry.side, 2) if n.startswith("part") else v for n, v in drawn.items()}
        whole = {
            n: max(2, round(v)) if n.startswith(("part_whole", "whole")) else v for n, v in scaled.items()
        }
        seed = int(rng.integers(1, 2**31))
        return _magick(dry, *options.format(seed=seed, **whole).split()), {**drawn}

    return apply


def mjpeg(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """FFmpeg's own encoder, whose tables are not libjpeg's."""
    scale = int(rng.integers(16, 32))
    source, out = dry.folder / "in.png", dry.folder / "out.jpg"
    Image.fromarray(dry.pixels).save(source)
    _run(
        "ffmpeg",
        "-hide_banner",
        "-loglevel",
        "error",
        "-y",
        "-i",
        source,
        "-pix_fmt",
        "yuvj420p",
        "-q:v",
        scale,
        out,
    )
    return _read(out), {"q": scale}


def magick_jpeg(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """Saved and opened again."""
    quality = int(rng.integers(5, 24))
    source, out = dry.folder / "in.png", dry.folder / "out.jpg"
    Image.fromarray(dry.pixels).save(source)
    _run("convert", source, "-quality", quality, out)
    return _read(out), {"quality": quality}


def cv_jpeg(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """Through `imencode` and `imdecode`."""
    quality = int(rng.integers(5, 24))
    _, file = cv2.imencode(".jpg", dry.pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    again = cv2.imdecode(file, cv2.IMREAD_COLOR)
    assert again is not None
    return _bytes(again[..., ::-1]), {"quality": quality}


def cv_blur(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """`GaussianBlur`."""
    sigma = max(1.5, dry.side * _between(rng, 0.005, 0.012))
    return _bytes(cv2.GaussianBlur(dry.pixels, (0, 0), sigma)), {"sigma": round(sigma, 2)}


def cv_noise(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """Normal grain of `randn`, added."""
    sigma = _between(rng, 12, 35)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    grain = np.zeros(dry.pixels.shape, np.int16)
    cv2.randn(grain, np.zeros(3), np.full(3, sigma))
    return (dry.pixels + grain).clip(0, 255).astype(np.uint8), {"sigma": sigma}


def cv_saturation(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """The S of HSV, multiplied."""
    gain = _between(rng, 2.2, 3.5)
    hsv = cv2.cvtColor(dry.pixels, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 1] = (hsv[..., 1] * gain).clip(0, 255)
    return _bytes(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)), {"gain": gain}


def cv_text(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """One of Hershey's fonts, by `putText`."""
    out, face = dry.pixels.copy(), int(rng.choice([0, 2, 3, 4]))
    height = dry.side * _between(rng, 0.06, 0.11)
    scale = height / 22
    thick = max(1, round(height / 10))
    words = " ".join(rng.choice(WORDS, 10))
    while cv2.getTextSize(words, face, scale, thick)[0][0] > 0.92 * out.shape[1]:
        words = words[:-1]
    y = int(out.shape[0] * float(rng.choice([0.13, 0.55, 0.93])))
    light = out[max(0, y - int(height)) : y].mean() < 128
    colour = (255, 255, 255) if light else (0, 0, 0)
    cv2.putText(out, words, (round(0.04 * out.shape[1]), y), face, scale, colour, thick, cv2.LINE_AA)
    return out, {"height": round(height, 1), "words": words}


def cv_watermark(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """Rows of `putText`, mixed in by `addWeighted`."""
    layer, opacity = dry.pixels.copy(), _between(rng, 0.25, 0.5)
    height = dry.side * _between(rng, 0.07, 0.12)
    word, scale, thick = (
        str(rng.choice(["sample", "NOT FOR SALE", "archive", "proof"])),
        height / 22,
        max(1, round(height / 9)),
    )
    length = cv2.getTextSize(word, 2, scale, thick)[0][0]
    ink = (255, 255, 255) if dry.pixels.mean() < 180 else (40, 40, 40)
    for row, y in enumerate(np.arange(height, layer.shape[0] + height, 2.2 * height)):
        for x in np.arange(-0.5 * length * (row % 2), layer.shape[1], 1.25 * length):
            cv2.putText(layer, word, (round(x), round(y)), 2, scale, ink, thick, cv2.LINE_AA)
    return _bytes(cv2.addWeighted(layer, opacity, dry.pixels, 1 - opacity, 0)), {
        "opacity": opacity,
        "word": word,
    }


def cv_border(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """`copyMakeBorder`."""
    wide = max(3, round(dry.side * _between(rng, 0.02, 0.09)))
    colour = [
        int(v) for v in (rng.integers(0, 256, 3) if rng.random() < 0.4 else [int(rng.choice([0, 255]))] * 3)
    ]
    framed = cv2.copyMakeBorder(dry.pixels, wide, wide, wide, wide, cv2.BORDER_CONSTANT, value=colour)
    return _bytes(framed), {"wide": wide}


def cv_contrast(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """`convertScaleAbs`."""
    gain, lift = _between(rng, 0.2, 0.42), _between(rng, 60, 110)
    return _bytes(cv2.convertScaleAbs(dry.pixels, alpha=gain, beta=lift)), {"gain": gain, "lift": lift}


def cv_vignette(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """Two Gaussian kernels, multiplied and normed, as tutorials do it."""
    height, width = dry.pixels.shape[:2]
    sigma = _between(rng, 0.33, 0.48)
    mask = cv2.getGaussianKernel(height, sigma * height) @ cv2.getGaussianKernel(width, sigma * width).T
    return (dry.pixels * (mask / mask.max())[..., None]).astype(np.uint8), {"sigma": sigma}


def drawtext(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """FFmpeg's drawtext, with or without a box behind it."""
    size, font = round(dry.side * _between(rng, 0.06, 0.12)), FONT_FOLDER / str(rng.choice(FONTS["test"]))
    words = " ".join(rng.choice(WORDS, 10))[: int(1.6 * dry.pixels.shape[1] / size)]
    y = str(rng.choice(["h*0.04", "h*0.5", "h*0.84"]))
    colour, rim = ("white", "black") if rng.random() < 0.7 else ("black", "white")
    more = f":box=1:boxcolor={rim}@0.6" if rng.random() < 0.4 else f":borderw=2:bordercolor={rim}"
    graph = f"drawtext=fontfile={font}:text='{words}':fontsize={size}:fontcolor={colour}:x=w*0.05:y={y}{more}"
    return _ffmpeg(dry, graph), {"size": size, "words": words}


def annotate(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """ImageMagick's -annotate."""
    size, font = round(dry.side * _between(rng, 0.06, 0.12)), FONT_FOLDER / str(rng.choice(FONTS["test"]))
    words = " ".join(rng.choice(WORDS, 10))[: int(1.6 * dry.pixels.shape[1] / size)]
    where = str(rng.choice(["south", "north", "center"]))
    colour, rim = ("white", "black") if rng.random() < 0.7 else ("black", "white")
    style = ("-font", font, "-pointsize", size, "-fill", colour, "-stroke", rim, "-strokewidth", 1)
    return _magick(dry, *style, "-gravity", where, "-annotate", "+0+8", words), {"size": size, "words": words}


def tiled(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """ImageMagick's own recipe for watermarks: a word drawn on a tile, turned, and the tile laid over everything."""
    size, font = round(dry.side * _between(rng, 0.07, 0.13)), FONT_FOLDER / str(rng.choice(FONTS["test"]))
    word, alpha = str(rng.choice(["Copyright", "SAMPLE", "my album", "PROOF"])), _between(rng, 0.25, 0.5)
    angle, light = _between(rng, -35, 35), dry.pixels.mean() < 180
    grey = 255 if light else 40
    tile, source, out = dry.folder / "tile.png", dry.folder / "in.png", dry.folder / "out.png"
    wide, high = round(size * 0.62 * len(word) + size), round(size * 2.6)
    style = (
        "-font",
        font,
        "-pointsize",
        size,
        "-gravity",
        "center",
        "-fill",
        f"rgba({grey},{grey},{grey},{alpha})",
    )
    _run(
        "convert",
        "-size",
        f"{wide}x{high}",
        "xc:none",
        *style,
        "-annotate",
        f"{angle}x{angle}+0+0",
        word,
        tile,
    )
    Image.fromarray(dry.pixels).save(source)
    _run("composite", "-tile", tile, source, f"PNG24:{out}")
    return _read(out), {"size": size, "alpha": alpha, "angle": angle, "word": word}


def drawn_rows(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """FFmpeg's drawtext, half-transparent, once for each place."""
    size, font = round(dry.side * _between(rng, 0.07, 0.12)), FONT_FOLDER / str(rng.choice(FONTS["test"]))
    word, alpha = str(rng.choice(["PREVIEW", "stock", "demo copy"])), _between(rng, 0.25, 0.5)
    colour = "white" if dry.pixels.mean() < 180 else "black"
    height, width = dry.pixels.shape[:2]
    places = [
        (x, y)
        for row, y in enumerate(range(0, height, round(2.3 * size)))
        for x in range(-round(size * len(word) * 0.3) * (row % 2), width, round(size * len(word) * 0.8))
    ]
    one = f"drawtext=fontfile={font}:text='{word}':fontsize={size}:fontcolor={colour}@{alpha}:x={{}}:y={{}}"
    return _ffmpeg(dry, ",".join(one.format(x, y) for x, y in places)), {
        "size": size,
        "alpha": alpha,
        "word": word,
    }


def untreated(dry: Dry, rng: Generator) -> tuple[Pixels, Settings]:
    """As it was."""
    return dry.pixels, {}


TREATMENTS: dict[str, tuple[tuple[str, Apply], ...]] = {
    "blurry": (
        ("FFmpeg gblur", ffmpeg("gblur=sigma={part}", {"part": (0.006, 0.012)})),
        ("ImageMagick -blur", magick("-blur 0x{part}", {"part": (0.006, 0.012)})),
        ("OpenCV GaussianBlur", cv_blur)),
    "image-noise": (
        ("FFmpeg noise", ffmpeg("format=gbrp,noise=alls={whole}:allf=t:all_seed={seed}", {"whole": (28, 70)})),
        ("ImageMagick +noise", magick("-seed {seed} -attenuate {attenuate} +noise Gaussian", {"attenuate": (0.5, 1.4)})),
        ("OpenCV randn", cv_noise)),
    "jpeg-artefacts": (("FFmpeg mjpeg", mjpeg), ("ImageMagick -quality", magick_jpeg), ("OpenCV imencode", cv_jpeg)),
    "watermark": (("ImageMagick composite -tile", tiled), ("OpenCV addWeighted", cv_watermark), ("FFmpeg drawtext, faint", drawn_rows)),
    "text-in-image": (("FFmpeg drawtext", drawtext), ("ImageMagick -annotate", annotate), ("OpenCV putText", cv_text)),
    "oversaturated": (
        ("FFmpeg eq", ffmpeg("eq=saturation={gain}", {"gain": (2.2, 3)})),
        ("ImageMagick -modulate", magick("-modulate 100,{percent}", {"percent": (220, 350)})),
        ("OpenCV HSV", cv_saturation)),
    "vignette": (
        ("FFmpeg vignette", ffmpeg("vignette=angle={angle}", {"angle": (0.75, 1.1)})),
        ("OpenCV Gaussian mask", cv_vignette)),
    "low-contrast": (
        ("FFmpeg eq", ffmpeg("eq=contrast={gain}", {"gain": (0.2, 0.42)})),
        ("ImageMagick +level", magick("+level {low}%,{high}%", {"low": (28, 38), "high": (58, 70)})),
        ("OpenCV convertScaleAbs", cv_contrast)),
    "frame-border": (
        ("ImageMagick -border", magick("-bordercolor gray({grey}%) -border {part_whole}", {"part_whole": (0.02, 0.09), "grey": (0, 100)})),
        ("FFmpeg drawbox", ffmpeg("drawbox=x=0:y=0:w=iw:h=ih:color=black:t={part_whole}", {"part_whole": (0.02, 0.09)})),
        ("OpenCV copyMakeBorder", cv_border)),
    "ordinary": (
        ("FFmpeg unsharp", ffmpeg("unsharp=5:5:{amount}", {"amount": (0.3, 0.8)})),
        ("ImageMagick -modulate, mild", magick("-modulate {light},{percent}", {"light": (88, 112), "percent": (70, 130)})),
        ("ImageMagick -sigmoidal-contrast", magick("-sigmoidal-contrast {gain}", {"gain": (1.5, 3)}))),
    "untreated": (("none", untreated),),
}  # fmt: skip
"""Concept → the tools that take turns at it; the last two bring none of them."""
