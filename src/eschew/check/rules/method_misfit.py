"""A method that this model cannot run, or that leaves the negative out.

## What it does
Finds a method that is not in the catalogue, one that does not work on this model at this host, and the method `none` beside a negative.

## Why it matters
Methods hang on what training left in the weights. Guidance needs a null that was trained; a distilled model has none and burns. VSF
works on FLUX schnell and not on FLUX dev, by its authors' word. A service lets nobody into its sampler.

## Example
```
eschew check "a fox in snow" -n "text" --model flux.1-dev --method vsf
```

## Instead
```
eschew check "a fox in snow" -n "text" --model flux.1-dev --method nag
```

## Fix safety
Unsafe: another method gives another result.

## Sources
The facts of models and methods in the catalogue, each with its own source.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.facts import close_names
from eschew.catalog.method_facts import method, method_ids
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix, Span


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    asked, can = reading.request.method, reading.can
    if asked is None or (asked in can.methods and asked != "none"):
        return
    best = can.methods[0] if can.methods else ""
    fix = Fix("unsafe", f"use {best}", (Edit("method", 0, 0, best),)) if best else None
    span = Span("method", 0, 0)
    if asked == "none":
        if not reading.negative.blank:
            yield Found(span, "The method none leaves the negative prompt out.", "", fix, "warning")
    elif asked not in method_ids():
        near = close_names(asked, method_ids())
        hint = f" Did you mean {near[0]}?" if near else ""
        yield Found(span, f"There is no method called {asked[:60]!r}.{hint}", "the catalogue of methods", fix)
    else:
        yield Found(
            span,
            f"{method(asked).title} does not work on {can.title} at {can.host}; what does: {', '.join(can.methods) or 'nothing'}.",
            method(asked).source,
            fix,
        )


RULE = Rule("ESC206", "method-misfit", "error", find, __doc__)
