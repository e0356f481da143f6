"""Values of a layer's units over the tokens of a text: a picture with one fixed scale of colours.

Shapes: H units, T tokens.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

OPEN, CLOSED = 0.9, 0.1  # a gate above or below is nearly open or nearly closed
# From the lowest value to the highest; lightness rises all the way, so the order shows without hues too.
COLOURS = ((12, 28, 66), (0, 84, 147), (47, 143, 178), (142, 205, 170), (253, 240, 178))
GRADIENT = f"linear-gradient(to top, {', '.join('rgb({} {} {})'.format(*one) for one in COLOURS)})"
LEVELS = 256
BARS = " ▁▂▃▄▅▆▇█"


class UnitMap(NamedTuple):
    """One number in [low, high] for each unit and token.

    Attributes:
        rows: (H, T), a row a unit, sorted by the unit's mean over the text, the highest first.
        note: a sentence about them.
    """

    name: str
    rows: Sequence[Sequence[float]]
    note: str
    low: float = 0.0
    high: float = 1.0


def gate_map(name: str, values: np.ndarray) -> UnitMap:
    """Return the map of a gate's values (T, H), which lie in [0, 1]."""
    rows = values.T[np.argsort(-values.mean(axis=0), kind="stable")]  # (H, T)
    far = f"{(values > OPEN).mean():.0%} of the values are above {OPEN}, {(values < CLOSED).mean():.0%} below"
    note = f"a row for each of {len(rows):,} units, the highest mean first; {far} {CLOSED}"
    return UnitMap(name, rows.tolist(), note)


def levels(one: UnitMap, count: int) -> np.ndarray:
    """Return the level of each value (H, T), from 0 at `low` to count - 1 at `high`."""
    places = (np.asarray(one.rows, float) - one.low) / (one.high - one.low)
    return np.clip(np.rint(places * (count - 1)), 0, count - 1).astype(np.uint8)


def image(one: UnitMap) -> str:
    """Return a PNG with a pixel for each value, in base64."""
    return b64encode(png(levels(one, LEVELS), palette())).decode()


def palette() -> np.ndarray:
    """Return the colours of all levels, (LEVELS, 3) uint8."""
    anchors, places = np.array(COLOURS, float), np.linspace(0, len(COLOURS) - 1, LEVELS)
    channels = [np.interp(places, range(len(anchors)), anchors[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def png(pixels: np.ndarray, colours: np.ndarray) -> bytes:
    """Encode pixels (H, W) uint8, which are numbers of colours (up to 256, 3), as a PNG (ISO/IEC 15948)."""
    height, width = pixels.shape
    lines = np.insert(pixels, 0, 0, axis=1)  # each line begins with its filter: none
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, a palette
    chunks = (
        (b"IHDR", header),
        (b"PLTE", colours.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def grouped(one: UnitMap, most: int) -> list[tuple[float, list[str]]]:
    """Return at most `most` rows for a terminal: a group's mean, and a bar for each of its tokens.

    A group is of neighbouring rows, so of units with similar means.
    """
    rows = np.asarray(one.rows, float)
    groups = [part.mean(axis=0) for part in np.array_split(rows, min(most, len(rows)))]
    means = [float(part.mean()) for part in groups]
    steps = levels(one._replace(rows=[part.tolist() for part in groups]), len(BARS))
    return [(mean, [BARS[step] for step in row]) for mean, row in zip(means, steps.tolist(), strict=True)]
