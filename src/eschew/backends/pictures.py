"""Write a picture as PNG with its making in it: A1111's infotext, which others' tools read, and the whole plan; read one back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from eschew import __version__
from eschew.backends.clips import tags
from eschew.backends.seam import Picture
from eschew.errors import FileError
from eschew.plan import Plan

ENDING = ".png"


def check_picture_ending(path: Path) -> None:
    """FileError unless the file is to be a PNG, the one format here that keeps the infotext."""
    if path.suffix.lower() != ENDING:
        raise FileError(
            f"cannot write a picture as {path.suffix or 'a file without an ending'}",
            where=str(path),
            hint=f"end the name in {ENDING}",
        )


def write_picture(path: Path, picture: Picture, plan: Plan) -> None:
    """Write a PNG, whole or not at all. FileError if it cannot."""
    check_picture_ending(path)
    text = PngInfo()
    text.add_itxt("parameters", infotext(picture, plan))
    text.add_itxt("eschew", json.dumps(tags(picture, plan), ensure_ascii=False))
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        Image.fromarray(picture.pixels).save(temporary, "PNG", pnginfo=text)
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise FileError("cannot write the picture", where=str(path), why=str(problem)) from problem


def read_picture_file(path: Path) -> NDArray[np.uint8]:
    """Pixels (height, width, 3), sRGB; transparency lies on white. FileError if it is no picture that can be read."""
    try:
        with Image.open(path) as file:
            image = file.convert("RGBA") if file.has_transparency_data else file.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise FileError("cannot read this as a picture", where=str(path), why=str(problem)) from problem
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return np.asarray(image, np.uint8)


def infotext(picture: Picture, plan: Plan) -> str:
    """The three lines of A1111: prompt, negative prompt, settings."""
    height, width = picture.pixels.shape[:2]
    settings = {
        "Steps": plan.num_inference_steps,
        "CFG scale": f"{plan.guidance_scale:g}",
        "Seed": picture.receipt.seed,
        "Size": f"{width}x{height}",
        "Model": plan.model,
        **({} if plan.strength is None else {"Denoising strength": f"{plan.strength:g}"}),
        "Negative method": plan.method,
        "Version": f"eschew {__version__}",
    }
    lines = (
        [plan.prompt, f"Negative prompt: {plan.negative_prompt}"] if plan.negative_prompt else [plan.prompt]
    )
    return "\n".join([*lines, ", ".join(f"{name}: {value}" for name, value in settings.items())])
