"""The command line. A face: it parses, calls `api`, and prints; every decision is made elsewhere."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def main() -> None:
    """Entry point of `eschew`: exit code 0, 1 (refused), 2 (not understood) or 130 (stopped)."""
    from eschew.cli.app import app
    from eschew.errors import EschewError

    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except EschewError as error:
        from eschew.cli.screen import show_error

        show_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`eschew models | head`).
        sys.stderr.close()
        sys.exit(0)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
