"""Read the arguments of a class or function from its source, without importing or running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
DEEPEST = 20  # at most so many re-exports and bases are followed
PLAIN = {"object", "ABC", "Protocol", "Generic", "Enum", "NamedTuple"}


class Absent(LookupError):
    """The module, or the name in it, does not exist; the message names which."""


def parameters(target: str) -> set[str] | None:
    """Return the argument names of `package.module.Name`; None where the source does not show them.

    Raises:
        Absent: no such module, or no such name in it.
    """
    return _of_name(*_split(target), DEEPEST)


def _split(target: str) -> tuple[str, str]:
    """Split a target into its module and the name in it, which may have dots: `Class.method`."""
    parts = target.split(".")
    top = _spec(parts[0])
    if top is None or len(parts) < 2:
        raise Absent(f"there is no module {parts[0]}" if top is None else f"{target} is a module")
    for place in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:place])
        if _source(module) is not None or place == 1:
            return module, ".".join(parts[place:])
    raise Absent(f"there is no {target}")


def _spec(top: str) -> ModuleSpec | None:
    try:
        return find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None


def _source(module: str) -> Path | None:
    """Find the file of a module without importing its package."""
    top, *rest = module.split(".")
    spec = _spec(top)
    if spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    if not rest:
        return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else None
    for folder in folders:
        place = folder.joinpath(*rest)
        for file in (place / "__init__.py", place.with_suffix(".py")):
            if file.is_file():
                return file
    return None


def _of_name(module: str, name: str, depth: int) -> set[str] | None:
    source = _source(module)
    if depth == 0 or source is None:
        return None
    try:
        tree = ast.parse(source.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    first, dot, _ = name.partition(".")
    found = [node for node in _statements(tree.body) if first in _names(node)]
    if not found:
        dynamic = any({"*", "__getattr__"} & _names(node) for node in _statements(tree.body))
        if dynamic or any(source.parent.glob(f"{first}.*")) or _source(f"{module}.{first}") is not None:
            return None
        raise Absent(f"{module} has no {first}")
    if dot:
        return None
    return _of_node(found[-1], module, name, source.name == "__init__.py", depth)


def _of_node(node: ast.stmt, module: str, name: str, package: bool, depth: int) -> set[str] | None:
    if isinstance(node, ast.ClassDef):
        return _of_class(node, module, depth)
    if isinstance(node, Function):
        return _of_function(node, method=False)
    if isinstance(node, ast.ImportFrom):
        real = next(alias.name for alias in node.names if name in (alias.asname, alias.name))
        return _of_name(_absolute(node, module, package), real, depth - 1)
    return None


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, also those inside `if`, `try` and `with`."""
    for node in body:
        yield node
        for inner in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                yield from _statements(getattr(node, inner, []))


def _names(node: ast.stmt) -> set[str]:
    """Return the names that a statement binds."""
    if isinstance(node, ast.ClassDef | Function):
        return {node.name}
    if isinstance(node, ast.ImportFrom | ast.Import):
        return {alias.asname or alias.name for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _absolute(node: ast.ImportFrom, module: str, package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _of_class(node: ast.ClassDef, module: str, depth: int) -> set[str] | None:
    for statement in node.body:
        if isinstance(statement, Function) and statement.name in ("__init__", "__new__"):
            return _of_function(statement, method=True)
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    known = [base.id for base in bases if isinstance(base, ast.Name)]
    if len(known) < len(bases):  # such as torch.nn.Module
        return None
    found = _fields(node) if _has_fields(node, known) else set[str]()
    for base in known:
        inherited = set[str]() if base in PLAIN else _of_name(module, base, depth - 1)
        if inherited is None:
            return None
        found |= inherited
    return found


def _has_fields(node: ast.ClassDef, bases: list[str]) -> bool:
    return "NamedTuple" in bases or any("dataclass" in ast.unparse(d) for d in node.decorator_list)


def _fields(node: ast.ClassDef) -> set[str]:
    return {
        statement.target.id
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def _of_function(node: Function, method: bool) -> set[str] | None:
    arguments = node.args
    if arguments.kwarg is not None:
        return None
    named = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    return {*(named[1:] if method else named), *(argument.arg for argument in arguments.kwonlyargs)}
