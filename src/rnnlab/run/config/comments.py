"""Settings with their meanings, read from the text of a YAML file: a setting's comment says what it does.

The comment behind a setting is its meaning; without one, the comment in the lines directly above it is. The
comment at the top of a file says what the choice as a whole is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TAG = "# @package"
INDENT = "  "  # of commands in a comment


@dataclass(frozen=True)
class Setting:
    """A setting of a file: dotted key and plain value.

    Attributes:
        meaning: its own comment; of_block: that of the block it stands in; "" where there is none.
    """

    key: str
    value: Any
    meaning: str = ""
    of_block: str = ""


@dataclass(frozen=True)
class Choice:
    """The settings and comments of a YAML file.

    Attributes:
        about: what the choice is, from the comment at the top; examples: the commands in that comment.
        defaults: the entries of its defaults list; settings: its leaves in the file's order.
    """

    about: str = ""
    examples: tuple[str, ...] = ()
    defaults: tuple[Any, ...] = ()
    settings: tuple[Setting, ...] = field(default=())
    of_top: bool = False  # `@package _global_`: keys start at the top of the config


def read_choice(path: Path) -> Choice:
    """Read one file of conf/."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    top = [line for line in _leading(lines) if not line.startswith(TAG)]
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    settings = list(_settings(node, "", "", lines)) if isinstance(node, yaml.MappingNode) else []
    values = {one.key: one.value for one in settings}
    return Choice(
        _joined(line for line in top if not _is_example(line)),
        tuple(line.removeprefix("#").strip() for line in top if _is_example(line)),
        tuple(values.get("defaults") or ()),
        tuple(one for one in settings if one.key != "defaults"),
        any(line.startswith(TAG) for line in lines),
    )


def _leading(lines: list[str]) -> list[str]:
    """Return the comment lines at the top of a file."""
    found = []
    for line in lines:
        if not line.startswith("#"):
            break
        found.append(line)
    return found


def _is_example(line: str) -> bool:
    return line.removeprefix("#").startswith(" " + INDENT)


def _joined(lines: Iterator[str]) -> str:
    return " ".join(line.strip().removeprefix("#").strip() for line in lines).strip()


def _settings(node: yaml.MappingNode, key: str, above: str, lines: list[str]) -> Iterator[Setting]:
    """Yield the leaves; a block mapping is taken apart."""
    for name, value in node.value:
        dotted = f"{key}.{name.value}" if key else str(name.value)
        meaning = _behind(name, value, lines) or _above(name, lines)
        if isinstance(value, yaml.MappingNode) and value.value and not value.flow_style:
            yield from _settings(value, dotted, meaning or above, lines)
        else:
            yield Setting(dotted, _plain(value), meaning, above)


def _plain(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)  # type: ignore[no-untyped-call]
    finally:
        loader.dispose()  # type: ignore[no-untyped-call]


def _behind(name: yaml.Node, value: yaml.Node, lines: list[str]) -> str:
    """Return the comment behind a setting: on the line where its value ends, or behind the key of a block."""
    block = not isinstance(value, yaml.ScalarNode) and not value.flow_style
    mark = name.end_mark if block else value.end_mark
    if mark.line >= len(lines) or (
        not block and value.start_mark.line == value.end_mark.line < name.end_mark.line
    ):
        return ""
    rest = lines[mark.line][mark.column :].lstrip(": ")
    return rest.removeprefix("#").strip() if rest.startswith("#") else ""


def _above(name: yaml.Node, lines: list[str]) -> str:
    """Return the comment in the lines directly above a key; that at the top of the file is no key's."""
    start = name.start_mark.line
    first = start
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    found = lines[first:start]
    if first == 0:
        return ""
    return _joined(line for line in found if not _is_example(line.lstrip()))
