"""Five ways to write a prompt. A dialect is a file here and a line in `FRONT_ENDS`."""

from __future__ import annotations

from eschew.errors import UnknownNameError
from eschew.prompt.dialects.a1111 import A1111
from eschew.prompt.dialects.comfy import COMFY
from eschew.prompt.dialects.compel import COMPEL
from eschew.prompt.dialects.dialect import Dialect
from eschew.prompt.dialects.neutral import NEUTRAL
from eschew.prompt.dialects.plain import PLAIN

__all__ = ["DIALECTS", "FRONT_ENDS", "Dialect", "front_end"]

FRONT_ENDS: tuple[Dialect, ...] = (PLAIN, A1111, COMFY, COMPEL, NEUTRAL)
DIALECTS: tuple[str, ...] = tuple(dialect.name for dialect in FRONT_ENDS)


def front_end(name: str) -> Dialect:
    """The dialect called `name`; UnknownNameError if there is none."""
    for dialect in FRONT_ENDS:
        if dialect.name == name:
            return dialect
    raise UnknownNameError(f"there is no prompt dialect '{name}'", hint=f"one of {', '.join(DIALECTS)}")
