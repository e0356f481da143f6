"""A cleaning step: a pure function and its modes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from rnnlab.errors import SettingError
from rnnlab.text.pieces import Touches

KEEP = "keep"  # the mode that leaves the text as it is: another way to say false


class Step(NamedTuple):
    """A function `text -> text`, or `(text, mode) -> text` with modes; the first is what `true` means.

    `touches` tells of a piece between blanks whether a text that holds it may be changed; without it every
    text is looked at. `settles` says that it is changed for certain, so that later tests need not be asked of
    that piece: the text is looked at anew. `folds` says that of ASCII letters the step changes nothing but
    the case, and that no test after it goes by that: what was told of the text before stays true.
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
