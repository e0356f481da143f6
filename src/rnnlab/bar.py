"""Progress bars, shown in a terminal only: a pipe or a file would keep every redrawn state."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm


class Bar(tqdm):
    """A tqdm bar on standard error, disabled where standard error is not a terminal.

    Args:
        items: the iterable to wrap; None where `update` is called by hand.
        description: the text in front of the bar.
        total: number of items, by default the length of `items`.
        unit: the name of an item.
        scaled: show thousands as k.
        done: number of items that are done at the start.
        stays: leave the last state of the bar in the terminal.
    """

    def __init__(
        self,
        items: Iterable[Any] | None = None,
        description: str | None = None,
        total: int | None = None,
        unit: str = "",
        scaled: bool = False,
        done: int = 0,
        stays: bool = True,
    ) -> None:
        super().__init__(
            items,
            desc=description,
            total=total,
            unit=unit,
            unit_scale=scaled,
            initial=done,
            leave=stays,
            mininterval=0.5,
            dynamic_ncols=True,
            file=sys.stderr,
            disable=not Bar.in_terminal(),
        )

    @staticmethod
    def in_terminal() -> bool:
        """Return whether standard error is a terminal; all bars are shown or hidden by this."""
        return sys.stderr is not None and sys.stderr.isatty()
