"""The errors a caller may see, drawn as a tree.

    EschewError                 base: what happened, where, why, what to try
    ├── UsageError              the request cannot be understood or is out of range     (exit code 2)
    │   ├── PromptError         text that no model can take: empty, binary, too long
    │   ├── UnknownNameError    a model, method, rule, concept or policy that is not in the catalogue
    │   ├── KnobError           a number or word outside its range, or NaN
    │   └── FileError           a path that cannot be read or written
    ├── RefusalError            understood, but this model or policy will not have it   (exit code 1)
    │   ├── PolicyError         a floor or ban forbids it, or two policies disagree
    │   └── NoopError           a negative that changed nothing, where that is an error
    ├── MissingExtraError       an optional dependency is not installed                 (exit code 2)
    └── InterruptedRunError     stopped half-way; what is done is kept and resumes      (exit code 130)

Every message is one sentence in plain words. `where` is a place (a flag, a field, a file), `text` with
`span` draws a caret under the offending part, `hint` says what to try.
"""

from __future__ import annotations

__all__ = [
    "EschewError",
    "FileError",
    "InterruptedRunError",
    "KnobError",
    "MissingExtraError",
    "NoopError",
    "PolicyError",
    "PromptError",
    "RefusalError",
    "UnknownNameError",
    "UsageError",
]

CARET_WIDTH = 60
"""How many characters of a long text are shown around the caret."""


class EschewError(Exception):
    """Base of all errors that eschew raises on purpose."""

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        why: str = "",
        hint: str = "",
        text: str = "",
        span: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.hint = hint
        self.text = text
        self.span = span

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.text and self.span is not None:
            lines += caret_lines(self.text, *self.span)
        if self.why:
            lines.append(f"why: {self.why}")
        if self.hint:
            lines.append(f"try: {self.hint}")
        return "\n".join(lines)


class UsageError(EschewError):
    """The request cannot be understood, or a value is out of range."""

    exit_code = 2


class PromptError(UsageError):
    """A prompt that no model can take: empty, binary, or far too long."""


class UnknownNameError(UsageError):
    """A name that is in no catalogue."""


class KnobError(UsageError):
    """A number or word outside its range."""


class FileError(UsageError):
    """A path that cannot be read or written."""


class RefusalError(EschewError):
    """The request was understood, and this model or policy will not have it."""


class PolicyError(RefusalError):
    """A policy forbids the request, or two policies disagree."""


class NoopError(RefusalError):
    """A negative prompt changed nothing, byte for byte."""


class MissingExtraError(EschewError):
    """An optional dependency is not installed; the hint names the pip command."""

    exit_code = 2

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is not installed",
            why=f"this part of eschew lives behind the extra '{extra}'",
            hint=f"pip install 'eschew[{extra}]'",
        )


class InterruptedRunError(EschewError):
    """The run was stopped; what it finished is kept and the same command resumes it."""

    exit_code = 130


def caret_lines(text: str, start: int, end: int) -> list[str]:
    """Two lines: an excerpt of `text` around [start, end) on one line, and carets under that part."""
    left = max(0, start - CARET_WIDTH // 2)
    excerpt = text[left : left + CARET_WIDTH]
    shown = "".join(c if c.isprintable() else "·" for c in excerpt)
    width = max(1, min(end, left + CARET_WIDTH) - start)
    lead, tail = ("…" if left else ""), ("…" if left + CARET_WIDTH < len(text) else "")
    return [f"  {lead}{shown}{tail}", "  " + " " * (len(lead) + start - left) + "^" * width]
