"""Progress bars: one in a terminal, none in a pipe or a file, which would keep every state of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm


class Bar(tqdm):
    """A bar on standard error; where that is no terminal it counts nothing and writes nothing.

    Args:
        items: what it goes through; None where `update` moves it.
        description, unit: what it says. scaled: thousands as k.
        total: what it counts to, by default the length of `items`; done: of these at the start.
        stays: whether its last state is left standing.
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
        """Whether somebody looks at standard error as it is written: the one place that decides on bars."""
        return sys.stderr is not None and sys.stderr.isatty()
