"""A cleaning step: a pure function and its modes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from rnnlab.errors import SettingError
from rnnlab.text.pieces import Touches

KEEP = "keep"  # the mode that leaves the text unchanged, a synonym of false


class Step(NamedTuple):
    """A function `text -> text`, or `(text, mode) -> text` with modes; the first is what `true` means.

    `touches` returns for a piece between blanks whether a text with it may be changed; without `touches` the
    step runs on every text. `settles` marks a step that certainly changes such a text, so that later tests
    skip the piece: the changed text is tested again. `folds` marks a step that changes only the case of ASCII
    letters, on which no later test depends: earlier test results stay valid.
    """

    apply: Callable[..., str]
    modes: tuple[str, ...] = ()
    touches: Touches | None = None
    settles: bool = False
    folds: bool = False

    def mode(self, name: str, value: object) -> bool | str:
        """Return the mode for a setting's value: false if off, true for a step without modes.

        Raises:
            SettingError: the value is neither true, false nor one of the modes.
        """
        if value is False or (value == KEEP and KEEP in self.modes):
            return False
        if isinstance(value, str) and value in self.modes:
            return value
        if value is True:
            return self.modes[0] if self.modes else True
        raise SettingError(f"text.steps.{name}", value, "no such mode", ["true", "false", *self.modes])

    def bound(self, mode: bool | str) -> Callable[[str], str]:
        """Return the function for one mode; it can be pickled."""
        return partial(self.apply, mode=mode) if self.modes else self.apply
