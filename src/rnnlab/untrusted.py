"""Safe reading of untrusted JSON and YAML files: plain values within limits, or one error."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

if TYPE_CHECKING:
    import yaml

MOST_JSON = 24 << 20  # bytes; a vocabulary of more than a million words
MOST_YAML = 4 << 20
MOST_NESTED = 64  # brackets within each other
MOST_CONTAINERS = 2_000_000  # lists and mappings of a JSON text
MOST_NODES = 100_000  # of a YAML text
MOST_NUMBER = 400  # characters: longer ones take quadratic time to read
NUMBER = frozenset("0123456789_:.+-eE")


class Unreadable(ValueError):
    """Text that is not JSON or YAML, or is larger or deeper than any file of rnnlab."""


def read_json(path: Path) -> Any:
    """Read the value of a JSON file.

    Raises:
        OSError: there is no such file.
        Unreadable: see `parse_json`; or it is not a regular file.
    """
    return parse_json(read_bytes(path, MOST_JSON))


def read_yaml(path: Path) -> Any:
    """Read the value of a YAML file; see `parse_yaml` and `read_json`."""
    return parse_yaml(read_bytes(path, MOST_YAML))


def read_bytes(path: Path, most: int) -> bytes:
    """Read a regular file; refuse a pipe or a device, which would block for ever.

    Raises:
        OSError: there is no such file.
        Unreadable: it is not a regular file, or has more bytes than `most`.
    """
    # os.open and not open(), which makes twice as many calls: a board reads ten thousand of such files
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        facts = os.fstat(file)
        if stat.S_ISDIR(facts.st_mode):
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
        if not stat.S_ISREG(facts.st_mode):
            raise Unreadable("it is no plain file")
        if facts.st_size > most:
            raise Unreadable(f"it has {facts.st_size:,} bytes, and at most {most:,} are read")
        content = os.read(file, facts.st_size + 1)
        while 0 < len(content) < facts.st_size and (more := os.read(file, facts.st_size - len(content))):
            content += more
        return content
    finally:
        os.close(file)


def parse_json(text: str | bytes) -> Any:
    """Parse a JSON text.

    Raises:
        Unreadable: it is not JSON or not UTF-8, too large, or nested too deeply.
    """
    if len(text) > MOST_JSON:
        raise Unreadable(f"it has {len(text):,} bytes, and at most {MOST_JSON:,} are read")
    plain = text if isinstance(text, str) else _decoded(text)
    containers = plain.count("[") + plain.count("{")
    if containers > MOST_CONTAINERS:
        raise Unreadable(f"it has more than {MOST_CONTAINERS:,} lists and mappings")
    try:
        value = json.loads(plain)
    except RecursionError as error:
        raise Unreadable(_too_deep()) from error
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if containers > MOST_NESTED:
        _check_nesting(value)
    return value


def parse_yaml(text: str | bytes) -> Any:
    """Parse a YAML text of strings, numbers, true, false, null, lists and mappings; dates stay strings.

    Aliases and tags are refused: no file of rnnlab has them, and a few lines of them expand to gigabytes.

    Raises:
        Unreadable: it is not such YAML, too large, or nested too deeply.
    """
    if len(text) > MOST_YAML:
        raise Unreadable(f"it has {len(text):,} bytes, and at most {MOST_YAML:,} are read")
    import yaml  # late: most commands that read JSON read no YAML

    plain = text if isinstance(text, str) else _decoded(text)
    try:
        _check_events(yaml.parse(plain, Loader=_loader()))
        return yaml.load(plain, Loader=_loader())
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise Unreadable(" ".join(str(error).split())) from error


def check_stored(path: Path) -> None:
    """Refuse an archive of arrays that decompresses to more than its own size; rnnlab's are not compressed.

    Raises:
        OSError: there is no such file.
        BadZipFile: it is not an archive.
        Unreadable: it is not a regular file, or an entry is compressed or stored twice.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise Unreadable("it is no plain file")
    with ZipFile(path) as archive:
        inside = archive.infolist()
    if sum(one.file_size for one in inside) > size or any(one.compress_type != ZIP_STORED for one in inside):
        raise Unreadable("it unfolds to more than its own size")


@cache
def _loader() -> Any:
    """Return a safe loader without dates, based on libyaml if installed, which is ten times faster."""
    import yaml

    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return type("Loader", (base,), {"yaml_implicit_resolvers": resolvers})


def _check_events(events: Iterable[yaml.Event]) -> None:
    """Check a YAML text before it is built: the builder recurses for each level, in C without a limit."""
    import yaml

    depth = nodes = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(f"it has the alias *{event.anchor}, which no saved file has")
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not isinstance(event, yaml.NodeEvent):
            continue
        nodes += 1
        if event.tag is not None and event.tag != "!":  # type: ignore[attr-defined]
            raise Unreadable(f"it has the tag {event.tag}, which no saved file has")  # type: ignore[attr-defined]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.ScalarEvent):
            _check_number(event)
        if depth > MOST_NESTED:
            raise Unreadable(_too_deep())
        if nodes > MOST_NODES:
            raise Unreadable(f"it has more than {MOST_NODES:,} values")


def _check_number(event: yaml.ScalarEvent) -> None:
    value = event.value
    if event.implicit[0] and len(value) > MOST_NUMBER and NUMBER.issuperset(value):
        raise Unreadable(f"it has a number of {len(value):,} characters")


def _check_nesting(value: Any) -> None:
    level = [value]
    for _ in range(MOST_NESTED + 1):
        level = [item for node in level for item in _inside(node) if isinstance(item, dict | list)]
        if not level:
            return
    raise Unreadable(_too_deep())


def _inside(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _too_deep() -> str:
    return f"its brackets are nested more than {MOST_NESTED} deep"


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is no UTF-8: {error.reason} at byte {error.start}") from error
