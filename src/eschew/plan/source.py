"""What a plan starts from: the task that a source asks for, whether its file can be read, and a hash of what is in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.model_facts import ModelFacts
from eschew.errors import FileError, KnobError, RefusalError
from eschew.plan.draft import CATALOGUE, RULE, Draft, inside
from eschew.request import Request

FROM_SOURCE = ("audio2audio", "cover", "image2image")
"""Tasks that one source and a strength are enough for. Others want a region, a mask, a track."""
DIGEST_TAG = "b2:"
"""BLAKE2b-128 of the file's bytes."""
LARGEST_BYTES = 2**30
PICTURES = (
    (0, b"\x89PNG"), (0, b"\xff\xd8\xff"), (0, b"GIF8"), (0, b"BM"), (0, b"II*\0"), (0, b"MM\0*"), (8, b"WEBP"),
)  # fmt: skip
SOUNDS = (
    (0, b"fLaC"), (0, b"OggS"), (0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (8, b"WAVE"),
    (8, b"AIFF"), (8, b"AIFC"), (0, b"caff"), (0, b".snd"),
)  # fmt: skip
"""How files of each kind begin: offset and bytes. What is in neither list is left for the decoder to judge."""


def task_of(request: Request, facts: ModelFacts) -> str:
    """The task of a request: as asked, or as its source asks; empty for the model's first.

    RefusalError where the model works from no source, KnobError where task and source do not go together.
    """
    if request.source is None:
        return request.task or ""
    at = facts.host(request.host or "")
    known = [t for t in (facts.tasks if at.tasks is None else at.tasks) if t in FROM_SOURCE]
    if request.task and request.task.startswith("text2"):
        raise KnobError(
            f"{request.task} starts from words alone, and there is a source",
            where="--task",
            hint=known[0] if known else "leave --source away",
        )
    if request.task:
        return request.task
    if not known or facts.strength is None:
        raise RefusalError(
            f"there is no way here to give {facts.title} at {at.title} a source",
            where="--source",
            hint="nano-music for a clip, nano-image for a picture; or leave the source away",
        )
    return known[0]


def content_digest(path: str, modality: str) -> str:
    """A tagged hash of the file's bytes. FileError where it is missing, empty, too large or of the other kind."""
    file = Path(path)
    try:
        size = file.stat().st_size if file.is_file() else None
        if size is None:
            raise FileError(
                "this is no file" if file.exists() else "there is no such file", where=f"--source {path}"
            )
        if size > LARGEST_BYTES:
            raise FileError(
                f"this file is larger than {LARGEST_BYTES // 2**20:,} MB", where=f"--source {path}"
            )
        with file.open("rb") as opened:
            head = opened.read(16)
            _check_kind(head, path, modality)
            opened.seek(0)
            digest = hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=16))
    except OSError as problem:
        raise FileError(
            "cannot read this file", where=f"--source {path}", why=str(problem.strerror or problem)
        ) from problem
    return DIGEST_TAG + digest.hexdigest()


def _check_kind(head: bytes, path: str, modality: str) -> None:
    if not head:
        raise FileError("this file is empty", where=f"--source {path}")
    other, called, makes = (
        (SOUNDS, "a clip", "pictures") if modality == "image" else (PICTURES, "a picture", "clips")
    )
    if any(head[at : at + len(mark)] == mark for at, mark in other):
        raise FileError(
            f"this is {called}, and the model makes {makes}",
            where=f"--source {path}",
            hint="--model nano-image" if called == "a picture" else "--model nano-music",
        )


def convention(can: Capabilities) -> str:
    """What a higher strength does, in words."""
    if can.strength_keeps == "source":
        return f"on {can.title} a higher strength keeps more of the source"
    return f"on {can.title} a higher strength follows the prompt more, and keeps less of the source"


def of_source(draft: Draft, can: Capabilities) -> Draft:
    """The step of deciding that is about the source. Its file is read, to hash it: a plan names the content."""
    path, strength = draft["source"], draft["strength"]
    if strength is not None:
        inside("strength", strength, 0.0, 1.0)
    if path is None:
        return _from_text(draft, can)
    if can.task not in FROM_SOURCE or can.strength_keeps is None:
        raise RefusalError(
            f"{can.title} takes no source when the task is {can.task}",
            where="--source",
            hint="another --task",
        )
    draft = draft.set("task", can.task, RULE, "there is a source to start from")
    told = f"a hash of what the file holds; {convention(can)}"
    draft = draft.set("source_digest", content_digest(path, can.modality), RULE, told)
    if strength is not None:
        return draft
    return draft.set("strength", can.default_strength, CATALOGUE, f"the default; {convention(can)}")


def steps_run(steps: int, strength: float) -> int:
    """How many of `steps` image-to-image runs, as diffusers counts them: the last ones. KnobError where these are none."""
    run = min(int(steps * strength), steps)
    if run < 1:
        raise KnobError(
            f"at a strength of {strength:g} none of {steps} steps is run",
            where="strength",
            hint=f"at least {1 / steps:.2g}, or more steps",
        )
    return run


def some_steps(draft: Draft, can: Capabilities) -> Draft:
    """The step of deciding that looks whether steps and strength leave anything to run."""
    if draft["source"] is not None and can.strength_keeps == "prompt":
        steps_run(draft["num_inference_steps"], draft["strength"])
    return draft


def _from_text(draft: Draft, can: Capabilities) -> Draft:
    if draft["strength"] is not None and can.task.startswith("text2"):
        raise KnobError("there is no source for a strength to act on", where="strength", hint="--source FILE")
    if draft["task"] is not None and draft["task"].startswith("text2"):
        return draft.set("task", None, RULE, "from text alone: there is no source")
    return draft
