"""The reliability of forecasts as a drawing: what was said across, what came up, the diagonal if both agree. SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eschew.catalog.forecast_evidence import Bin

__all__ = ["drawn"]

SIDE, EDGE = 320, 48
"""Of the square and of the margin around it, in pixels."""
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def drawn(bins: Sequence[Bin], title: str) -> str:
    """One dot for each bin, its area by the number of cells, with Wilson's interval as a line."""
    size = SIDE + 2 * EDGE
    most = max((b.n for b in bins), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" '
        'role="img" font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        *_frame(),
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for b in bins:
        low, high = b.interval
        parts.append(f'<path d="M{_x(b.said)} {_y(low)}V{_y(high)}" stroke="#2563a8" stroke-width="1.5"/>')
        radius = round(3 + 5 * (b.n / most) ** 0.5, 1)
        parts.append(f'<circle cx="{_x(b.said)}" cy="{_y(b.came)}" r="{radius}" fill="#2563a8"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame() -> Iterator[str]:
    yield f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#333"/>'
    for tick in TICKS:
        yield f'<text x="{_x(tick)}" y="{EDGE + SIDE + 18}" text-anchor="middle">{tick:g}</text>'
        yield f'<text x="{EDGE - 8}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>'
    middle = EDGE + SIDE / 2
    yield f'<text x="{middle:g}" y="{2 * EDGE + SIDE - 10}" text-anchor="middle">said</text>'
    yield f'<text x="14" y="{middle:g}" text-anchor="middle" transform="rotate(-90 14 {middle:g})">came</text>'


def _x(share: float) -> float:
    return round(EDGE + SIDE * share, 1)


def _y(share: float) -> float:
    return round(EDGE + SIDE * (1 - share), 1)
