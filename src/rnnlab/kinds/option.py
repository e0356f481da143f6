"""Declaration of an option that a kind reads when a finished run answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnnlab.errors import SettingError
from rnnlab.rule import Choice, Number


class Option(NamedTuple):
    """One option of `rnnlab predict`, of `OpenRun.predict` and of notebooks; its name is its key.

    Attributes:
        type: of its value: bool for a switch, which takes none; else str, int or float.
        metavar: the value in the help.
        help: what it does.
        rule: what the value may be; None allows any.
    """

    type: type
    metavar: str
    help: str
    rule: Number | Choice | None = None


def check_option(name: str, value: object, option: Option) -> None:
    """Refuse a value that the option's rule forbids.

    Raises:
        SettingError: names the option as it is typed, its value and the rule.
    """
    if option.rule is not None and not option.rule.allows(value):
        raise SettingError(option_name(name), value, f"must be {option.rule}")


def option_name(name: str) -> str:
    """Return the option as it is typed: `top_k` is `--top-k`."""
    return "--" + name.replace("_", "-")


def check_options(
    given: Mapping[str, object], declared: Mapping[str, Option], noun: str, folder: object
) -> None:
    """Refuse an option that a run's kind has not declared, and a value that its rule forbids.

    Args:
        given: the values by name. noun: of the kind, for the message. folder: of the run.

    Raises:
        SettingError: names the option as it is typed, its value and the rule.
    """
    for name, value in given.items():
        if name not in declared:
            rule = f"is no option of {noun}, which {folder} is"
            raise SettingError(option_name(name), value, rule, declared)
        check_option(name, value, declared[name])
