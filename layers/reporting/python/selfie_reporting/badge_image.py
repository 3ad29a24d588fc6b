"""The picture of the badge: three groups in front of their own reflection. Drawn once, written as SVG and as PNG.

The only words in it are the session's figures, and these are outlines: the picture looks the same wherever it is put.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from math import asin, cos, degrees, radians, sin
from pathlib import Path
from typing import Any, Final

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from selfie_reporting.charts import INK, UNIT_COLOURS

# Units of the drawing; the PNG has as many pixels.
SIZE: Final = 600
# The PNG is drawn so many times larger and made smaller, which smooths its edges.
_OVERSAMPLED: Final = 3
_FONT: Final = Path(__file__).parent / "fonts/NotoSans-Bold.ttf"
_WHITE: Final = "#ffffff"
_PAPER: Final = "#faf5ec"
_EDGE: Final = "#cdbf9f"
_WATER: Final = "#e9eef2"
_MIDDLE: Final = SIZE / 2
_HORIZON: Final = 336.0


@dataclass(frozen=True, slots=True)
class _Ellipse:
    x: float
    y: float
    rx: float
    ry: float
    fill: str


@dataclass(frozen=True, slots=True)
class _Arc:
    """A part of a ring around the middle, ``start`` and ``sweep`` in degrees from the right, clockwise."""

    radius: float
    width: float
    start: float
    sweep: float
    fill: str


@dataclass(frozen=True, slots=True)
class _Half:
    """The upper or lower half of an ellipse, or of the disc around the middle."""

    x: float
    y: float
    rx: float
    ry: float
    fill: str
    lower: bool = False


@dataclass(frozen=True, slots=True)
class _Polygon:
    points: tuple[tuple[float, float], ...]
    fill: str


@dataclass(frozen=True, slots=True)
class _Text:
    """Words in the middle, ``y`` being their base line."""

    y: float
    size: float
    text: str
    fill: str


_Shape = _Ellipse | _Arc | _Half | _Polygon | _Text


def session_label(session_id: str) -> str:
    """Write a session in figures alone, as in «2026–2027 · 1»."""
    year, number = session_id.split("-")
    return f"{year}–{int(year) + 1} · {number}"


def badge_svg(label: str = "", title: str = "") -> str:
    """Write the picture as SVG; without a label it is the emblem of all badges."""
    named = f"<title>{escape(title)}</title>" if title else ""
    drawn = "".join(map(_svg, _shapes(label)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img">{named}{drawn}</svg>'


def badge_png(label: str = "") -> bytes:
    """Write the picture as PNG."""
    large = Image.new("RGBA", (SIZE * _OVERSAMPLED, SIZE * _OVERSAMPLED))
    draw = ImageDraw.Draw(large)
    for shape in _shapes(label):
        _paint(draw, shape)
    written = BytesIO()
    large.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _shapes(label: str) -> Iterator[_Shape]:
    yield _Ellipse(_MIDDLE, _MIDDLE, 292, 292, _EDGE)
    yield _Ellipse(_MIDDLE, _MIDDLE, 288, 288, _WHITE)
    for place, group in enumerate(("school_leader", "teacher", "student")):
        yield _Arc(258, 34, -150 + 120 * place + 4, 112, UNIT_COLOURS[group])
    yield _Ellipse(_MIDDLE, _MIDDLE, 224, 224, _EDGE)
    yield _Ellipse(_MIDDLE, _MIDDLE, 221, 221, _PAPER)
    yield from _water()
    yield from _person(_MIDDLE - 104, 1.0, UNIT_COLOURS["school_leader"])
    yield from _person(_MIDDLE + 104, 1.0, UNIT_COLOURS["teacher"])
    yield from _person(_MIDDLE, 1.18, UNIT_COLOURS["student"], rim=True)
    if label:
        yield from _ribbon(label)


def _water() -> Iterator[_Shape]:
    """Fill the inner disc below the horizon."""
    angle = degrees(asin((_HORIZON - _MIDDLE) / 221))
    points = [_on_circle(221, angle + (180 - 2 * angle) * step / 90) for step in range(91)]
    yield _Polygon(tuple(points), _WATER)


def _person(x: float, scale: float, colour: str, *, rim: bool = False) -> Iterator[_Shape]:
    """Draw head and shoulders above the horizon and, paler and flatter, below it."""
    pale, flat = _mixed(colour, _WATER, 0.32), 0.62
    head, shoulders, height = 36 * scale, 66 * scale, 78 * scale
    up = height + head + 7
    if rim:
        yield _Half(x, _HORIZON, shoulders + 9, height + 9, _PAPER)
        yield _Ellipse(x, _HORIZON - up, head + 9, head + 9, _PAPER)
        yield _Half(x, _HORIZON, shoulders + 9, (height + 9) * flat, _WATER, lower=True)
        yield _Ellipse(x, _HORIZON + up * flat, head + 9, (head + 9) * flat, _WATER)
    yield _Half(x, _HORIZON, shoulders, height, colour)
    yield _Ellipse(x, _HORIZON - up, head, head, colour)
    yield _Half(x, _HORIZON, shoulders, height * flat, pale, lower=True)
    yield _Ellipse(x, _HORIZON + up * flat, head, head * flat, pale)


def _ribbon(label: str) -> Iterator[_Shape]:
    top, bottom, left, right = 478.0, 552.0, 118.0, SIZE - 118.0
    for inner, outer in ((left, left - 62), (right, right + 62)):
        middle = (top + bottom) / 2 - 14
        notch = outer + (22 if outer < inner else -22)
        fold = inner + (34 if outer < inner else -34)
        yield _Polygon(
            ((fold, top - 14), (outer, top - 14), (notch, middle), (outer, bottom - 14), (fold, bottom - 14)), "#3a4153"
        )
        yield _Polygon(((inner, top), (fold, top), (fold, top - 14)), "#0f121a")
    yield _Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), INK)
    yield _Text(bottom - 22, 42, label, _WHITE)


def _on_circle(radius: float, angle: float) -> tuple[float, float]:
    return _MIDDLE + radius * cos(radians(angle)), _MIDDLE + radius * sin(radians(angle))


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


def _svg(shape: _Shape) -> str:
    match shape:
        case _Ellipse(x, y, rx, ry, fill):
            return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>'
        case _Arc(radius, width, start, sweep, fill):
            (x1, y1), (x2, y2) = _on_circle(radius, start), _on_circle(radius, start + sweep)
            path = f"M{x1:.2f} {y1:.2f}A{radius:g} {radius:g} 0 0 1 {x2:.2f} {y2:.2f}"
            return f'<path d="{path}" fill="none" stroke="{fill}" stroke-width="{width:g}"/>'
        case _Half(x, y, rx, ry, fill, lower):
            path = f"M{x - rx:g} {y:g}A{rx:g} {ry:g} 0 0 {0 if lower else 1} {x + rx:g} {y:g}Z"
            return f'<path d="{path}" fill="{fill}"/>'
        case _Polygon(points, fill):
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            return f'<path d="M{path}Z" fill="{fill}"/>'
        case _Text(y, size, text, fill):
            return _outlined(y, size, text, fill)


def _outlined(y: float, size: float, text: str, fill: str) -> str:
    font, scale = _font(), size / _font()["head"].unitsPerEm
    glyphs, names, left, paths = font.getGlyphSet(), font.getBestCmap(), 0.0, []
    for letter in text:
        pen = SVGPathPen(glyphs)
        glyphs[names[ord(letter)]].draw(pen)
        paths.append(f'<path transform="translate({left:g} 0)" d="{pen.getCommands()}"/>')
        left += glyphs[names[ord(letter)]].width
    x = _MIDDLE - left * scale / 2
    place = f"translate({x:.2f} {y:g}) scale({scale:.5f} {-scale:.5f})"
    return f'<g transform="{place}" fill="{fill}">{"".join(paths)}</g>'


@cache
def _font() -> Any:
    return TTFont(_FONT, lazy=True)


def _paint(draw: ImageDraw.ImageDraw, shape: _Shape) -> None:
    def box(x: float, y: float, rx: float, ry: float) -> list[float]:
        return [(value * _OVERSAMPLED) for value in (x - rx, y - ry, x + rx, y + ry)]

    match shape:
        case _Ellipse(x, y, rx, ry, fill):
            draw.ellipse(box(x, y, rx, ry), fill)
        case _Arc(radius, width, start, sweep, fill):
            outer = radius + width / 2
            draw.arc(box(_MIDDLE, _MIDDLE, outer, outer), start, start + sweep, fill, width=round(width * _OVERSAMPLED))
        case _Half(x, y, rx, ry, fill, lower):
            draw.chord(box(x, y, rx, ry), 0 if lower else 180, 180 if lower else 360, fill)
        case _Polygon(points, fill):
            draw.polygon([(x * _OVERSAMPLED, y * _OVERSAMPLED) for x, y in points], fill)
        case _Text(y, size, text, fill):
            font = ImageFont.truetype(_FONT, round(size * _OVERSAMPLED))
            draw.text((_MIDDLE * _OVERSAMPLED, y * _OVERSAMPLED), text, fill, font, anchor="ms")
