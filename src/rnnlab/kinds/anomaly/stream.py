"""The state of a stream of points between two requests, and as text that a client keeps. No torch.

C channels.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.reading import Arrays

VERSION = 1
DIGEST = 16  # bytes
MOST_STATE = 1 << 19  # characters
REFUSED = "is none that this run gave: send the state of its last answer as it was, or none to begin anew"


class StreamState(NamedTuple):
    """All that later scores depend on.

    Attributes:
        series: name of the series; None for one without a name.
        last: the last time; None before the first point.
        loc, scale: (C,) of the series' scaler. level: (C,) smoothed errors. network: of the reader.
    """

    series: str | None
    last: int | None
    loc: np.ndarray
    scale: np.ndarray
    level: np.ndarray
    network: Arrays


def to_text(state: StreamState, fingerprint: str) -> str:
    """Return a state as text of letters, digits, - and _.

    Args:
        fingerprint: of the run; a state of another one is refused.
    """
    head = [VERSION, fingerprint, state.series, state.last]
    arrays = (state.loc, state.scale, state.level, *state.network)
    content = json.dumps(head).encode() + b"\n" + b"".join(_bytes(array) for array in arrays)
    return base64.urlsafe_b64encode(_digest(content) + content).decode("ascii")


def from_text(text: object, fingerprint: str, like: StreamState) -> StreamState:
    """Return the state of a text.

    Args:
        like: a state of this run, whose arrays have the shapes and types that are expected.

    Raises:
        SettingError: it is another run's, changed, or no state at all.
    """
    if not isinstance(text, str) or len(text) > MOST_STATE:
        raise SettingError("state", shortened(text), REFUSED)
    try:
        whole = base64.b64decode(text, altchars=b"-_", validate=True)
        digest, content = whole[:DIGEST], whole[DIGEST:]
        head, _, rest = content.partition(b"\n")
        version, run, series, last = json.loads(head)
        arrays = _arrays(rest, (like.loc, like.scale, like.level, *like.network))
    except (ValueError, binascii.Error, TypeError, RecursionError) as error:
        raise SettingError("state", shortened(text), REFUSED) from error
    plain = series is None or isinstance(series, str)
    whole_number = last is None or _whole(last)
    if (
        digest != _digest(content)
        or (version, run) != (VERSION, fingerprint)
        or not plain
        or not whole_number
    ):
        raise SettingError("state", shortened(text), REFUSED)
    if any(np.isinf(array).any() for array in arrays):
        raise SettingError("state", shortened(text), REFUSED)
    loc, scale, level, *network = arrays
    return StreamState(series, last, loc, scale, level, tuple(network))


def shortened(text: object) -> str:
    return str(text)[:20] + "..." if len(str(text)) > 20 else str(text)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:DIGEST]


def _bytes(array: np.ndarray) -> bytes:
    return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()


def _arrays(content: bytes, like: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    """Return arrays of the shapes and types of others, from all of the bytes."""
    found, start = [], 0
    for array in like:
        end = start + array.nbytes
        flat = np.frombuffer(content[start:end], dtype=array.dtype.newbyteorder("<"))
        found.append(flat.astype(array.dtype).reshape(array.shape))
        start = end
    if start != len(content):
        raise ValueError("bytes are left over")
    return found
