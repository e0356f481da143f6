"""Command line options that the kinds of problem declare for their answers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from rnnlab.kinds.lookup import known_kinds
from rnnlab.kinds.option import Option, option_name

PREDICT, EVALUATE = "options", "evaluation_options"  # members of a kind that declare options


def declared(member: str = PREDICT) -> dict[str, tuple[Option, list[str]]]:
    """Return each option of a kind of rnnlab, and the nouns of the kinds that have it, by name."""
    found: dict[str, tuple[Option, list[str]]] = {}
    for kind in known_kinds():
        for name, option in getattr(kind, member).items():
            found.setdefault(name, (option, []))[1].append(kind.noun.partition(" ")[2])
    return found


def add_kind_options(parser: ArgumentParser, member: str = PREDICT) -> None:
    """Add every option that a kind declares; a run of another kind refuses it."""
    for name, (option, nouns) in declared(member).items():
        told = f"of a {' or '.join(nouns)}: {option.help}".replace("%", "%%")
        if option.type is bool:
            parser.add_argument(option_name(name), action="store_true", help=told)
        else:
            parser.add_argument(option_name(name), metavar=option.metavar, type=option.type, help=told)


def given(arguments: Namespace, member: str = PREDICT) -> dict[str, Any]:
    """Return the values of these options that were given, by name."""
    values = {name: getattr(arguments, name) for name in declared(member)}
    return {name: value for name, value in values.items() if value is not None and value is not False}
