"""What the arguments of this room must be; every message names the argument, its value and the rule."""

from __future__ import annotations

from collections.abc import Iterable


def positive(name: str, value: int) -> int:
    """The value, when it is a whole number of at least 1. Raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name}={value} must be a whole number of at least 1")
    return value


def probability(name: str, value: float) -> float:
    """The value, when it is a probability in [0, 1): 1 would drop everything. Raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise ValueError(f"{name}={value} must be a probability in [0, 1)")
    return float(value)


def one_of(name: str, value: str, names: Iterable[str]) -> str:
    """The value, when it is one of the names. Raises ValueError, which lists them, otherwise."""
    known = list(names)
    if value not in known:
        raise ValueError(f"{name}={value} must be one of {', '.join(known)}")
    return value


def reads(name: str, size: int, input_size: int) -> None:
    """Raises ValueError unless the encoder reads vectors of that size."""
    if size != input_size:
        raise ValueError(f"{name}={size} must equal the encoder's input_size={input_size}")
