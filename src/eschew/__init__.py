"""Say what you don't want, and know that it worked: negative prompting for image and music generation.

    with eschew.attach(pipe, "vinyl crackle, tape hiss", method="nag") as steered:
        audio = steered(prompt="Lo-fi hip-hop with electric piano").audios

All verbs are in `eschew.api`; those that share no name with a room of the package are here too, found when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eschew.api import Engine, Request, attach, compare, doctor, generate

__version__ = "0.1.0"

__all__ = ["Engine", "Request", "__version__", "attach", "compare", "doctor", "generate"]


def __getattr__(name: str) -> Any:
    """The public verbs, imported at first use: `import eschew` alone loads nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'eschew' has no attribute {name!r}")
    from eschew import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)
