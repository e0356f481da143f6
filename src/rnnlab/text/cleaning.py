"""Cleaning by a list of names, until data sets take a `Cleaner`."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.errors import suggest
from rnnlab.text.steps import STEPS


def check_steps(steps: Sequence[str]) -> None:
    """Raises ValueError with the nearest name for a step that there is not."""
    for name in steps:
        if name not in STEPS:
            raise ValueError(f"clean={name} is not a cleaning step\n{suggest(str(name), STEPS)}")


def clean(text: str, steps: Sequence[str]) -> str:
    """`text` after each of the named steps in turn.

    Raises:
        ValueError: a step is unknown; the message names the nearest one.
    """
    check_steps(steps)
    for name in steps:
        text = STEPS[name].apply(text)
    return text
