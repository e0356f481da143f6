"""Errors shown to users: the setting, its value, the rule and, for names, the closest valid one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(ValueError):
    """An error that the user can fix: its message is shown without a traceback, exit code 2."""


class SettingError(UserError):
    """An invalid setting, described in one or two lines.

    Args:
        setting: the key as it is typed on the command line (`model.dropout`), or a file's path.
        value: the given value.
        rule: the rule, as a phrase that follows "must" or as a sentence of its own.
        names: the names that would have been right; the nearest one is suggested.
    """

    def __init__(self, setting: str, value: object, rule: str, names: Iterable[str] = ()) -> None:
        self.setting, self.value, self.rule = setting, value, rule
        hint = suggest(str(value), names)
        super().__init__(f"{setting}={value}: {rule}" + (f"\n{hint}" if hint else ""))


class Diverged(RuntimeError):
    """A training run whose loss is no longer a finite number."""


def suggest(value: str, names: Iterable[str]) -> str:
    """Return a line with the closest of `names` and the full list; empty without names."""
    known = sorted(set(names))
    if not known:
        return ""
    near = get_close_matches(value, known, n=1, cutoff=0.5)
    listed = ", ".join(known[:30]) + (", ..." if len(known) > 30 else "")
    return (f"did you mean {near[0]}? " if near else "") + f"there are: {listed}"
