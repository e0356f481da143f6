"""Pages of the reference about the commands, made from their parsers."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping

from markdown_parts import cell, code, fenced, sentence, table

from rnnlab.cli import parsers

FOLDER = "reference/commands"
DEFAULT = re.compile(r"\s*\(default:\s*([^()]*(?:\([^()]*\)[^()]*)*)\)")


def pages() -> dict[str, str]:
    """Return Markdown by the path of its page under docs/."""
    found = parsers()
    made = {f"{FOLDER}/{name}.md": command_page(name, parser) for name, parser in found.items()}
    return {f"{FOLDER}/index.md": index(found), **made}


def index(found: Mapping[str, argparse.ArgumentParser]) -> str:
    rows = [
        (f"[{code('rnnlab ' + name)}]({name}.md)", cell(parser.description or ""))
        for name, parser in found.items()
    ]
    return "\n\n".join(
        [
            "# Commands",
            "`python train.py` trains ([settings](../settings/index.md)); `rnnlab COMMAND` looks into what "
            "has been trained, and prepares what will be. RUN is a run's folder, a part of its path, `last`, "
            "`last:TASK` or `best:SWEEP`. `rnnlab COMMAND --help` prints what these pages show.",
            table(("Command", "What it does"), rows),
            "Exit codes: 0 success, 1 a full or read-only disk, 2 a wrong command or value, 130 Ctrl-C.",
        ]
    )


def command_page(name: str, parser: argparse.ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    parts = [f"# rnnlab {name}", parser.description or "", fenced(usage, "text")]
    parts += list(tables(parser))
    examples, rest = split_epilog(parser.epilog or "")
    if examples:
        parts += ["## Examples", fenced(examples, "bash")]
    return "\n\n".join([*parts, *([escaped(rest)] if rest else [])])


def tables(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield a table of the arguments, and one of the options of each group."""
    arguments = [action for action in shown(parser) if not action.option_strings]
    if arguments:
        yield "## Arguments"
        yield table(("Argument", "Meaning"), [(code(named(one)), meaning(one, parser)) for one in arguments])
    for group in parser._action_groups:
        options = [one for one in shown(group) if one.option_strings]
        if options:
            yield f"## {(group.title or 'options').capitalize()}"
            rows = [(code(named(one)), default(one), meaning(one, parser)) for one in options]
            yield table(("Option", "Default", "Meaning"), rows)


def shown(of: argparse._ActionsContainer) -> list[argparse.Action]:
    """Return the arguments and options of a parser or of one of its groups, without --help."""
    found = getattr(of, "_group_actions", of._actions)
    return [action for action in found if action.help != argparse.SUPPRESS and action.dest != "help"]


def named(action: argparse.Action) -> str:
    """Return an option or argument as it is typed."""
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices is not None and action.metavar is None:
        value = "|".join(map(str, action.choices))
    if isinstance(value, tuple):
        value = " ".join(value)
    if not action.option_strings:
        return f"{value} ..." if action.nargs in ("*", "+") else value
    value = "" if action.nargs == 0 else f" {value}" + (" ..." if action.nargs in ("*", "+") else "")
    return ", ".join(action.option_strings) + value


def default(action: argparse.Action) -> str:
    """Return the default that a help text names, else the parser's own."""
    if told := DEFAULT.search(action.help or ""):
        return escaped(told[1])
    none = action.default is None or action.default is False or action.default == argparse.SUPPRESS
    return "" if none or action.default == [] else code(str(action.default))


def meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    text = DEFAULT.sub("", action.help or "") % {**vars(action), "prog": parser.prog}
    return escaped(sentence(text))


def escaped(text: str) -> str:
    """Return plain text for Markdown: no emphasis and no tags come out of its marks."""
    for mark in ("<", "*", "_"):
        text = text.replace(mark, "&lt;" if mark == "<" else f"\\{mark}")
    return text


def split_epilog(text: str) -> tuple[str, str]:
    """Split the text at the end of a help into its examples, without their indent, and what follows."""
    head, _, rest = text.partition("\n\n")
    lines = head.splitlines()
    if not lines or lines[0].strip() != "examples:":
        return "", text
    return "\n".join(line.strip() for line in lines[1:]), rest


def undocumented() -> list[str]:
    """Return the commands without a description, and the options and arguments without a meaning."""
    found = parsers()
    missing = [name for name, parser in found.items() if not parser.description]
    for name, parser in found.items():
        missing += [f"{name} {named(one)}" for one in shown(parser) if not one.help]
    return missing
